"""MOTA, MOTP, IDF1 and PoseTrack's mean: the crossing by hand, motmetrics' numbers, what holds."""

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolviz.pose.tracking import clear_mot, compared, identity, mean_mota, per_joint

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "tracks.json").read_text())
TRUE = [{1: [a], 2: [20 - a]} for a in (0, 4, 8, 12, 16, 20)]
FOUND = [
    {"a": [0.5], "b": [20]},
    {"a": [4]},
    {"a": [8], "b": [12]},
    {"a": [8], "b": [12]},
    {"a": [4], "b": [16], "c": [40]},
    {"a": [0], "b": [20]},
]
"""Two people cross on a line; the names are exchanged where they cross, at time 3."""


@pytest.fixture
def crossing():
    return compared(TRUE, FOUND)


class TestCrossing:
    def test_the_counts(self, crossing):
        result = clear_mot(crossing, 4)
        counts = result.true, result.matches, result.misses, result.false, result.switches
        assert counts == (12, 11, 1, 1, 2)
        assert result.mota == pytest.approx(0.666667, abs=6e-7)  # printed with 6 places
        assert result.motp == pytest.approx(0.772727, abs=6e-7)

    def test_the_switch_is_counted_one_frame_behind_the_crossing(self, crossing):
        frames = clear_mot(crossing, 4).frames
        assert [frame.switched for frame in frames] == [(), (), (), (), (1, 2), ()]
        # at time 3 both old partners are 4 away, within the gate, though the others are nearer
        assert frames[3].partners == {1: "a", 2: "b"}
        assert frames[3].away == {1: 4, 2: 4}
        assert frames[3].kept == (1, 2)

    def test_with_a_narrower_gate_it_is_counted_where_they_cross(self, crossing):
        frames = clear_mot(crossing, 3.9).frames
        assert [len(frame.switched) for frame in frames] == [0, 0, 0, 2, 0, 0]

    def test_the_miss_and_the_false_alarm(self, crossing):
        frames = clear_mot(crossing, 4).frames
        assert [frame.missed for frame in frames] == [(), (2,), (), (), (), ()]
        assert [frame.surplus for frame in frames] == [(), (), (), (), ("c",), ()]

    def test_identity(self, crossing):
        result = identity(crossing, 4)
        assert (result.true, result.given) == ((1, 2), ("a", "b", "c"))
        assert result.overlaps.tolist() == [[4, 4, 0], [4, 3, 0]]
        assert result.idtp == 8
        assert result.partners == {1: "b", 2: "a"}
        assert result.idf1 == pytest.approx(0.666667, abs=6e-7)


@pytest.mark.parametrize("case", range(len(GOLDEN["tracks"])))
def test_motmetrics_counts_the_same(case):
    known = GOLDEN["tracks"][case]
    frames = compared(known["truth"], known["found"])
    result, whole = clear_mot(frames, known["within"]), identity(frames, known["within"])
    counted = {
        "num_objects": result.true,
        "num_matches": result.matches - result.switches,
        "num_misses": result.misses,
        "num_false_positives": result.false,
        "num_switches": result.switches,
        "idtp": whole.idtp,
    }
    assert counted == {name: known[name] for name in counted}
    for name, value in (("mota", result.mota), ("motp", result.motp), ("idf1", whole.idf1)):
        assert value == pytest.approx(known[name], abs=1e-12, nan_ok=True)


def test_the_recorded_tracks_hold_what_they_are_for():
    """Gaps, ghosts and exchanges: or the cases above could not tell rules apart."""
    for name in ("num_switches", "num_misses", "num_false_positives"):
        assert sum(case[name] > 0 for case in GOLDEN["tracks"]) > 10


