"""/oks as its declaration has it: what is set, computed, asked, said and taken away."""

import contextlib
import csv
import io
import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from poolviz.figures.posing import falloff_chart, oks_heat_map
from poolviz.pose import COCO17, Skeleton, keypoint_similarities
from poolviz.readers import ReadError
from poolviz.readers.pose import read_pose, unpack_numbers
from poolviz.stage import address
from poolviz.stage.part import Acts, Fold, Formula, Moment, Posed, Program, Says, walk
from poolviz.stage.posing import Moved
from poolviz.ui.keypoints import usable
from poolviz.wings.pose.oks.field import oks_field
from poolviz.wings.pose.oks.page import OKS
from poolviz.wings.pose.oks.posing import Posing, measures, shipped_people
from poolviz.wings.pose.oks.programs import numpy_code, pycocotools_code
from poolviz.wings.pose.oks.questions import pose_questions
from poolviz.wings.pose.oks.telling import as_json, joints_csv
from poolviz.wings.pose.oks.words import k_sentence, oks_latex

PEOPLE = shipped_people()


def posing(person=PEOPLE[0], **chosen) -> Posing:
    given = {"visibility": person.visibility, "sigmas": person.sigmas, "area": person.area}
    return Posing(person=person, pred=person.detected(), **{**given, **chosen})


def heat_map(shown: Posing):
    return oks_heat_map(shown.poses, 0, *oks_field(shown, 0))


ANSWERED = Moment()
KINDS = {control.key: control.kind for control in OKS.controls}


def open_page(**query):
    """The values of a link without faults."""
    values, complaints = address.read(OKS, query)
    assert not complaints
    return address.settle(OKS, values)[0]


def link(values):
    return address.parameters(OKS, values)


def posed(values) -> Posed:
    return next(part for part in OKS.parts(values) if isinstance(part, Posed))


def shown_oks(values) -> float:
    return posed(values).poses.oks


def texts(values, moment=ANSWERED) -> str:
    parts = list(walk(OKS.parts(values), moment))
    said = [part.text for part in parts if isinstance(part, Says)]
    return "\n".join([*said, *(part.latex for part in parts if isinstance(part, Formula))])


def settled(values):
    return address.settle(OKS, values)[0]


def moved(values, **change):
    """A person moves something in the picture."""
    poses = posed(values).poses
    now = {"found": poses.found.tolist(), "truth": poses.truth.tolist()}
    now |= {"visibility": poses.visibility, "joint": posed(values).joint} | change
    for pose in ("found", "truth"):
        now[pose] = tuple(map(tuple, now[pose]))
    now["visibility"] = tuple(now["visibility"])
    return settled(values.but(**KINDS["pose"].takes(values, Moved(**now))))


def dialled(values, key, number):
    return settled(values.but(**KINDS[key].sets(values, number)))


def chosen(values, key, option):
    return settled(values.but(**{**KINDS[key].also(values, option), key: option}))


def acts(values):
    part = next(part for part in OKS.parts(values) if isinstance(part, Acts))
    return {act.name: act for act in part.acts}, part.note


def acted(values, name):
    return settled(values.but(**acts(values)[0][name].sets(values)))


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.name)
def test_every_person(person):
    values = open_page(person=person.name)
    assert abs(shown_oks(values) - posing(person).oks) < 1e-15
    assert f"{posing(person).oks:.4f}" in texts(values)


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
    values = open_page()
    before = shown_oks(values)
    flags = [1, *posed(values).poses.visibility[1:]]
    values = moved(values, visibility=flags)
    assert shown_oks(values) == before
    assert link(values)["flags"] == "12222222222222222"
    values = moved(values, visibility=[0, *flags[1:]])
    away = [[9999.0, 0.0], *posed(values).poses.found.tolist()[1:]]
    hidden_joint = shown_oks(values)
    assert hidden_joint > before  # the nose was below the mean
    values = moved(values, found=away)
    assert shown_oks(values) == hidden_joint
    values = acted(values, "flags")
    assert "flags" not in link(values)
    assert "flags" not in acts(values)[0], "they are as annotated"


def test_a_moved_joint_is_in_the_text_and_the_link():
    values = open_page()
    found = posed(values).poses.found.tolist()
    found[0] = [400.5, 120.25]
    values = moved(values, found=found, joint=0)
    assert f"{shown_oks(values):.4f}" in texts(values)
    again = open_page(**link(values))
    assert posed(again).poses.found.tolist() == found
    assert posed(again).joint == 0
    assert shown_oks(again) == shown_oks(values)


def test_moving_the_truth_makes_it_ones_own_and_asks_nothing_anew():
    values = open_page()
    truth = posed(values).poses.truth.tolist()
    truth[0] = [300.0, 50.0]
    mine = moved(values, truth=truth)
    assert posed(mine).poses.truth.tolist() == truth
    assert posed(mine).id == posed(values).id, "the pose stays in the person's hand"
    assert OKS.asks_about(mine) == OKS.asks_about(values)
    assert link(mine)["person"] == "own"
    again = open_page(**link(mine))
    assert posed(again).poses.truth.tolist() == truth
    assert posed(again).poses.edges == posed(values).poses.edges
    assert shown_oks(again) == shown_oks(mine)


