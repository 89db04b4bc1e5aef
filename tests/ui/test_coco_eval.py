"""/coco-eval through the app's entry point; bad files through the page's own reading function."""

import json
from urllib.parse import parse_qsl

import numpy as np
import pytest
import streamlit as st

from poolviz.figures.files import finished
from poolviz.pose import RecordError, evaluate_keypoints, shipped_annotations
from poolviz.readers.state import read_state
from poolviz.stage.scene import Kind
from poolviz.ui.coco_settings import eval_settings
from poolviz.ui.takeaway import state_bytes
from poolviz.wings.pose.coco_eval.scene import (
    Made,
    eval_questions,
    made_evaluation,
    read_pair,
    walk_scene,
)
from tests.ui.app import open_page, sent, shared, texts

PERSON = {
    "id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "num_keypoints": 17,
    "area": 10_000.0, "bbox": [0, 0, 100, 100], "keypoints": [10, 20, 2] * 17,
}  # fmt: skip
TRUTH = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": [PERSON]}
FOUND = {"image_id": 1, "category_id": 1, "keypoints": [10, 20, 1] * 17, "score": 0.9}


def test_the_sheet_leaves_empty_what_is_never_matched():
    view = made_evaluation(Made()).image(197388, 1)
    scene = walk_scene(view, made_evaluation(Made()).walk(197388, 1, 0.5, "all"))
    matched = finished(scene).panel("matched")
    written = ~np.isnan(scene.shown("matched", len(scene) - 1))
    assert 0 < written.sum() < written.size
    assert (matched.kind == np.where(written, Kind.CELL, Kind.OUTSIDE)).all()
    assert (matched.values[written] == np.round(view.oks, 4)[written]).all()


def test_it_has_a_sheet_to_hand_out():
    at = open_page("coco_eval", mode="watch")
    at.session_state["coco_eval.handout"] = True
    at.run()
    assert {"coco_eval.handout.questions", "coco_eval.handout.answers"} <= {
        b.key for b in at.get("download_button")
    }


def coded(data):
    return data if isinstance(data, bytes) else json.dumps(data).encode()


def person(drop=None, **change):
    one = {k: v for k, v in {**PERSON, **change}.items() if k != drop}
    return {**TRUTH, "annotations": [one]}


def found(drop=None, **change):
    return [{k: v for k, v in {**FOUND, **change}.items() if k != drop}]


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


def test_questions_are_answered_by_the_engine():
    first, last, medium = eval_questions(Made())
    assert first.answer.label == "falls"
    assert last.answer.label == "stays"
    assert medium.answer.label.replace("−", "-") == "-1"


def test_the_walk_ends_in_the_engine_s_matches():
    evaluation = made_evaluation(Made())
    for image_id in evaluation.truth.image_ids:
        view = evaluation.image(image_id)
        scene = walk_scene(view, evaluation.walk(image_id))
        assert scene is not None
        shown = ~np.isnan(scene.shown("matched", len(scene) - 1))
        assert np.array_equal(shown.any(axis=1), view.matches[0, 0] >= 0)


def test_predict_then_see():
    at = open_page("coco_eval")
    assert "One more detection" in texts(at)
    assert "The ten numbers" in texts(at), "the first view shows what the question is about"
    at.button(key="coco_quiz.0.2").click().run()
    assert "Right" in texts(at)
    assert "−1 is not a score" not in texts(at), "that is asked at the end"
    at.session_state["coco_eval.handout"] = True
    sheets = [b.proto.label for b in at.run().get("download_button")]
    assert "The same with answers and reasons" not in sheets, "they tell what is asked next"
    for at_question in range(2):
        at.button(key="coco_quiz.next").click().run()
        at.button(key=f"coco_quiz.{at_question + 1}.{at_question + 1}").click().run()
    assert "−1 is not a score" in texts(at)
    assert not at.exception


def test_hidden_answers_do_not_tell_what_is_written_where_nobody_counts():
    at = open_page("coco_eval", answers="hidden")
    assert "The ten numbers" in texts(at)
    assert "−1 is not a score" not in texts(at)
    assert not at.exception


