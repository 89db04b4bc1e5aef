"""/oks through the app's entry point."""

import contextlib
import csv
import io
import json
from dataclasses import replace
from urllib.parse import parse_qsl

import numpy as np
import pytest

from poolviz.figures.posing import oks_heat_map
from poolviz.pose import COCO17, Skeleton, keypoint_similarities, oks
from poolviz.readers import ReadError
from poolviz.readers.pose import read_pose, unpack_numbers
from poolviz.ui.keypoints import usable
from poolviz.ui.oks import as_json, joints_csv
from poolviz.wings.pose.oks.field import oks_field
from poolviz.wings.pose.oks.posing import Posing, measures, shipped_people
from poolviz.wings.pose.oks.programs import numpy_code, pycocotools_code
from poolviz.wings.pose.oks.questions import pose_questions
from poolviz.wings.pose.oks.words import k_sentence, oks_latex
from tests.ui.app import open_page, sent, shared, texts

PEOPLE = shipped_people()


def posing(person=PEOPLE[0], **chosen) -> Posing:
    given = {"visibility": person.visibility, "sigmas": person.sigmas, "area": person.area}
    return Posing(person=person, pred=person.detected(), **{**given, **chosen})


def heat_map(shown: Posing):
    return oks_heat_map(shown.poses, 0, *oks_field(shown, 0))


def moved(at, **change):
    """The browser tells a change of what it was sent."""
    data = sent(at)
    told = {key: data[key] for key in ("pred", "gt", "visibility", "joint", "id")}
    told["n"] = data["n"] + 1
    at.session_state["oks_saved"] = {**told, **change}
    return at.run()


def shown_oks(at) -> float:
    """The OKS that the page computes from what it sends to the browser."""
    data = sent(at)
    keys = {"pred": "pred", "gt": "gt", "area": "area", "sigmas": "sigmas", "bbox": "bbox"}
    given = {name: data[key] for name, key in keys.items()}
    return float(oks(**given, visibility=data["visibility"]))


def test_the_numbers_come_after_the_guess():
    at = open_page("oks")
    assert sent(at)["hidden"]
    assert "with the numbers in" not in texts(at)
    assert "judged four times" not in texts(at)
    at.button(key="oks.0.0").click().run()
    assert "The smaller σ, the less is forgiven" in texts(at)
    assert sent(at)["hidden"]
    at.button(key="oks.next").click().run()
    assert "What is the OKS?" in texts(at)
    labels = [b.label for b in at.button if b.key and b.key.startswith("oks.1.")]
    at.button(key=f"oks.1.{labels.index('0.83')}").click().run()
    assert "Right" in texts(at)
    assert not sent(at)["hidden"]
    assert "OKS with the numbers in" in texts(at)
    assert not at.exception


def test_every_question_to_the_end():
    at = open_page("oks")
    for i in range(5):
        at.button(key=f"oks.{i}.1").click().run()
        at.button(key="oks.next").click().run()
    assert "of 5 right" in texts(at)
    assert not at.exception


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.name)
def test_every_person(person):
    for mode in ("predict", "watch"):
        at = open_page("oks", person=person.name, mode=mode)
        assert not at.exception
    shown = posing(person)
    assert abs(shown_oks(at) - shown.oks) < 1e-15
    assert f"{shown.oks:.4f}" in texts(at)


def test_a_person_of_no_labels_is_measured_to_the_box():
    bare = posing(next(person for person in PEOPLE if not person.labelled))
    field, *marks = heat_map(bare).data
    assert [mark.name for mark in marks] == ["detected"], "no truth is known"
    assert (field.zmin, field.zmax) == (0, 1), "the place makes no difference within the box"
    assert "[v_i > 0]" not in oks_latex(bare), "that would be 0/0"
    x, _y, width, _height = bare.person.bbox
    assert f"x_i - {x + 2 * width:.1f}" in oks_latex(bare)
    assert "outside the enlarged box" in k_sentence(bare, 0)
    labelled = posing()
    field, *marks = heat_map(labelled).data
    assert [mark.name for mark in marks] == ["truth", "detected"]
    assert field.zmin is None
    assert "from the truth" in k_sentence(labelled, 0)
    free = posing(visibility=(0, *labelled.visibility[1:]))
    field, *marks = heat_map(free).data
    assert [mark.name for mark in marks] == ["detected"]
    assert (field.zmin, field.zmax) == (0, 1)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.name)
