"""COCO's evaluation as a declaration: its numbers, files, sigmas, questions and programs."""

import json

import numpy as np
import pytest

from poolviz.cli.page_files import page_offers, state_file
from poolviz.figures.files import finished, offers
from poolviz.pose import (
    AREAS,
    COCO17,
    CROWD_STATS,
    RecordError,
    evaluate_keypoints,
    shipped_annotations,
)
from poolviz.pose.skeletons import AP10K, CROWDPOSE
from poolviz.readers.state import SavedState, read_state, write_state
from poolviz.stage import address
from poolviz.stage.files import Upload
from poolviz.stage.offer import Made as MadeOffer
from poolviz.stage.offer import Played
from poolviz.stage.part import ALL, Fold, Moment, Play, Says, Table, walk
from poolviz.stage.scene import Kind
from poolviz.text import use_language
from poolviz.wings.pose.coco_eval import evaluating
from poolviz.wings.pose.coco_eval.controls import setting_of
from poolviz.wings.pose.coco_eval.evaluating import Made, Setting, read_pair, verdicts_of
from poolviz.wings.pose.coco_eval.page import COCO_EVAL
from poolviz.wings.pose.coco_eval.programs import faster_code, numpy_code, pycocotools_code
from poolviz.wings.pose.coco_eval.questions import eval_questions
from poolviz.wings.pose.coco_eval.scene import walk_scene

PERSON = {
    "id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "num_keypoints": 17,
    "area": 10_000.0, "bbox": [0, 0, 100, 100], "keypoints": [10, 20, 2] * 17,
}  # fmt: skip
TRUTH = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": [PERSON]}
FOUND = {"image_id": 1, "category_id": 1, "keypoints": [10, 20, 1] * 17, "score": 0.9}


def coded(data):
    return data if isinstance(data, bytes) else json.dumps(data).encode()


def person(drop=None, **change):
    one = {k: v for k, v in {**PERSON, **change}.items() if k != drop}
    return {**TRUTH, "annotations": [one]}


def found(drop=None, **change):
    return [{k: v for k, v in {**FOUND, **change}.items() if k != drop}]


def pair(truth=TRUTH, results=(FOUND,), sigmas=""):
    return Upload(coded(truth)), Upload(coded(list(results))), Upload(sigmas.encode())


def values(**given):
    """The page's values: parameters of a link, files under "own"."""
    own = given.pop("own", None)
    read, complaints = address.read(COCO_EVAL, given)
    assert not complaints
    return read.but(own=own)


def shown(given, moment=None, folds=False):
    """The texts that stand on the page."""
    parts = walk(COCO_EVAL.parts(given), moment or Moment(), folds)
    return "\n".join(part.text for part in parts if isinstance(part, Says))


def evaluation_of(given):
    return setting_of(given).evaluation()


