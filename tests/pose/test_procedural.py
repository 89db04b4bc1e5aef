"""Drawn people: the same for the same seed, labelled truly, and told apart by the head alone."""

import numpy as np
import pytest

from poolviz.pose.procedural import HEAD, JOINTS, LEFT_FIRST, LIMBS, draw_body, draw_people


def test_a_seed_draws_the_same_picture_again():
    a, b = draw_people(11), draw_people(11)
    np.testing.assert_array_equal(a.pixels, b.pixels)
    np.testing.assert_array_equal(a.joints, b.joints)
    assert a.pixels.shape == (64, 64, 3)
    assert a.pixels.dtype == np.float32
    assert not np.array_equal(a.pixels, draw_people(12).pixels)


@pytest.mark.parametrize("seed", range(8))
def test_a_turned_head_changes_pixels_of_the_head_and_nothing_else(seed):
    drawn, turned = (draw_people(seed, 1, "front", angle, covered=False) for angle in (0, 180))
    np.testing.assert_array_equal(drawn.joints, turned.joints)
    changed = np.argwhere((drawn.pixels != turned.pixels).any(-1))[:, ::-1]
    assert 8 <= len(changed) <= 60
    reach = drawn.bodies[0].head * drawn.heights[0] + 1
    assert (np.linalg.norm(changed - drawn.joints[0, HEAD], axis=1) <= reach).all()


@pytest.mark.parametrize("people", [1, 2, 3, 4])
def test_as_many_people_as_asked_for(people):
    drawn = draw_people(2, people)
    assert drawn.joints.shape == (people, 14, 2)
    assert drawn.flags.shape == (people, 14)
    assert len(drawn.heights) == len(drawn.areas) == len(drawn.bodies) == people


def test_pictures_hold_one_to_four_people_where_the_number_is_drawn():
    counts = np.bincount([len(draw_people(seed, side=16).joints) for seed in range(120)])
    assert counts[0] == 0
    assert (counts[1:] >= 5).all()
    assert len(counts) == 5


def test_flags_say_seen_covered_and_outside():
    flags = np.concatenate([draw_people(seed, 4).flags for seed in range(12)])
    assert set(np.unique(flags)) == {0, 1, 2}
    alone = draw_people(2, 1, covered=False)
    inside = ((alone.joints >= -0.5) & (alone.joints < 63.5)).all(-1)
    np.testing.assert_array_equal(alone.flags, np.where(inside, 2, 0))


def test_heights_are_46_to_80_of_96_pixels():
    heights = np.concatenate([draw_people(seed, 2, side=96).heights for seed in range(40)])
    assert heights.min() >= 46
    assert heights.max() <= 80
    assert np.ptp(heights) > 25


@pytest.mark.parametrize(("facing", "sign"), [("front", 1), ("behind", -1)])
def test_from_the_front_the_left_shoulder_is_on_the_right(facing, sign):
    for seed in range(10):
        joints = draw_people(seed, 1, facing).joints[0]
        assert np.sign(joints[0, 0] - joints[1, 0]) == sign


def test_limbs_are_as_long_as_the_build_says():
    for seed in range(20):
        body = draw_body(np.random.default_rng(seed))
        long = {pair: np.linalg.norm(np.subtract(*body.joints[list(pair)])) for pair in LIMBS}
        assert 0.15 <= long[0, 2] <= 0.18
        assert 0.14 <= long[2, 4] <= 0.17
        assert all(0.22 <= long[pair] <= 0.26 for pair in ((6, 8), (8, 10)))
        assert long[0, 2] == pytest.approx(long[1, 3])


def test_limbs_are_a_tree_over_all_joints():
    reached = {LIMBS[0][0]}
    for a, b in LIMBS:
        assert a in reached
        assert b not in reached
        reached.add(b)
    assert reached == set(range(len(JOINTS)))
    assert all(JOINTS[a] == JOINTS[b].replace("right", "left") for a, b in LEFT_FIRST)


def test_areas_are_the_pixels_that_a_person_owns():
    alone = draw_people(4, 1, covered=False)
    hidden = draw_people(4, 1, covered=True)
    assert 150 < alone.areas[0] < 900
    assert hidden.areas[0] <= alone.areas[0]


@pytest.mark.parametrize(
    ("given", "message"),
    [({"people": 5}, "people must be 0 to 4"), ({"facing": "up"}, "facing must be any, front")],
)
def test_what_cannot_be_drawn_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        draw_people(0, **given)