def test_another_person_begins_anew():
    values = moved(open_page(), found=[[1.0, 2.0]] * 17, visibility=[1] * 17)
    other = chosen(dialled(values, "area", 300.0), "person", "230195")
    assert set(link(other)) == {"person"}
    assert posed(other).id != posed(values).id
    assert OKS.asks_about(other) != OKS.asks_about(values)


def test_scale_and_sigma():
    values = open_page()
    before = shown_oks(values)
    values = dialled(values, "area", 300.0)
    assert posed(values).poses.area == 90000
    assert shown_oks(values) > before
    assert link(values)["area"] == "90000.0"
    values = dialled(values, "sigmas", 0.1)
    assert posed(values).poses.sigmas[9] == posed(values).poses.sigmas[10] == 0.1
    values = acted(values, "coco")
    np.testing.assert_array_equal(posed(values).poses.sigmas, COCO17.sigmas)
    assert "coco" not in acts(values)[0]


@pytest.mark.parametrize(("which", "changed"), [("free", 1), ("sides", 2), ("all", 17)])
def test_sigmas_change_alone_with_their_side_or_all_together(which, changed):
    values = dialled(open_page(link=which), "sigmas", 0.124)
    assert sum(posed(values).poses.sigmas != COCO17.sigmas) == changed
    assert "left wrist 0.124" in texts(values)
    assert f"nose {0.052 if which == 'all' else 0.026}" in texts(values)


@pytest.mark.parametrize(("k", "sigma"), [("2", 0.062), ("1", 0.031), ("unit", 0.5)])
def test_k(k, sigma):
    values = open_page(k=k)
    assert posed(values).poses.sigmas[9] == sigma
    assert KINDS["sigmas"].still(values) == (k == "unit")
    assert bool(posed(values).poses.rings) == (k != "unit")


def test_area_of_mask_and_box():
    values = open_page(area="box")
    w, h = PEOPLE[0].bbox[2:]
    assert posed(values).poses.area == 0.53 * w * h
    assert values["area_kind"] == "box"
    values = chosen(values, "area_kind", "other")
    assert values["area"] == round(0.53 * w * h, 2)
    values = dialled(values, "area_number", 5000.0)
    assert posed(values).poses.area == 5000
    assert values["area_kind"] == "other"
    values = chosen(values, "area_kind", "mask")
    assert posed(values).poses.area == PEOPLE[0].area
    own = open_page(person="own", own="1_2_2__9_9_2")
    assert own["area_kind"] == "box", "there is no mask"
    assert KINDS["area_kind"].offered(own) == ("box", "other")


def test_the_scale_says_what_the_mask_gives():
    values = open_page(area="1")
    assert KINDS["area"].note(values).endswith("The annotated mask gives 166.7.")
    least, most = KINDS["area"].ends(values)
    assert (least, most) == (17.0, 500.0), "a tenth of it, and three times"


@pytest.mark.parametrize("where", ["joint", "all"])
@pytest.mark.parametrize("mistake", ["jitter", "inversion", "swap", "miss", "perfect"])
def test_one_click_mistakes(mistake, where):
    first = open_page(person="230195", where=where)
    values = acted(first, mistake)
    what = "the whole pose" if where == "all" or mistake == "perfect" else "left wrist"
    said = f"{what}: OKS {shown_oks(first):.4f} → {shown_oks(values):.4f}."
    assert said in texts(values)
    if where == "all":
        assert shown_oks(values) == 1 if mistake == "perfect" else shown_oks(values) < 1
    elif mistake != "perfect":
        changed = (posed(values).poses.found != posed(first).poses.found).any(axis=1)
        assert np.flatnonzero(changed).tolist() == [9]
    back = acted(values, "first")
    assert posed(back).poses.found.tolist() == posed(first).poses.found.tolist()
    assert "→" not in texts(back)


def test_jitter_moves_as_far_as_is_said_and_elsewhere_each_time():
    once = acted(open_page(where="all", pixels="23"), "jitter")
    twice = acted(once, "jitter")
    for values in (once, twice):
        np.testing.assert_allclose(posed(values).poses.distances, 23, atol=0.1)  # tenths
    assert once["pose"] != twice["pose"]


def test_what_is_impossible_is_not_offered_and_said():
    offered, note = acts(open_page())
    assert "swap" not in offered
    assert "Nobody else is labelled in this image" in note
    offered, note = acts(open_page(joint="0"))
    assert "inversion" not in offered
    assert "There is no left and right here." in note
    offered, note = acts(open_page(person="230195"))
    assert {"swap", "inversion"} <= set(offered)
    assert note == ""