class TestRules:
    def test_a_partner_is_kept_where_another_is_nearer(self):
        frames = compared([{1: [0]}] * 2, [{"a": [0]}, {"a": [3], "b": [0]}])
        assert clear_mot(frames, 3).frames[1].partners == {1: "a"}
        assert clear_mot(frames, 2).frames[1].partners == {1: "b"}

    def test_as_many_pairs_as_possible_before_the_least_distance(self):
        # 1 - b is nearest, and would leave 2 without anybody
        frames = compared([{1: [0], 2: [2]}], [{"a": [-3], "b": [0.5]}])
        (frame,) = clear_mot(frames, 3).frames
        assert frame.partners == {1: "a", 2: "b"}

    def test_of_equally_many_pairs_the_least_distance(self):
        frames = compared([{1: [0], 2: [2]}], [{"a": [2.5], "b": [0.5]}])
        assert clear_mot(frames, 9).frames[0].partners == {1: "b", 2: "a"}

    def test_a_switch_is_told_across_a_gap(self):
        frames = compared([{1: [0]}, {}, {1: [0]}], [{"a": [0]}, {}, {"b": [0]}])
        assert clear_mot(frames, 1).frames[2].switched == (1,)

    def test_a_first_name_is_no_switch(self):
        frames = compared([{1: [0]}, {1: [0]}], [{}, {"a": [0]}])
        result = clear_mot(frames, 1)
        assert (result.switches, result.misses) == (0, 1)

    def test_mota_may_be_negative(self):
        frames = compared([{1: [0]}], [{"a": [9], "b": [8]}])
        assert clear_mot(frames, 1).mota == -2

    def test_an_exchange_halfway_costs_idf1_half_and_mota_two_of_many(self):
        true = [{1: [0], 2: [9]}] * 20
        found = [{"a": [0], "b": [9]}] * 10 + [{"a": [9], "b": [0]}] * 10
        frames = compared(true, found)
        assert clear_mot(frames, 1).mota == 1 - 2 / 40
        assert identity(frames, 1).idf1 == 0.5

    def test_poses_are_compared_by_the_mean_of_their_joints(self):
        frames = compared([{1: [[0, 0], [0, 0]]}], [{"a": [[3, 4], [0, 1]]}])
        assert frames[0].away.tolist() == [[3]]


class TestNobody:
    @pytest.mark.parametrize("frames", [0, 1, 3])
    def test_nobody_there_and_nobody_found(self, frames):
        empty = compared([{}] * frames, [{}] * frames)
        result, whole = clear_mot(empty, 1), identity(empty, 1)
        assert np.isnan([result.mota, result.motp, whole.idf1]).all()
        assert (result.true, whole.idtp) == (0, 0)

    def test_nobody_found(self):
        frames = compared([{1: [0]}] * 3, [{}] * 3)
        assert clear_mot(frames, 1).mota == 0
        assert identity(frames, 1).idf1 == 0

    def test_nobody_there(self):
        frames = compared([{}], [{"a": [0]}])
        assert np.isnan(clear_mot(frames, 1).mota)
        assert identity(frames, 1).idf1 == 0

    def test_one_frame(self):
        frames = compared([{1: [0]}], [{"a": [0]}])
        assert clear_mot(frames, 1).mota == identity(frames, 1).idf1 == 1


@pytest.mark.parametrize(
    ("truth", "found", "message"),
    [
        ([{}], [], "found must have 1 frames as truth, got 0"),
        ([{1: [0]}], [{"a": [0, 0]}], r"must all be \(D,\) or all \(K, D\)"),
        ([{1: [np.nan]}], [{}], "truth must be finite"),
        ([{1: 3}], [{}], r"must all be \(D,\) or all \(K, D\)"),
    ],
)
def test_what_compared_refuses(truth, found, message):
    with pytest.raises(ValueError, match=message):
        compared(truth, found)


@pytest.mark.parametrize("within", [-1, np.inf, np.nan])
@pytest.mark.parametrize("measure", [clear_mot, identity])
def test_a_gate_is_a_length(measure, within):
    with pytest.raises(ValueError, match="within must be finite and not negative"):
        measure([], within)


TRACKS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("123"), st.integers(0, 9), max_size=3),
        st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), max_size=3),
    ),
    max_size=5,
)


def frames_of(drawn):
    true, found = ([{k: [v] for k, v in pair[side].items()} for pair in drawn] for side in (0, 1))
    return true, found


