"""Each step of the parser on cases small enough to check by eye."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from poolviz.pose.maps import affinity_fields
from poolviz.pose.parser import EXACT, RULES, Rules, find_peaks, link_scores, match_links, parse
from poolviz.pose.parser.assembly import assemble

CROSSED = np.array([[[2.0, 2.0], [10.0, 10.0]], [[10.0, 2.0], [2.0, 10.0]]])
TEN = Rules("ten of ten", "", punished=False)


def crossed(overlap: str):
    field = affinity_fields(CROSSED, np.ones((2, 2)), [(0, 1)], (13, 13), 1.0, "box", overlap)[0]
    return link_scores(field, CROSSED[:, 0], CROSSED[:, 1], TEN)


def test_crossed_arms_are_told_apart_by_direction_and_not_by_their_middle() -> None:
    links = crossed("mean")
    np.testing.assert_allclose(links.score, [[0.9, 0.2828], [0.2828, 0.9]], atol=5e-5)
    assert links.passing.tolist() == [[10, 4], [4, 10]]
    assert (CROSSED.mean(axis=1) == 6).all()
    assert links.accepted.tolist() == [[True, False], [False, True]]


def test_the_last_person_who_overwrites_costs_the_other_a_link() -> None:
    links = crossed("last")
    np.testing.assert_allclose(links.score, [[0.8, 0.2828], [0.2828, 1.0]], atol=5e-5)
    assert links.passing.tolist() == [[8, 4], [4, 10]]
    assert links.accepted.tolist() == [[False, False], [False, True]]


@pytest.mark.parametrize(
    ("apart", "score", "passing"), [(1, 0.992, 10), (2, 0.970, 10), (3, 0.936, 10), (4, 0.716, 8),
                                    (6, 0.480, 6)]
)  # fmt: skip
def test_the_wrong_pair_of_parallel_arms(apart: int, score: float, passing: int) -> None:
    arms = np.array([[[2.0, y], [10.0, y]] for y in (3.0, 3.0 + apart)])
    field = affinity_fields(arms, np.ones((2, 2)), [(0, 1)], (13, 13), 1.0)[0]
    links = link_scores(field, arms[:, 0], arms[:, 1], TEN)
    np.testing.assert_allclose(links.score[0], [1.0, score], atol=6e-4)
    assert links.passing[0, 1] == passing


def test_greedy_takes_the_best_pair_and_optimal_the_best_sum() -> None:
    score = np.array([[0.9, 0.8], [0.8, 0.1]])
    sums = {m: sum(score[p] for p in match_links(score, match=m)) for m in ("greedy", "optimal")}
    np.testing.assert_allclose([sums["greedy"], sums["optimal"]], [1.0, 1.6])


def test_a_refused_pair_is_not_matched_whatever_the_sum() -> None:
    score, accepted = [[0.9, 0.8], [0.8, 0.1]], [[True, False], [True, True]]
    for match in ("greedy", "optimal"):
        assert match_links(score, accepted, match) == [(0, 0), (1, 1)]
    assert match_links(score, np.zeros((2, 2), dtype=bool)) == []


def test_a_plateau_is_one_peak_when_ties_are_broken_one_way() -> None:
    plateau = np.zeros((1, 5, 5))
    plateau[0, 1:3, 1:3] = 0.9
    assert [len(find_peaks(plateau, peaks=p)[0]) for p in ("ties", "loose", "strict")] == [1, 4, 0]
    assert find_peaks(plateau, apart=6.0, peaks="loose")[0].tolist() == [[1, 1, 0.9]]


def test_a_link_longer_than_half_the_picture_is_punished() -> None:
    field = np.stack([np.ones((8, 13)), np.zeros((8, 13))])
    links = link_scores(field, [[0, 4]], [[4, 4], [8, 4]], replace(TEN, punished=True))
    np.testing.assert_allclose(links.penalty, [[0, 8 / 16 - 1]])
    np.testing.assert_allclose(links.score, [[1, 0.5]])


def test_how_many_samples_openpose_takes() -> None:
    free = next(r for r in RULES if r.title == "OpenPose, C++")
    field = np.zeros((2, 9, 300))
    used = link_scores(field, [[0, 0]], [[1, 0], [20, 0], [299, 0]], free).used.sum(axis=-1)
    assert used.tolist() == [[5, 10, 25]]


def test_the_end_left_out_is_not_sampled() -> None:
    links = link_scores(np.zeros((2, 3, 20)), [[0, 1]], [[10, 1]], replace(TEN, both_ends=False))
    assert links.points[0, 0, :, 0].tolist() == list(range(10))


def test_two_candidates_in_one_place_are_no_link() -> None:
    links = link_scores(np.ones((2, 5, 5)), [[2, 2]], [[2, 2]], TEN)
    assert links.score.tolist() == [[0]]
    assert not links.accepted.any()


@pytest.mark.parametrize(("merges", "people"), [(True, 1), (False, 2)])
def test_a_link_between_two_people_who_share_no_joint(merges: bool, people: int) -> None:
    limbs = [(0, 1), (2, 3), (1, 2)]
    one = [[(0, 0, 1.0)], [(0, 0, 1.0)], [(0, 0, 0.5)]]
    assert len(assemble(limbs, one, [[1.0]] * 4, merges)) == people


def test_three_owners_become_one_person() -> None:
    limbs = [(0, 1), (2, 3), (4, 5), (1, 2), (3, 4)]
    people = assemble(limbs, [[(0, 0, 1.0)]] * 5, [[1.0]] * 6)
    assert [sorted(p.peaks) for p in people] == [[0, 1, 2, 3, 4, 5]]
    assert people[0].mean == (6 + 5) / 6


def test_people_who_share_a_joint_type_stay_two() -> None:
    limbs = [(0, 1), (1, 2), (0, 2)]
    links = [[(0, 0, 1.0)], [(1, 0, 1.0)], [(0, 0, 1.0)]]
    assert len(assemble(limbs, links, [[1.0], [1.0, 1.0], [1.0]])) == 2


def test_what_no_parser_can_do_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="samples must be 0 or at least 2"):
        replace(EXACT, samples=1)
    with pytest.raises(ValueError, match="match must be one of"):
        match_links([[1.0]], match="best")
    with pytest.raises(ValueError, match="peaks must be one of"):
        find_peaks(np.zeros((1, 2, 2)), peaks="any")
    with pytest.raises(ValueError, match="fields must be 1"):
        parse(np.zeros((2, 3, 3)), np.zeros((0, 2, 3, 3)), [(0, 1)])


def test_scipy_is_asked_for_when_something_is_matched_and_not_before() -> None:
    asks = (
        "import sys, poolviz, poolviz.pose.parser as p; before = 'scipy' in sys.modules; "
        "p.match_links([[1.0]], match='optimal'); print(before, 'scipy' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "True"]