def test_the_link_restores_and_the_numbers_are_the_engine_s():
    at = open_page("coco_eval", mode="watch", noise="2", seed="3", image="196141", step="4",
                   sigma_factor="2", threshold="0.75")  # fmt: skip
    made = Made(2.0, 3)
    base = evaluate_keypoints(shipped_annotations(), made.results())
    assert f"{base.stats[0]:.4f}" in texts(at)
    assert sent(at)["step"] == 4
    for part in ("noise=2", "seed=3", "image=196141", "step=4", "sigma_factor=2"):
        assert part in shared(at)
    assert not at.exception


def controls(at) -> dict[str, object]:
    """Every control that a person can move, and what it shows."""
    kinds = (at.slider, at.number_input, at.selectbox)
    return {
        one.key: one.value for kind in kinds for one in kind if (one.key or "").startswith("coco.")
    }


def test_the_link_restores_every_control():
    at = open_page("coco_eval", mode="watch")
    first = controls(at)
    moves = [
        ("slider", "noise", 2.25),
        ("number_input", "seed", 7),
        ("slider", "factor", 1.5),
        ("slider", "inverted", 0.3),
        ("slider", "missed", 0.2),
        ("number_input", "background", 3),
        ("selectbox", "threshold", 0.65),
        ("selectbox", "area", "large"),
        ("selectbox", "image", "196141"),
    ]
    for kind, name, value in moves:
        getattr(at, kind)(key=f"coco.control.{name}").set_value(value).run()
    last = controls(at)
    assert {key for key in first if last[key] == first[key]} == set()
    again = open_page("coco_eval", **dict(parse_qsl(shared(at).split("?")[1])))
    assert controls(again) == last
    assert sent(again) == sent(at)
    assert texts(again) == texts(at)


@pytest.mark.parametrize("query", [
    {"noise": "x"}, {"seed": "-1"}, {"threshold": "0.51"}, {"area": "small"}, {"noise": "nan"},
])  # fmt: skip
def test_a_bad_link_says_so(query):
    at = open_page("coco_eval", mode="watch", **query)
    assert len(at.warning) == 1
    assert not at.exception


def test_no_people_of_a_size_and_nothing_found():
    at = open_page("coco_eval", mode="watch", missed="1", background="0")
    assert not at.exception


def upload(at, truth, results):
    at.file_uploader(key="coco.truth").upload("gt.json", coded(truth), "application/json")
    return at.file_uploader(key="coco.results").upload(
        "dt.json", coded(results), "application/json"
    ).run()  # fmt: skip


def large_pair(count):
    """More detections than are judged unasked: the same one again and again, in 60 images."""
    images = [{"id": i} for i in range(1, 61)]
    people = [{**PERSON, "id": i, "image_id": i} for i in range(1, 61)]
    return {**TRUTH, "images": images, "annotations": people}, [
        {**FOUND, "image_id": i % 60 + 1, "score": i / count} for i in range(count)
    ]


def test_of_a_large_file_each_part_tells_its_progress_in_percent(monkeypatch):
    told = []
    real = st.progress

    def progress(share, text=None):
        told.append(text)
        bar = real(share, text)
        monkeypatch.setattr(bar, "progress", lambda share, text=None: told.append(text))
        return bar

    monkeypatch.setattr(st, "progress", progress)
    at = open_page("coco_eval", sigma_factor="2")
    upload(at, *large_pair(2040))
    assert not at.exception
    assert "Evaluating: 100 %" in told
    assert "Evaluating with other σ: 100 %" in told
    assert "Explaining every detection" not in told
    assert "coco.coco-errors.csv" not in [b.key for b in at.get("download_button")]
    at.toggle(key="coco.costs").set_value(True).run()
    assert not at.exception
    for part in (
        "Mending one kind of error after the other",
        "Evaluating with one σ after the other",
    ):
        percents = [int(t.split(": ")[1].split()[0]) for t in told if t and t.startswith(part)]
        assert percents == sorted(set(percents))
        assert percents[-1] == 100
        assert len(percents) > 10
    assert "What mending each error would bring" in texts(at)