def test_each_question_has_one_right_choice_and_different_labels(person):
    for question in pose_questions(posing(person)):
        assert sum(choice.right for choice in question.choices) == 1
        labels = [choice.label for choice in question.choices]
        assert len(set(labels)) == len(labels) >= 2


def test_equal_slips_cost_as_misconception_11_says():
    ks = keypoint_similarities(
        np.full((17, 2), [10, 0]), np.zeros((17, 2)), 1e4, COCO17.sigmas, [2] * 17
    )
    np.testing.assert_allclose(ks[[1, 9, 11]], [0.135, 0.722, 0.897], atol=5e-4)


def test_flags_as_misconception_12_says():
    at = open_page("oks", mode="watch")
    before = shown_oks(at)
    flags = [1, *sent(at)["visibility"][1:]]
    moved(at, visibility=flags)
    assert shown_oks(at) == before
    assert "flags=12222222222222222" in shared(at)
    moved(at, visibility=[0, *flags[1:]])
    away = [[9999.0, 0.0], *sent(at)["pred"][1:]]
    hidden_joint = shown_oks(at)
    assert hidden_joint > before  # the nose was below the mean
    moved(at, pred=away)
    assert shown_oks(at) == hidden_joint
    assert not at.exception


def test_a_moved_joint_is_in_the_text_the_link_and_the_code():
    at = open_page("oks", mode="watch")
    pred = sent(at)["pred"]
    pred[0] = [400.5, 120.25]
    moved(at, pred=pred, joint=0)
    assert f"{shown_oks(at):.4f}" in texts(at)
    link = shared(at).split("?")[1]
    query = dict(part.split("=") for part in link.split("&"))
    again = open_page("oks", **query)
    assert sent(again)["pred"] == pred
    assert sent(again)["joint"] == 0
    assert shown_oks(again) == shown_oks(at)


def test_moving_the_truth_makes_it_ones_own():
    at = open_page("oks", mode="watch")
    gt = sent(at)["gt"]
    gt[0] = [300.0, 50.0]
    moved(at, gt=gt)
    assert sent(at)["gt"] == gt
    assert "person=own" in shared(at)
    query = dict(part.split("=") for part in shared(at).split("?")[1].split("&"))
    again = open_page("oks", **query)
    assert not again.exception
    assert sent(again)["gt"] == gt
    assert sent(again)["edges"] == sent(at)["edges"]
    assert shown_oks(again) == shown_oks(at)


def test_scale_and_sigma():
    at = open_page("oks", mode="watch")
    before = shown_oks(at)
    at.slider(key="control.oks.scale").set_value(300.0).run()
    assert sent(at)["area"] == 90000
    assert shown_oks(at) > before
    assert "area=90000" in shared(at)
    at.slider(key="control.oks.sigma").set_value(0.1).run()
    assert sent(at)["sigmas"][9] == sent(at)["sigmas"][10] == 0.1
    at.button(key="oks.coco").click().run()
    np.testing.assert_array_equal(sent(at)["sigmas"], COCO17.sigmas)
    assert not at.exception


@pytest.mark.parametrize(("link", "changed"), [("free", 1), ("sides", 2), ("all", 17)])
def test_sigmas_change_alone_with_their_side_or_all_together(link, changed):
    at = open_page("oks", mode="watch", link=link)
    at.slider(key="control.oks.sigma").set_value(0.124).run()
    assert sum(np.array(sent(at)["sigmas"]) != COCO17.sigmas) == changed
    assert "left wrist 0.124" in texts(at)
    assert f"nose {0.052 if link == 'all' else 0.026}" in texts(at)
    assert not at.exception


@pytest.mark.parametrize(("k", "sigma"), [("2", 0.062), ("1", 0.031), ("unit", 0.5)])
def test_k(k, sigma):
    at = open_page("oks", mode="watch", k=k)
    assert sent(at)["sigmas"][9] == sigma
    assert not at.exception