BAD = {
    "truth empty": (b"", [FOUND], ""),
    "truth no JSON": (b"{", [FOUND], ""),
    "truth binary": (b"\xff\xfe\x00\x80", [FOUND], ""),
    "truth deep": (b"[" * 100_000, [FOUND], ""),
    "truth a list": ([], [FOUND], ""),
    "truth a number": (3, [FOUND], ""),
    "no images": ({k: v for k, v in TRUTH.items() if k != "images"}, [FOUND], ""),
    "no categories": ({k: v for k, v in TRUTH.items() if k != "categories"}, [FOUND], ""),
    "person without area": (person("area"), [FOUND], "annotations[0]"),
    "person without id": (person("id"), [FOUND], "annotations[0]"),
    "area a text": (person(area="big"), [FOUND], "annotations[0]"),
    "area NaN": (person(area=float("nan")), [FOUND], "annotations[0]"),
    "too few keypoints": (person(keypoints=[1, 2, 2]), [FOUND], "categories (id 1)"),
    "results empty": (TRUTH, b"", ""),
    "results no JSON": (TRUTH, b"[{]", ""),
    "results an object": (TRUTH, {}, ""),
    "result a number": (TRUTH, [3], "results[0]"),
    "result without score": (TRUTH, found("score"), "results[0]"),
    "result without keypoints": (TRUTH, found("keypoints"), "results[0]"),
    "result elsewhere": (TRUTH, found(image_id=7), "results[0]"),
    "score infinite": (TRUTH, found(score=float("inf")), "results[0]"),
    "score a text": (TRUTH, found(score="high"), "results[0]"),
    "result too short": (TRUTH, found(keypoints=[1, 2, 1] * 16), "results[0]"),
    "keypoint null": (TRUTH, found(keypoints=[None, 2, 1] * 17), "results[0]"),
    "over 20 MB": (b" " * (20 * 1024 * 1024 + 1), [FOUND], "20 MB"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_answered_with_its_record(name):
    truth, results, place = BAD[name]
    with pytest.raises(RecordError) as caught:
        read_pair(coded(truth), coded(results))
    assert place in str(caught.value)
    assert len(str(caught.value)) > 15
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("sigmas", ["x", "1,", "0.1,0.2", "nan", ",".join(["-1"] * 17)])
def test_bad_sigmas_are_answered(sigmas):
    with pytest.raises(RecordError):
        read_pair(coded(TRUTH), coded([FOUND]), sigmas)


def test_a_bad_pair_changes_nothing_and_says_why():
    good, bad = values(own=pair()), values(own=pair(results=found("score")))
    settled, (sentence,) = address.settle(COCO_EVAL, bad, good)
    assert settled == good
    assert "results[0]" in sentence
    assert "The last good value stands" in sentence


def test_what_could_not_be_evaluated_is_not_tried_again(monkeypatch):
    tried = []
    real = evaluating.evaluate_keypoints
    monkeypatch.setattr(
        evaluating, "evaluate_keypoints", lambda *a, **k: tried.append(1) or real(*a, **k)
    )
    setting = Setting(pair(results=found(score="twice")))
    for _attempt in range(3):
        with pytest.raises(RecordError):
            setting.evaluation()
    assert len(tried) == 1


def test_files_are_evaluated_once_and_told_by_their_content(monkeypatch):
    calls = []
    real = evaluating.evaluate_keypoints
    monkeypatch.setattr(
        evaluating, "evaluate_keypoints", lambda *a, **k: calls.append(1) or real(*a, **k)
    )
    one = evaluation_of(values(own=pair(results=found(score=0.123))))
    again = evaluation_of(values(own=pair(results=found(score=0.123))))
    assert again is one
    assert evaluation_of(values(own=pair(results=found(score=0.124)))) is not one
    assert len(calls) == 2


FEW = {**PERSON, "keypoints": [10, 20, 2] * 13 + [30, 40, 2], "num_keypoints": 14}
CROWDED = {**TRUTH, "annotations": [FEW], "images": [{"id": 1, "crowdIndex": 0.15}]}
FOUND_FEW = {**FOUND, "keypoints": [12, 21, 1] * 14}


@pytest.mark.parametrize(
    ("name", "sigmas"), [("own", COCO17.sigmas), ("coco", COCO17.sigmas), ("ap10k", AP10K.sigmas)]
)
def test_the_sigmas_of_the_chosen_set_are_used(name, sigmas):
    moved = found(keypoints=[15, 20, 1] * 17)
    own = values(own=pair(results=moved), sigmas=name)
    want = evaluate_keypoints(TRUTH, moved, sigmas).oks[1]
    assert np.array_equal(evaluation_of(own).oks[1], want)
    made = values(sigmas=name)
    want = evaluate_keypoints(shipped_annotations(), Made().results(), sigmas).stats
    assert np.array_equal(evaluation_of(made).stats, want)


def test_typed_sigmas_hold_only_where_no_set_is_chosen():
    moved = found(keypoints=[15, 20, 1] * 17)
    typed = pair(results=moved, sigmas=",".join(["0.5"] * 17))
    want = evaluate_keypoints(TRUTH, moved, [0.5] * 17).oks[1]
    assert np.array_equal(evaluation_of(values(own=typed)).oks[1], want)
    coco = evaluate_keypoints(TRUTH, moved).oks[1]
    assert np.array_equal(evaluation_of(values(own=typed, sigmas="coco")).oks[1], coco)


def test_files_of_another_skeleton_wait_for_their_sigmas():
    """First refused, then the set is chosen, then they are evaluated; the shipped pair meanwhile
    stands under COCO's."""
    own = pair(CROWDED, [FOUND_FEW])
    settled, sentences = address.settle(COCO_EVAL, values(own=own))
    assert settled["own"] is None
    assert sentences
    before, sentences = address.settle(COCO_EVAL, values(sigmas="crowdpose"))
    assert (before["sigmas"], sentences) == ("crowdpose", ())
    assert "17 joints" in shown(before)
    assert np.array_equal(evaluation_of(before).stats, evaluation_of(values()).stats)
    after, sentences = address.settle(COCO_EVAL, values(own=own, sigmas="crowdpose"))
    assert after["own"] == own
    want = evaluate_keypoints(CROWDED, [FOUND_FEW], CROWDPOSE.sigmas).oks[1]
    assert np.array_equal(evaluation_of(after).oks[1], want)


def test_the_box_in_place_of_the_area():
    moved = found(keypoints=[15, 20, 1] * 17)
    own = values(own=pair(results=moved), use_area="false")
    want = evaluate_keypoints(TRUTH, moved, use_area=False).oks[1]
    assert np.array_equal(evaluation_of(own).oks[1], want)
    assert not np.array_equal(want, evaluate_keypoints(TRUTH, moved).oks[1])


def test_the_factor_scales_all_sigmas():
    moved = found(keypoints=[15, 20, 1] * 17)
    own = values(own=pair(results=moved), sigma_factor="2")
    want = evaluate_keypoints(TRUTH, moved, [2 * s for s in COCO17.sigmas]).oks[1]
    assert np.array_equal(evaluation_of(own).oks[1], want)


def nine_numbers(given):
    for part in walk(COCO_EVAL.parts(given), Moment()):
        if isinstance(part, Table) and tuple(part.columns.get("name", ())) == CROWD_STATS:
            return dict(zip(*part.columns.values(), strict=True))
    return None


def test_crowdpose_s_numbers_stand_where_every_image_says_how_crowded_it_is():
    own = pair(CROWDED, [FOUND_FEW])
    first = nine_numbers(values(own=own, sigmas="crowdpose"))
    # One image of crowdIndex .15: not below .1, so medium; below .2, so easy.
    assert first["AP_easy"].startswith("−1")
    assert first["AP_medium"] == first["AP"]
    given = values(own=own, sigmas="crowdpose").but(crowd_splits=(0.2, 0.8))
    second = nine_numbers(given)
    assert second["AP_medium"].startswith("−1")
    assert second["AP_easy"] == second["AP"]
    assert "box in place of the area" in shown(given)
    assert "box in place of the area" not in shown(given.but(use_area=False))
    assert nine_numbers(values()) is None
    assert nine_numbers(values(own=pair())) is None


@pytest.mark.parametrize("text", ["0.8,0.2", "0.1", "0.1,0.2,0.3", "-0.1,0.5", "0.1,nan", "a,b"])
def test_splits_that_do_not_rise_are_refused(text):
    (control,) = (c for c in COCO_EVAL.controls if c.name == "crowd_splits")
    with pytest.raises(ValueError, match="needed"):
        control.kind.read(text)
    assert control.kind.read("0.2,0.8") == (0.2, 0.8)


def test_what_is_odd_in_the_files_is_said():
    # pycocotools counts any visibility above 0; this one is none of COCO's.
    odd = person(keypoints=[10, 20, 0.31] * 17)
    notes = evaluation_of(values(own=pair(odd))).notes
    assert notes
    said = shown(values(own=pair(odd))).replace("\\", "")
    assert all(note in said for note in notes)


def test_questions_are_answered_by_the_engine():
    first, last, medium = eval_questions(Made())
    assert first.answer.label == "falls"
    assert last.answer.label == "stays"
    assert medium.answer.label.replace("−", "-") == "-1"


def test_one_s_own_files_are_not_asked_about():
    assert len(COCO_EVAL.questions(COCO_EVAL.result(values()))) == 3
    assert not COCO_EVAL.questions(COCO_EVAL.result(values(own=pair())))


def test_what_is_looked_at_does_not_begin_the_questions_again():
    first = COCO_EVAL.asks_about(values())
    for moved in ({"area": "large"}, {"threshold": "0.75"}, {"image": "196141"},
                  {"sigma_factor": "2"}):  # fmt: skip
        assert COCO_EVAL.asks_about(values(**moved)) == first
    for moved in ({"noise": "2"}, {"seed": "3"}, {"background": "0"}):
        assert COCO_EVAL.asks_about(values(**moved)) != first


def test_what_is_written_where_nobody_counts_comes_with_the_last_answer():
    told = "−1 is not a score"
    for answered in (0, 1, 2):
        assert told not in shown(values(), Moment(answered, at=answered))
    assert told in shown(values(), Moment(3, at=2))
    assert told not in shown(values(), Moment(0, 0, 0, True, at=0)), "a class is asked it"
    assert told in shown(values(own=pair()), Moment(0, 0, 0, True, at=0)), "nobody is asked it"


def test_the_sheet_with_answers_comes_when_all_questions_are_answered():
    def sides(moment):
        given = offers(COCO_EVAL, values(), moment, "/", lambda: b"")
        return {o.kind for o in given if isinstance(o, MadeOffer)}

    for answered in (0, 1, 2):
        assert "answers" not in sides(Moment(answered, at=answered)), "they tell what is asked next"
    assert "answers" in sides(Moment(3, at=2))
    assert "answers" not in sides(Moment(0, 0, 0, True, at=0))


def test_the_walk_ends_in_the_engine_s_matches():
    evaluation = Setting().evaluation()
    for image_id in evaluation.truth.image_ids:
        view = evaluation.image(image_id)
        scene = walk_scene(view, evaluation.walk(image_id))
        assert scene is not None
        written = ~np.isnan(scene.shown("matched", len(scene) - 1))
        assert np.array_equal(written.any(axis=1), view.matches[0, 0] >= 0)


def test_the_sheet_leaves_empty_what_is_never_matched():
    evaluation = Setting().evaluation()
    view = evaluation.image(197388, 1)
    scene = walk_scene(view, evaluation.walk(197388, 1, 0.5, "all"))
    matched = finished(scene).panel("matched")
    written = ~np.isnan(scene.shown("matched", len(scene) - 1))
    assert 0 < written.sum() < written.size
    assert (matched.kind == np.where(written, Kind.CELL, Kind.OUTSIDE)).all()
    assert (matched.values[written] == np.round(view.oks, 4)[written]).all()


def test_the_image_with_most_to_read_is_shown_until_another_is_chosen():
    (first,) = (p for p in walk(COCO_EVAL.parts(values()), Moment()) if isinstance(p, Play))
    assert "197388" in first.name
    other = COCO_EVAL.parts(values(image="196141", threshold="0.75"))
    (second,) = (p for p in walk(other, Moment()) if isinstance(p, Play))
    assert second.name == "coco-matching-image-196141-oks-0.75-all"
    assert "no image 999" in shown(values(image="999"))


def test_several_categories_can_be_looked_at():
    kinds = [{"id": 1}, {"id": 7}]
    truth = {**TRUTH, "categories": kinds, "annotations": [
        PERSON, {**PERSON, "id": 2, "category_id": 7},
    ]}  # fmt: skip
    own = pair(truth, [FOUND, {**FOUND, "category_id": 7, "score": 0.5}])
    names = {c.key for c in COCO_EVAL.present(values(own=own))}
    assert "category" in names
    assert "category" not in {c.key for c in COCO_EVAL.present(values(own=pair()))}
    shown_parts = [*walk(COCO_EVAL.parts(values(own=own).but(category="7")), Moment(), False)]
    assert isinstance(shown_parts[0], Play), "the picture stands first"
    rows = [p for p in shown_parts if isinstance(p, Table)]
    assert rows[0].columns["result"] == [1]


def test_files_without_images_people_or_detections_are_shown():
    empty = {"images": [], "categories": [{"id": 1}], "annotations": []}
    assert "The file has no images." in shown(values(own=pair(empty, [])))
    assert "nothing to compare" in shown(values(own=pair(TRUTH, [])))
    assert "Nobody of this size counts" in shown(values(own=pair()).but(area="medium"))
    assert "ten numbers" in shown(values(missed="1", background="0"))


def test_uploaded_files_come_along_in_the_state():
    given = values(own=pair(sigmas="0.1," * 16 + "0.1"), sigma_factor="2")
    data = state_file(COCO_EVAL, given)
    saved = read_state(data)
    assert set(saved.files) == {"annotations", "results", "sigmas"}
    assert saved.link == {"sigma_factor": "2.0"}
    again = [o.make() for o in page_offers(COCO_EVAL, saved.link, False, saved)
             if isinstance(o, MadeOffer) and o.kind == "state"]  # fmt: skip
    assert again == [data]


def test_files_too_large_for_a_state_or_no_text_stay_out_of_it():
    large = Upload(b"[" + b" " * 5_300_000), *pair()[1:]
    assert read_state(state_file(COCO_EVAL, values().but(own=large))).files == {}
    binary = Upload(b"\xff"), *pair()[1:]
    assert read_state(state_file(COCO_EVAL, values().but(own=binary))).files == {}


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"annotations": "no", "results": "[]", "sigmas": ""}, "not JSON from line 1"),
        ({"annotations": "{}"}, "must hold the texts annotations, results, sigmas"),
    ],
)
def test_bad_files_in_a_state_are_answered(files, reason):
    saved = SavedState("coco-eval", {}, files=files)
    with pytest.raises(ValueError, match=reason):
        page_offers(COCO_EVAL, {}, False, saved)


