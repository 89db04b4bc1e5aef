"""How many cameras and trials are enough, against SciPy and the figures of the facts."""

import pytest
from scipy.stats import binom

from poolviz.pose.views import at_least, trials


@pytest.mark.parametrize(
    ("count", "chance", "expected"),
    [
        (31, 0.1, 0.6114),
        (31, 0.3, 0.9984),
        (10, 0.1, 0.0702),
        (10, 0.3, 0.6172),
        (5, 0.1, 0.0086),
        (5, 0.3, 0.1631),
    ],
)
def test_at_least_three_right_views(count, chance, expected):
    assert at_least(3, count, chance) == pytest.approx(expected, abs=5.1e-5)


@pytest.mark.parametrize("count", [0, 2, 3, 12, 31])
@pytest.mark.parametrize("chance", [0, 0.01, 0.5, 0.99, 1])
def test_at_least_is_the_binomial_s_tail(count, chance):
    for right in range(5):
        expected = float(binom.sf(right - 1, count, chance))
        assert at_least(right, count, chance) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("inliers", "expected"), [(0.3, 49), (0.5, 17), (0.7, 7), (0.9, 3), (1, 1)]
)
def test_trials_for_99_per_cent(inliers, expected):
    assert trials(inliers) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), r"inliers must be in \(0, 1\], got 0"),
        ((1.1,), r"inliers must be in \(0, 1\], got 1.1"),
        ((0.5, 0), "sample must be at least 1, got 0"),
        ((0.5, 2, 1), r"sure must be in \(0, 1\), got 1"),
    ],
)
def test_what_trials_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        trials(*arguments)


def test_what_at_least_refuses():
    with pytest.raises(ValueError, match="right and count must be at least 0, got -1 and 5"):
        at_least(-1, 5, 0.5)
    with pytest.raises(ValueError, match=r"chance must be in \[0, 1\], got 2"):
        at_least(3, 5, 2)