def test_area_of_mask_and_box():
    at = open_page("oks", mode="watch", area="box")
    w, h = PEOPLE[0].bbox[2:]
    assert sent(at)["area"] == 0.53 * w * h
    at.number_input(key="control.oks.area").set_value(5000.0).run()
    assert sent(at)["area"] == 5000
    assert not at.exception


@pytest.mark.parametrize("where", ["joint", "all"])
@pytest.mark.parametrize("mistake", ["jitter", "inversion", "swap", "miss", "perfect"])
def test_one_click_mistakes(mistake, where):
    at = open_page("oks", mode="watch", person="230195")
    at.segmented_control(key="control.oks.where").set_value(where).run()
    at.button(key=f"oks.{mistake}").click().run()
    assert "OKS " in texts(at)
    assert " → " in texts(at)
    if where == "all":
        value = shown_oks(at)
        assert value == 1 if mistake == "perfect" else value < 1
    at.button(key="oks.first").click().run()
    assert sent(at)["pred"] == next(p for p in PEOPLE if p.name == "230195").detected().tolist()
    assert not at.exception


def test_swap_needs_somebody_else():
    at = open_page("oks", mode="watch")
    assert at.button(key="oks.swap").disabled


@pytest.mark.parametrize("factor", [2.0, 1.0, 0.0])
@pytest.mark.parametrize("person", [PEOPLE[0], PEOPLE[1], PEOPLE[3]], ids=lambda p: p.name)
def test_the_code_gives_the_value_of_the_page(person, factor):
    shown = posing(person, factor=factor, area=person.area * 1.1)
    for code in (numpy_code(shown), pycocotools_code(shown)):
        found: dict = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, found)
        assert abs(found["oks"] - shown.oks) < 1e-12


def test_the_code_on_the_page_is_that_of_its_state():
    at = open_page("oks", mode="watch", person="198196", k="1", sigmas="_".join(["0.05"] * 17))
    codes = [c.value for c in at.code if "import numpy" in c.value]
    assert len(codes) == 2
    for code in codes:
        found: dict = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, found)
        assert abs(found["oks"] - shown_oks(at)) < 1e-12


def test_downloads_can_be_read_back():
    shown = posing()
    own = read_pose(json.dumps(as_json(shown)))
    np.testing.assert_array_equal(own.points, shown.person.points)
    np.testing.assert_array_equal(own.found, shown.pred)
    assert own.names == COCO17.names
    assert own.edges == COCO17.edges
    assert own.area == shown.area
    lines = joints_csv(shown).splitlines()
    assert len(lines) == 18
    assert np.mean([float(line.split(",")[-1]) for line in lines[1:]]) == pytest.approx(shown.oks)


def test_a_name_that_a_spreadsheet_would_run_is_only_text_in_the_download():
    names = ("-1+1", "=2", "elbow")
    skeleton = Skeleton(title="own", names=names)
    points = np.array([[-1.5, 2], [3, 4], [5, 6]])
    person = replace(
        PEOPLE[0], skeleton=skeleton, points=points, visibility=(2, 2, 0), found=points
    )
    rows = list(csv.reader(io.StringIO(joints_csv(posing(person)))))
    assert [row[0] for row in rows[1:]] == ["'-1+1", "'=2", "elbow"]
    assert rows[1][1] == "-1.5"
    assert [row[-1] for row in rows[1:]] == ["1.0", "1.0", ""]


def test_own_coordinates_are_shown_and_linked():
    at = open_page("oks", mode="watch")
    at.text_area(key="oks.paste").set_value("10,10,2,12,10\n50,90,1,50,80\n0,0,0,5,5").run()
    assert not at.exception
    data = sent(at)
    assert data["gt"] == [[10, 10], [50, 90], [0, 0]]
    assert data["pred"] == [[12, 10], [50, 80], [5, 5]]
    assert data["visibility"] == [2, 1, 0]
    query = dict(part.split("=") for part in shared(at).split("?")[1].split("&"))
    again = open_page("oks", **query)
    assert sent(again)["gt"] == data["gt"]
    assert sent(again)["pred"] == data["pred"]
    assert shown_oks(again) == shown_oks(at)