@pytest.mark.parametrize("factor", [2.0, 1.0, 0.0])
@pytest.mark.parametrize("person", [PEOPLE[0], PEOPLE[1], PEOPLE[3]], ids=lambda p: p.name)
def test_the_code_gives_the_value_of_the_page(person, factor):
    shown = posing(person, factor=factor, area=person.area * 1.1)
    for code in (numpy_code(shown), pycocotools_code(shown)):
        found: dict = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, found)
        assert abs(found["oks"] - shown.oks) < 1e-12


def test_own_coordinates_are_shown_and_linked():
    text = "10,10,2,12,10\n50,90,1,50,80\n0,0,0,5,5"
    values = open_page()
    values = settled(values.but(**KINDS["brought"].sets(values, text)))
    poses = posed(values).poses
    assert poses.truth.tolist() == [[10, 10], [50, 90], [0, 0]]
    assert poses.found.tolist() == [[12, 10], [50, 80], [5, 5]]
    assert poses.visibility == (2, 1, 0)
    again = open_page(**link(values))
    assert posed(again).poses.truth.tolist() == poses.truth.tolist()
    assert posed(again).poses.found.tolist() == poses.found.tolist()
    assert shown_oks(again) == shown_oks(values)
    assert "own" not in link(chosen(values, "person", PEOPLE[1].name)), (
        "it travels while it is shown"
    )


def test_a_file_that_is_taken_away_leaves_the_pose():
    assert KINDS["brought"].sets(open_page(), None) == {}
    assert KINDS["ground"].sets(open_page(), None) == {"ground": None}


def test_the_link_has_the_names_and_the_order_of_before():
    given = {
        "person": "own", "own": "10_10_2__50_90_1", "own_area": "900.0", "own_box": "0_0_60_100",
        "names": "a~b", "edges": "0-1", "joint": "1", "area": "box", "k": "1", "link": "free",
        "sigmas": "0.1_0.2", "flags": "12", "pose": "11_10__50_80", "arrows": "true",
        "truth": "true", "where": "all", "pixels": "23", "mode": "watch",
    }  # fmt: skip
    assert list(link(open_page(**given)).items()) == list(given.items())


def test_the_way_to_ones_own_is_not_there_where_the_person_is_fixed():
    fold = next(p for p in OKS.parts(open_page()) if isinstance(p, Fold) and p.name == "own")
    assert fold.moves == ("person",)


def test_the_numbers_wait_for_the_guess_and_what_to_notice_for_all_answers():
    values = open_page()
    asked = OKS.questions(OKS.result(values))
    assert [question.step for question in asked] == [None, 0, None, None, None]
    withheld, guessed = Moment(1, hidden=0, at=1), Moment(2, at=2)
    said = texts(values, withheld)
    assert "come with your guess" in said
    assert f"{shown_oks(values):.4f}" not in said
    assert "judged four times" not in said
    assert f"{shown_oks(values):.4f}" in texts(values, guessed)
    assert "judged four times" not in texts(values, guessed)
    assert "judged four times" in texts(values)
    secret = texts(values, Moment(0, 0, 0, True, at=0))
    assert "come with your guess" not in secret, "for a class they do not"
    assert "with the numbers in" not in secret


def test_the_code_on_the_page_is_that_of_its_state():
    values = open_page(person="198196", k="1", sigmas="_".join(["0.05"] * 17))
    program = next(part for part in OKS.parts(values) if isinstance(part, Program))
    codes, _files = program.make[""]()
    assert list(codes) == ["pycocotools", "NumPy"]
    for code in codes.values():
        found: dict = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, found)
        assert abs(found["oks"] - shown_oks(values)) < 1e-12


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
    values, complaints = address.read(OKS, query)
    assert len(complaints) == 1
    OKS.parts(settled(values))


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
    values = open_page(**query)
    assert list(walk(OKS.parts(values), Moment()))
    assert OKS.questions(OKS.result(values))


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
    values = open_page()
    assert "σ of every joint" in texts(values)
    assert "where does it cost most" in OKS.questions(OKS.result(values))[0].text
    for moment in (Moment(0, hidden=0, at=0), Moment(0, 0, 0, True, at=0)):
        assert "σ of every joint" not in texts(values, moment)


@pytest.mark.parametrize("text", ["[[120, 80, 2], [130, 90, 1]]", "[[120 80 2]\n [130 90 1]]"])
def test_a_pose_is_read_from_a_list(text):
    pose = read_pose(text)
    assert pose.points.tolist() == [[120, 80], [130, 90]]
    assert pose.visibility == (2, 1)


@pytest.mark.parametrize("person", [PEOPLE[0], PEOPLE[3]], ids=lambda p: p.name)
@pytest.mark.parametrize("factor", [2.0, 0.0])
def test_what_plotly_does_not_look_at_while_a_joint_is_dragged_is_right(person, factor):
    shown = posing(person, factor=factor)
    for figure in (falloff_chart(shown.poses, 0), heat_map(shown)):
        looked_at = go.Figure(figure.to_dict())  # raises at what Plotly does not know
        assert looked_at.to_dict() == figure.to_dict()