class TestProperties:
    @given(TRACKS, st.integers(0, 5))
    @settings(max_examples=60, deadline=None)
    def test_who_was_found_as_they_are_is_faultless(self, drawn, within):
        true, _found = frames_of(drawn)
        frames = compared(true, true)
        result = clear_mot(frames, within)
        # people in one place may be taken for each other, but all of them are found
        assert result.misses == result.false == 0
        if all(len({v[0] for v in frame.values()}) == len(frame) for frame in true):
            expected = 1 if any(true) else np.nan
            assert clear_mot(frames, 0).mota == pytest.approx(expected, nan_ok=True)
            assert identity(frames, 0).idf1 == pytest.approx(expected, nan_ok=True)

    @given(TRACKS, st.integers(0, 5))
    @settings(max_examples=60, deadline=None)
    def test_everybody_is_counted_once(self, drawn, within):
        true, found = frames_of(drawn)
        result = clear_mot(compared(true, found), within)
        assert result.true == sum(map(len, true))
        assert result.matches + result.false == sum(map(len, found))
        assert result.switches <= result.matches
        assert np.isnan(result.mota) or result.mota <= 1

    @given(TRACKS, st.integers(0, 5), st.integers(-50, 50))
    @settings(max_examples=40, deadline=None)
    def test_moving_everybody_changes_nothing(self, drawn, within, shift):
        true, found = frames_of(drawn)
        moved = [
            [{k: [v[0] + shift] for k, v in f.items()} for f in side] for side in (true, found)
        ]
        assert clear_mot(compared(true, found), within) == clear_mot(compared(*moved), within)

    @given(TRACKS, st.integers(0, 5))
    @settings(max_examples=40, deadline=None)
    def test_the_best_whole_tracks_of_all_orders(self, drawn, within):
        whole = identity(compared(*frames_of(drawn)), within)
        square = np.zeros((3, 3), int)
        square[: whole.overlaps.shape[0], : whole.overlaps.shape[1]] = whole.overlaps
        best = max(
            sum(square[i, p] for i, p in enumerate(order)) for order in permutations(range(3))
        )
        assert whole.idtp == best


class TestJoints:
    TRUE = ({1: [[0, 0], [9, 9]], 2: [[50, 0], [50, 9]]},) * 2

    def test_the_mean_over_joints(self):
        near, far = [[0, 1.9], [9, 9]], [[0, 0], [9, 11.1]]
        other = [[50, 0], [50, 9]]
        found = [{"a": near, "b": other}, {"a": far, "b": other}]
        joints = per_joint(self.TRUE, found, {1: 4, 2: 4})
        # the second joint is 2.1 away, more than half a head of 4: missed and a false alarm
        assert [joint.mota for joint in joints] == [1, 0.5]
        assert mean_mota(joints) == 0.75

    def test_the_head_is_the_true_person_s(self):
        found = [{"a": [[0, 3], [9, 9]], "b": [[50, 3], [50, 9]]}] * 2
        joints = per_joint(self.TRUE, found, {1: 10, 2: 4})
        assert (joints[0].misses, joints[0].matches) == (2, 2)
        assert joints[0].frames[0].missed == (2,)

    def test_joints_that_are_not_there_count_for_nothing(self):
        nan = [np.nan, np.nan]
        joints = per_joint([{1: [[0, 0], nan]}], [{"a": [nan, [9, 9]]}], {1: 4})
        assert [(joint.true, joint.misses, joint.false) for joint in joints] == [
            (1, 1, 0),
            (0, 0, 1),
        ]
        assert mean_mota(joints) == 0

    def test_nobody(self):
        assert per_joint([{}], [{}], {}) == ()
        assert np.isnan(mean_mota(()))

    @pytest.mark.parametrize(
        ("truth", "found", "head", "message"),
        [
            ([{}], [], {}, "found must have 1 frames as truth, got 0"),
            ([{1: [[0, 0]]}], [{}], {}, "head must be a size above 0 for every true person"),
            ([{1: [[0, 0]]}], [{}], {1: 0}, "head must be a size above 0"),
            ([{1: [[0, 0]]}], [{2: [[0, 0], [1, 1]]}], {1: 1}, r"must all be \(K, 2\)"),
            ([{1: [[0, 0, 0]]}], [{}], {1: 1}, r"must all be \(K, 2\)"),
        ],
    )
    def test_what_is_refused(self, truth, found, head, message):
        with pytest.raises(ValueError, match=message):
            per_joint(truth, found, head)