def controls(at) -> dict[str, object]:
    """Every control that a person can move, and what it shows."""
    kinds = (at.slider, at.number_input, at.selectbox, at.segmented_control, at.toggle)
    return {
        one.key: one.value
        for kind in kinds
        for one in kind
        if (one.key or "").startswith("control.")
    }


def test_the_link_restores_every_control():
    at = open_page("oks")
    moves = [
        ("segmented_control", "mode", "watch"),
        ("selectbox", "person", "230195"),
        ("selectbox", "joint", 5),
        ("segmented_control", "link", "free"),
        ("slider", "sigma", 0.11),
        ("segmented_control", "k", "1"),
        ("segmented_control", "area_kind", "box"),
        ("number_input", "area", 4321.0),
        ("toggle", "arrows", True),
        ("segmented_control", "where", "all"),
        ("number_input", "pixels", 23),
        ("toggle", "truth", True),
    ]
    first = controls(at)
    for kind, name, value in moves:
        prefix = "control" if name == "mode" else "control.oks"
        getattr(at, kind)(key=f"{prefix}.{name}").set_value(value).run()
    at.button(key="oks.jitter").click().run()
    moved(at, visibility=[1, *sent(at)["visibility"][1:]], joint=5)
    at.slider(key="control.oks.scale").set_value(70.0).run()
    last = controls(at)
    assert {key for key in first if last[key] == first[key]} == set()
    query = dict(parse_qsl(shared(at).split("?")[1]))
    again = open_page("oks", **query)
    assert controls(again) == last
    books = {"n", "id"}
    assert {k: v for k, v in sent(again).items() if k not in books} == {
        k: v for k, v in sent(at).items() if k not in books
    }
    done = {line for line in texts(at).splitlines() if line.startswith("Jitter, ")}
    assert set(texts(at).splitlines()) - set(texts(again).splitlines()) == done


def test_a_picture_is_sent_once_and_again_when_the_browser_lacks_it():
    at = open_page("oks", mode="watch", person="own", own="1_2_2__9_9_2")
    href = "data:image/jpeg;base64,AAAA"
    at.session_state["oks_state"]["ground"] = {"href": href, "width": 10.0, "height": 8.0}
    first, then = sent(at.run())["image"], sent(at.run())["image"]
    assert first["href"] == href
    assert then == {key: first[key] for key in ("name", "width", "height")}
    at.session_state["oks_books"].pop("picture")  # what its "want" does
    assert sent(at.run())["image"] == first
    at.session_state["oks_state"]["ground"]["href"] += "BBBB"
    other = sent(at.run())["image"]
    assert other["href"].endswith("BBBB")
    assert other["name"] != first["name"]