def test_a_state_with_files_is_refused_by_a_page_that_takes_none():
    from poolviz.wings.pooling.windows import WINDOWS

    saved = read_state(write_state(SavedState("windows", {}, files={"annotations": "{}"})))
    with pytest.raises(ValueError, match="this page takes none"):
        page_offers(WINDOWS, {}, False, saved)


@pytest.mark.parametrize(("factor", "threshold", "area"), [(1, 0.5, "all"), (2, 0.75, "large")])
def test_the_numpy_code_gives_the_engine_s_number(factor, threshold, area, capsys):
    setting = Setting(factor=factor)
    code = numpy_code(setting.evaluation(), verdicts_of(setting, threshold, area), threshold, area)
    exec(code, {})
    t = round((threshold - 0.5) / 0.05)
    want = setting.evaluation().ap_by_threshold[t, AREAS.index(area)]
    assert float(capsys.readouterr().out) == pytest.approx(want, abs=1e-12)


@pytest.fixture
def shipped_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "coco-annotations.json").write_bytes(coded(shipped_annotations()))
    (tmp_path / "coco-results.json").write_bytes(coded(Made().results()))


@pytest.mark.parametrize("setting", [Setting(), Setting(factor=2), Setting(sigmas="ap10k")])
def test_the_pycocotools_code_gives_the_ten_numbers(setting, shipped_files):
    pytest.importorskip("pycocotools")
    names = {}
    exec(pycocotools_code(setting.evaluation(), not setting.usual), names)
    assert names["run"].stats == pytest.approx(setting.evaluation().stats, abs=1e-12)


