"""Pose NMS in three rules, with the closed forms of facts/pose.md, section 5."""

from dataclasses import replace

import numpy as np
import pytest

from poolviz.pose.topdown.nms import (
    ETA,
    RULES,
    Poses,
    alphapose,
    matches,
    paper,
    shift_of,
    shifted_oks,
    similarity,
    suppress,
)

OKS, PAPER, ALPHAPOSE = RULES


def copies(*shifts, scores=0.9, side=200.0):
    """A pose and copies moved to the right by so many pixels."""
    pose = np.random.default_rng(0).uniform(0, side, (17, 2))
    pose[0], pose[1] = 0, side  # its box is known
    points = np.array([pose, *(pose + np.array([shift, 0]) for shift in shifts)])
    each = np.broadcast_to(np.reshape(scores, (-1, 1)), (len(points), 17)).astype(float)
    return Poses(points, each, np.full(len(points), side**2))


@pytest.mark.parametrize(
    ("pixels", "alike"),
    [(0, 37.622405), (0.5, 32.65311), (1, 28.538274), (1.01, 19.741234), (2, 13.587152),
     (5, 4.380002)],
)  # fmt: skip
def test_alphapose_in_closed_form(pixels, alike):
    # a pixel exactly: |p + 1 - p| is not 1 for all floats
    pose = np.zeros((17, 2))
    poses = Poses(np.array([pose, pose + np.array([pixels, 0])]), np.full((2, 17), 0.9), np.ones(2))
    assert alphapose(poses, 0)[1] == pytest.approx(alike, abs=1e-6)


@pytest.mark.parametrize(
    ("share", "value"),
    [(0.01, 0.9940), (0.02, 0.9764), (0.03, 0.9487), (0.05, 0.8712), (0.1, 0.6470)],
)
def test_oks_of_two_copies(share, value):
    assert shifted_oks(share) == pytest.approx(value, abs=5e-5)
    assert similarity(copies(share * 200), 0)[1] == pytest.approx(value, abs=5e-5)


def test_what_thresholds_of_oks_mean():
    assert shift_of(0.9) == pytest.approx(0.0433, abs=1e-4)
    assert shift_of(0.5) == pytest.approx(0.1404, abs=1e-4)


def test_the_papers_distances_are_squared_and_its_k_reaches_a_tenth_of_the_person():
    poses = copies(5, 11)
    sure = 17 * np.tanh(0.9) ** 2
    np.testing.assert_allclose(
        paper(poses, 0),
        [sure + 17 * 1.7, sure + 17 * 1.7 * np.exp(-25 / 2.65), 17 * 1.7 * np.exp(-121 / 2.65)],
    )


def test_alphaposes_similarity_removes_near_copies_alone_and_the_count_does_the_rest():
    poses = copies(2, 5, 8)
    assert (alphapose(poses, 0)[1:] < ETA).all()
    assert matches(poses, 0).tolist() == [17, 17, 17, 0]
    assert suppress(poses, ALPHAPOSE)[0].removed == (1, 2)
    alone = replace(ALPHAPOSE, or_matches=False)
    assert suppress(poses, alone)[0].removed == ()


def test_what_alphapose_finds_alike_is_averaged_by_score():
    poses = copies(6, scores=(0.9, 0.3))
    first = suppress(poses, ALPHAPOSE)[0]
    np.testing.assert_allclose(first.points, poses.points[0] + (6 * 0.3 / 1.2, 0))
    np.testing.assert_array_equal(suppress(poses, OKS)[0].points, poses.points[0])


def test_a_small_persons_matches_lie_within_a_tenth_of_the_box():
    assert matches(copies(5, side=40.0), 0).tolist() == [17, 0]


def test_the_best_stays_and_removes_the_others_of_its_person():
    poses = copies(2, 300, 303, scores=(0.5, 0.9, 0.6, 0.8))
    rounds = suppress(poses, OKS, 0.8)
    assert [(each.kept, each.removed) for each in rounds] == [(1, (0,)), (3, (2,))]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_far_people_all_stay_and_a_copy_never(rule):
    assert len(suppress(copies(100, 200), rule)) == 3
    assert len(suppress(copies(0), rule)) == 1