BAD = {
    "empty": b"",
    "words": b"a,b\nc,d\n",
    "four columns": b"1,2,3,4\n",
    "nan": b"1,nan,2\n",
    "far": b"1,1e9,2\n",
    "134 rows": b"1,2\n" * 134,
    "not json": b"{nope",
    "a list of objects": b'[{"keypoints": [1,2,2]}]',
    "a list": b"[1,2,3,4]",
    "a whole file": b'{"annotations": []}',
    "not three": b'{"keypoints": [1,2]}',
    "text in it": b'{"keypoints": [1,"2",2]}',
    "true in it": b'{"keypoints": [1,true,2]}',
    "infinite": b'{"keypoints": [1,Infinity,2]}',
    "huge whole": b'{"keypoints": [1,1' + b"0" * 400 + b",2]}",
    "sigmas": b'{"keypoints": [1,2,2], "sigmas": [0]}',
    "area": b'{"keypoints": [1,2,2], "area": -4}',
    "box": b'{"keypoints": [1,2,2], "bbox": [1,2,0,4]}',
    "found": b'{"keypoints": [1,2,2], "found": [1]}',
    "deep": b"[" * 100_000,
    "binary": b"\x00\x01\x02",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_coordinates_get_one_sentence(name):
    with pytest.raises(ReadError) as refused:
        read_pose(BAD[name])
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 250


def test_bad_coordinates_change_nothing():
    at = open_page("oks", mode="watch")
    before = sent(at)["gt"]
    at.text_area(key="oks.paste").set_value("1,2\n" * 6_000).run()
    assert "rows" in at.error[0].value
    at.text_area(key="oks.paste").set_value("1,2,7,8").run()
    assert "2, 3 or 5 numbers, not 4" in texts(at)
    assert sent(at)["gt"] == before
    assert not at.exception


@pytest.mark.parametrize(
    "query",
    [
        {"pose": "1_2__3"},
        {"pose": "x"},
        {"pose": "nan_1"},
        {"person": "nobody"},
        {"area": "-1"},
        {"area": "0"},
        {"sigmas": "0"},
        {"flags": "3"},
        {"k": "3"},
        {"joint": "-1"},
        {"person": "own", "own": "1_2_5"},
        {"person": "own", "own": "1_2_2", "names": "a~a"},
        {"person": "own", "own": "1_2_2", "own_box": "1_2_0_0"},
        {"person": "own", "own": "1_2_2", "edges": "0"},
    ],
)
def test_a_bad_link_says_so(query):
    at = open_page("oks", mode="watch", **query)
    assert len(at.warning) == 1
    assert not at.exception


@pytest.mark.parametrize(
    "query",
    [
        {"pose": "1_2"},
        {"flags": "2"},
        {"flags": "00000000000000000"},
        {"sigmas": "0.1"},
        {"joint": "100"},
        {"person": "own"},
        {"person": "own", "own": "1_2_2"},
        {"person": "own", "own": "1_2_0"},
        {"person": "own", "own": "1_2_2__1_2_2", "edges": "0-9", "names": "a"},
        {"person": "own", "own": "__".join(["1_2_2"] * 133)},
        {"person": "own", "own": "__".join(["1_2_2"] * 16)},
        {"person": "own", "own": "-1000000_2_2__1000000_2_1", "area": "1"},
        {"area": "1000000000000"},
    ],
)
def test_odd_links_are_harmless(query):
    for mode in ("watch", "predict"):
        at = open_page("oks", mode=mode, **query)
        assert not at.exception


def test_hostile_messages_are_dropped():
    good = {"pred": [[1, 2]], "gt": [[1, 2.5]], "visibility": [2], "joint": 0}
    assert usable(good, 1) is not None
    for change in (
        {"pred": None},
        {"pred": [[1]]},
        {"pred": [[1, float("nan")]]},
        {"pred": [[1, "2"]]},
        {"pred": [[1, 1e300]]},
        {"gt": [[True, 2]]},
        {"gt": [[1, 2], [3, 4]]},
        {"visibility": [3]},
        {"visibility": "2"},
        {"joint": 1},
        {"joint": 0.0},
    ):
        assert usable({**good, **change}, 1) is None


def test_unpacking_refuses_what_is_no_pose():
    for text in ("", "1", "1_2_3", "1_inf", "1_1e7", "__".join(["1_2"] * 134)):
        with pytest.raises(ValueError, match=r"."):
            unpack_numbers(text, 2)


def test_pck_and_iou_disagree_with_oks():
    shown = posing()
    found = measures(shown)
    assert found.pck == 1
    assert found.pckh == 0
    assert found.iou > 0.9
    assert found.oks < 0.85


def test_no_list_of_sigmas_tells_where_a_slip_costs_most():
    assert "σ of every joint" in texts(open_page("oks", mode="watch"))
    for query in ({}, {"answers": "hidden"}):
        at = open_page("oks", **query)
        assert "where does it cost most" in texts(at)
        assert "σ of every joint" not in texts(at)


@pytest.mark.parametrize("text", ["[[120, 80, 2], [130, 90, 1]]", "[[120 80 2]\n [130 90 1]]"])
def test_a_pose_is_read_from_a_list(text):
    pose = read_pose(text)
    assert pose.points.tolist() == [[120, 80], [130, 90]]
    assert pose.visibility == (2, 1)
