"""Keypoints one list each, as [[x, y, v], ...], beside COCO's one list of all."""

import json

import pytest

from poolviz.readers import ReadError
from poolviz.readers.pose import read_pose

NESTED = {
    "x, y, v": ([[1, 2, 2], [3, 4, 1]], (2, 1)),
    "x, y": ([[1, 2], [3, 4]], (2, 2)),
    "one person in a list": ([[[1, 2, 0], [3, 4, 1]]], (0, 1)),
}


@pytest.mark.parametrize(("keypoints", "flags"), NESTED.values(), ids=NESTED)
def test_nested_keypoints(keypoints, flags):
    for text in (json.dumps({"keypoints": keypoints}), json.dumps(keypoints)):
        pose = read_pose(text)
        assert pose.points.tolist() == [[1, 2], [3, 4]]
        assert pose.visibility == flags


def test_a_nested_detection():
    for found in ([[5, 6], [7, 8]], [[5, 6, 0.9], [7, 8, 0.1]], [5, 6, 7, 8]):
        pose = read_pose(json.dumps({"keypoints": [[1, 2, 2], [3, 4, 2]], "found": found}))
        assert pose.found.tolist() == [[5, 6], [7, 8]]


@pytest.mark.parametrize(
    ("keypoints", "words"),
    [
        ([[1, 2], [3, 4, 1]], r"must all be \[x, y, v\], or all \[x, y\]"),
        ([[1, 2, 3, 4]], r"must all be \[x, y, v\]"),
        ([[]], r"must all be \[x, y, v\]"),
        ([[1, 2], 3], r"at most 133 lists"),
        ([[1, 2]] * 134, r"at most 133 lists"),
        ([[1, [2]]], "which is not a number"),
        ([[1, True]], "which is not a number"),
        ([[[1, 2]], [[3, 4]]], r"must all be \[x, y, v\]"),
    ],
)
def test_nested_keypoints_that_are_none(keypoints, words):
    with pytest.raises(ReadError, match=words):
        read_pose(json.dumps({"keypoints": keypoints}))


def test_two_people_in_a_list_are_not_guessed_at():
    with pytest.raises(ReadError, match="There are 2 lists of keypoints"):
        read_pose("[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]")
