"""Linking poses from frame to frame: who keeps a name, who gets a new one, who is given up."""

import numpy as np
import pytest

from poolviz.pose import COCO17, box_iou, box_of_points, oks
from poolviz.pose.tracking import LINKS, link

BODY = np.array([[x, y] for x in (0.0, 5, 10) for y in (0.0, 20, 40)])
"""Nine joints, 10 wide and 40 high."""
SIGMAS = (0.1,) * 9


def at(*xs: float) -> np.ndarray:
    return np.array([np.add(BODY, (x, 0)) for x in xs])


def names(found, **chosen):
    return [frame.names for frame in link(found, **({"sigmas": SIGMAS} | chosen))]


CROSSING = [at(4 * t, 30 - 4 * t) for t in range(9)]
"""Pose 0 goes right, pose 1 left, 4 a frame; they pass each other between times 3 and 4."""


class TestCrossing:
    @pytest.mark.parametrize("by", ["iou", "oks"])
    @pytest.mark.parametrize("match", ["optimal", "greedy"])
    def test_where_they_stand_exchanges_the_names(self, by, match):
        given = names(CROSSING, by=by, match=match, gate=0.05)
        assert given == [(0, 1)] * 4 + [(1, 0)] * 5

    @pytest.mark.parametrize("match", ["optimal", "greedy"])
    def test_where_they_go_keeps_them(self, match):
        assert names(CROSSING, by="motion", match=match, gate=0.05) == [(0, 1)] * 9

    def test_the_order_in_which_poses_are_found_does_not_matter(self):
        turned = [poses[::-1] if t % 2 else poses for t, poses in enumerate(CROSSING)]
        given = names(turned, by="motion", gate=0.05)
        assert given == [(0, 1) if t % 2 == 0 else (1, 0) for t in range(9)]


class TestSimilarities:
    def test_boxes(self):
        (_first, second) = link([at(0, 20), at(3)], "iou")
        expected = box_iou(box_of_points(at(0, 20)), box_of_points(at(3)))
        np.testing.assert_allclose(second.alike[:, 0], expected)
        assert second.alike[0, 0] == pytest.approx(7 / 13)

    def test_oks_with_the_area_of_the_earlier_one(self):
        earlier, later = at(0)[0], 1.5 * at(0)[0]
        (_first, second) = link([[earlier], [later]], "oks", sigmas=SIGMAS)
        expected = oks(later, earlier, 0.53 * 10 * 40, SIGMAS, np.ones(9))
        assert second.alike[0, 0] == pytest.approx(expected)

    def test_motion_goes_on_as_many_frames_as_have_passed(self):
        frames = link([at(0), at(4), at(), at(), at(16)], "motion", keep=3, sigmas=SIGMAS)
        np.testing.assert_allclose(frames[4].expected, at(16))
        assert frames[4].alike[0, 0] == pytest.approx(1)
        assert frames[4].names == (0,)

    def test_the_first_step_of_motion_knows_no_speed(self):
        frames = link([at(0), at(4)], "motion", sigmas=SIGMAS)
        np.testing.assert_array_equal(frames[1].expected, at(0))

    def test_coco_s_sigmas_are_there_for_seventeen(self):
        pose = np.random.default_rng(0).normal(0, 9, (1, 17, 2))
        assert [f.names for f in link([pose, pose])] == [(0,), (0,)]
        same = link([pose, pose + 1], sigmas=COCO17.sigmas)[1].alike
        np.testing.assert_array_equal(link([pose, pose + 1])[1].alike, same)


class TestMatching:
    def test_greedy_takes_the_best_pair_and_optimal_the_best_sum(self):
        # boxes 10 wide that are d apart have the IoU (10 - d) / (10 + d)
        frames = [at(0, 4), at(3, 8)]
        greedy, optimal = (
            link(frames, "iou", match, gate=0.1)[1] for match in ("greedy", "optimal")
        )
        np.testing.assert_allclose(greedy.alike, [[7 / 13, 2 / 18], [9 / 11, 6 / 14]])
        assert greedy.pairs == ((0, 1), (1, 0))  # 9/11 + 2/18 = .929
        assert optimal.pairs == ((0, 0), (1, 1))  # 7/13 + 6/14 = .967

    def test_the_gate_comes_before_the_sum(self):
        frames = [at(0, 4), at(3, 8)]
        for match in ("greedy", "optimal"):
            assert link(frames, "iou", match, gate=0.6)[1].pairs == ((1, 0),)

    def test_below_the_gate_nobody_is_linked(self):
        assert names([at(0), at(3)], by="iou", gate=7 / 13 - 1e-9) == [(0,), (0,)]
        assert names([at(0), at(3)], by="iou", gate=7 / 13 + 1e-9) == [(0,), (1,)]


class TestKeeping:
    GAP = (at(0), at(), at(0))

    def test_an_unmatched_name_is_given_up_or_kept(self):
        assert names(self.GAP) == [(0,), (), (1,)]
        assert names(self.GAP, keep=1) == [(0,), (), (0,)]

    def test_what_a_frame_tells(self):
        first, second, third = link(self.GAP, sigmas=SIGMAS)
        assert (first.tracks, first.new, first.lost) == ((), (0,), ())
        assert (second.tracks, second.new, second.lost) == ((0,), (), (0,))
        assert (third.tracks, third.new, third.lost) == ((), (1,), ())
        assert third.expected.shape == (0, 9, 2)

    def test_a_kept_name_goes_to_one_pose_alone(self):
        assert names([at(0), at(0, 1)]) == [(0,), (0, 1)]


@pytest.mark.parametrize("by", LINKS)
class TestDegenerate:
    def test_no_frames_and_nobody(self, by):
        assert link([], by) == ()
        assert names([[], [], []], by=by) == [(), (), ()]

    def test_one_frame(self, by):
        assert names([at(0, 5)], by=by) == [(0, 1)]

    def test_joints_in_one_place_have_no_box(self, by):
        point = np.zeros((1, 9, 2))
        (_first, second) = link([point, point], by, sigmas=SIGMAS)
        # boxes without an area have no IoU; OKS of an area of 0 asks for equality
        assert second.names == ((1,) if by == "iou" else (0,))

    def test_everything_moved_and_scaled_is_linked_the_same(self, by):
        rng = np.random.default_rng(5)
        walk = [rng.normal(0, 30, (int(rng.integers(0, 4)), 9, 2)) for _ in range(12)]
        moved = [7 * poses + np.array([300, -50]) for poses in walk]
        for match in ("optimal", "greedy"):
            plain, other = (names(f, by=by, match=match, gate=0.1, keep=2) for f in (walk, moved))
            assert plain == other


@pytest.mark.parametrize(
    ("found", "chosen", "message"),
    [
        ([], {"by": "name"}, r"by must be one of \('iou', 'oks', 'motion'\), got 'name'"),
        ([], {"match": "best"}, "match must be one of"),
        ([], {"gate": 1.5}, r"gate must be in \[0, 1\], got 1.5"),
        ([], {"keep": -1}, "keep must be at least 0, got -1"),
        ([at(0), np.zeros((1, 4, 2))], {}, r"as many joints in every frame, got \[4, 9\]"),
        ([np.zeros((9, 2))], {}, r"found must be \(M, K, 2\) in every frame"),
        ([np.full((1, 9, 2), np.nan)], {}, "found must be finite"),
        ([at(0)], {"sigmas": None}, "sigmas must be given for 9 joints"),
    ],
)
def test_what_is_refused(found, chosen, message):
    with pytest.raises(ValueError, match=message):
        link(found, **({"sigmas": SIGMAS} | chosen))
