"""A pose is read whatever only drawing needs: what is left out is said."""

import json

import pytest

from poolviz.readers.pose import read_pose

THREE = [1, 2, 2, 3, 4, 2, 5, 6, 2]


def read(**change):
    return read_pose(json.dumps({"keypoints": THREE, "names": ["a", "b", "c"]} | change))


@pytest.mark.parametrize(
    ("flags", "expected", "notes"),
    [
        ((0, 1, 2), (0, 1, 2), 0),
        ((0.31, 0.85, 0), (2, 2, 0), 1),
        ((-1, 1, 7), (0, 1, 2), 1),
    ],
)
def test_what_is_above_0_is_labelled(flags, expected, notes):
    keypoints = [value for flag in flags for value in (1, 2, flag)]
    for text in (
        json.dumps({"keypoints": keypoints}),
        "\n".join(f"1,2,{flag}" for flag in flags),
    ):
        pose = read_pose(text)
        assert pose.visibility == expected
        assert len(pose.notes) == notes
    assert notes == 0 or f"flag is {next(f for f in flags if f not in (0, 1, 2))}" in pose.notes[0]


@pytest.mark.parametrize(
    ("skeleton", "edges", "notes"),
    [
        ([[1, 2], [2, 3]], ((0, 1), (1, 2)), ()),
        ([[0, 1], [1, 2]], ((0, 1), (1, 2)), ("The skeleton counts from 0",)),
        ([["a", "c"]], ((0, 2),), ()),
        ([[1.0, 3]], ((0, 2),), ()),
        (
            [[1, 2], [1, 9], "x"],
            ((0, 1),),
            ("2 limbs join no two keypoints and are left out",),
        ),
        ([[1, 2, 3]], (), ("The limb 1–2–3 joins no two keypoints and is left out",)),
        ([["a", "z"]], (), ("The limb ",)),
        ([[1e400, 2], [1.5, 2], [None, 1]], (), ("3 limbs join",)),
        ("ab", (), ("The limb ",)),
        ({}, (), ("The limb ",)),
        ([[1, 2]] * 400, ((0, 1),) * 399, ("The skeleton has more than 399 limbs",)),
    ],
)
def test_limbs_that_make_sense_are_drawn(skeleton, edges, notes):
    pose = read(skeleton=skeleton)
    assert pose.edges == edges
    assert len(pose.notes) == len(notes)
    for said, expected in zip(pose.notes, notes, strict=True):
        assert said.startswith(expected)


@pytest.mark.parametrize(
    ("names", "expected", "note"),
    [
        (["a", "a", "a"], ("a", "a 2", "a 3"), "Some “names” are doubled"),
        ([1, 2, 3], ("1", "2", "3"), None),
        (["a", "b"], (), "“names” are left out: one word a keypoint is needed, 3 in all"),
        (["a", "b", "!"], (), "“names” are left out: one word a keypoint is needed, 3 in all"),
        ("abc", (), "“names” are left out: one word a keypoint is needed, 3 in all"),
    ],
)
def test_names_that_fit_are_told_apart(names, expected, note):
    pose = read(names=names)
    assert pose.names == expected
    assert [said.startswith(note) for said in pose.notes] == ([] if note is None else [True])


def test_names_of_limbs_do_not_act():
    (said,) = read(skeleton=[["![x](http://a.b)", "<script>"]]).notes
    assert not set("!<>") & set(said)
    assert "](" not in said