def test_uploads_are_evaluated_and_a_bad_one_changes_nothing():
    at = open_page("coco_eval")
    upload(at, TRUTH, [FOUND])
    assert not at.exception
    assert "nobody counts here" in texts(at)
    assert "do not travel" in texts(at)
    at.file_uploader(key="coco.results").upload("x.json", coded(found("score")), "text").run()
    assert "results\\[0\\]" in at.error[0].value
    assert "nobody counts here" in texts(at)
    assert not at.exception


def put(at, data):
    return at.file_uploader(key="coco-eval.state.file").upload(
        "state.json", data, "application/json"
    ).run()  # fmt: skip


def test_uploaded_files_come_along_in_the_state_and_can_be_put_away():
    at = open_page("coco_eval", sigma_factor="2")
    upload(at, TRUTH, [FOUND])
    state = at.session_state["coco_eval_state"]
    saved = state_bytes(state, eval_settings, "coco-eval")
    again = put(open_page("coco_eval", mode="watch"), saved)
    assert not again.exception
    state = again.session_state["coco_eval_state"]
    assert (state["own"], state["factor"]) == ((coded(TRUTH), coded([FOUND]), ""), 2.0)
    assert "nobody counts here" in texts(again)
    assert "The files of the state that was loaded are shown." in texts(again)
    assert state_bytes(state, eval_settings, "coco-eval") == saved
    again.button(key="coco.away").click().run()
    assert not again.exception
    assert "own" not in again.session_state["coco_eval_state"]
    assert "nobody counts here" not in texts(again)


def test_files_too_large_for_a_state_stay_out_of_it():
    at = open_page("coco_eval")
    state = {**at.session_state["coco_eval_state"], "own": (b"[" + b" " * 5_300_000, b"[]", "")}
    saved = read_state(state_bytes(state, eval_settings, "coco-eval"))
    assert (saved.page, saved.files) == ("coco-eval", {})
    state["own"] = (b"\xff", b"[]", "")
    assert read_state(state_bytes(state, eval_settings, "coco-eval")).files == {}


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"annotations": "no", "results": "[]", "sigmas": ""}, "not JSON from line 1"),
        ({"annotations": "{}"}, "must hold the texts annotations, results, sigmas"),
        ({"annotations": "{}", "results": 3, "sigmas": ""}, "must hold the texts"),
    ],
)
def test_bad_files_in_a_state_are_answered_and_change_nothing(files, reason):
    data = json.dumps({"poolviz": 1, "page": "coco-eval", "files": files}).encode()
    at = put(open_page("coco_eval", mode="watch"), data)
    assert not at.exception
    assert reason in texts(at)
    assert "own" not in at.session_state["coco_eval_state"]


@pytest.mark.parametrize(("factor", "threshold", "area"), [(1, 0.5, "all"), (2, 0.75, "large")])
def test_the_numpy_code_gives_the_engine_s_number(factor, threshold, area, capsys):
    from poolviz.pose import AREAS
    from poolviz.wings.pose.coco_eval.scene import numpy_code, scaled

    evaluation = scaled(made_evaluation(Made()), factor)
    code = numpy_code(evaluation, evaluation.explain(threshold, area), threshold, area)
    exec(code, {})
    t = round((threshold - 0.5) / 0.05)
    want = evaluation.ap_by_threshold[t, AREAS.index(area)]
    assert float(capsys.readouterr().out) == pytest.approx(want, abs=1e-12)


@pytest.mark.parametrize("factor", [1, 2])
def test_the_pycocotools_code_gives_the_ten_numbers(factor, tmp_path, monkeypatch):
    pytest.importorskip("pycocotools")
    from poolviz.wings.pose.coco_eval.scene import pycocotools_code, scaled

    monkeypatch.chdir(tmp_path)
    (tmp_path / "coco-annotations.json").write_bytes(coded(shipped_annotations()))
    (tmp_path / "coco-results.json").write_bytes(coded(Made().results()))
    evaluation = scaled(made_evaluation(Made()), factor)
    names = {}
    exec(pycocotools_code(evaluation, factor != 1), names)
    assert names["run"].stats == pytest.approx(evaluation.stats, abs=1e-12)


def test_an_unknown_image_in_the_link_says_so():
    at = open_page("coco_eval", mode="watch", image="999")
    assert "no image 999" in at.warning[0].value
    assert not at.exception