def test_the_code_with_boxes_gives_the_ten_numbers(shipped_files):
    pytest.importorskip("faster_coco_eval")
    setting = Setting(sigmas="ap10k", use_area=False, factor=0.5)
    names = {}
    exec(faster_code(setting.evaluation()), names)
    theirs = list(names["run"].stats_as_dict.values())[:10]
    assert theirs == pytest.approx(setting.evaluation().stats.tolist(), abs=1e-12)


def test_one_s_own_are_not_among_the_files():
    def file_names(given):
        return {o.name for o in offers(COCO_EVAL, given, Moment(), "/", lambda: b"")}

    shipped = {"coco-annotations", "coco-results"}
    assert shipped <= file_names(values())
    assert not shipped & file_names(values(own=pair()))
    assert {"coco-errors", "coco-gain-by-error"} <= file_names(values(own=pair()))


def large_pair(count):
    """More detections than are judged unasked: the same one again and again, in 60 images."""
    images = [{"id": i} for i in range(1, 61)]
    people = [{**PERSON, "id": i, "image_id": i} for i in range(1, 61)]
    return {**TRUTH, "images": images, "annotations": people}, [
        {**FOUND, "image_id": i % 60 + 1, "score": i / count} for i in range(count)
    ]


def test_of_large_files_the_costs_wait_until_they_are_asked_for():
    given = values(own=pair(*large_pair(2040)))
    assert "costs" in {c.key for c in COCO_EVAL.present(given)}
    assert "costs" not in {c.key for c in COCO_EVAL.present(values())}
    (fold,) = (p for p in COCO_EVAL.parts(given) if isinstance(p, Fold))
    assert len(fold.make()) == 1, "the switch alone"
    assert "once they are computed" in shown(given)
    names = {o.name for o in offers(COCO_EVAL, given, Moment(), "/", lambda: b"")}
    assert "coco-errors" not in names


def test_a_step_behind_the_end_and_the_scene_of_a_class():
    secret = Moment(0, 0, 0, True, at=0)
    given = offers(COCO_EVAL, values(step="9000"), secret, "/", lambda: b"")
    (played,) = (o for o in given if isinstance(o, Played))
    assert len(played.scene) > 10


def test_it_speaks_the_language_of_the_page_whatever_it_was_computed_in():
    use_language("zh")
    try:
        odd = values(own=pair(person(keypoints=[10, 20, 0.31] * 17)))
        chinese = shown(odd, Moment(ALL))
        use_language("en")
        assert shown(odd, Moment(ALL)) != chinese
        assert "visib" in shown(odd, Moment(ALL))
    finally:
        use_language("en")
