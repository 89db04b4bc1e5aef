"""Every variant's gradient against central differences, over every kind of window."""

from dataclasses import dataclass

import numpy as np
import pytest

import poolviz as pv
from poolviz.pooling import check
from tests.pooling.cases import CASES, FEW, OF_EACH_KIND, VARIANTS, name, tie_free

# The weights alone are what SoftPool's code sends back: published, and not the derivative.
TRUE = [v for v in VARIANTS if v.differentiable and getattr(v, "full_gradient", True)]


@pytest.mark.parametrize("variant", TRUE, ids=name)
def test_backward_is_the_derivative(variant):
    for seed, case in enumerate(CASES if variant in OF_EACH_KIND else FEW):
        x = tie_free(variant, (2, *case.shape) if seed % 3 == 0 else case.shape, seed)
        assert pv.check_gradient(variant, case.geometry, x) < 1e-6, case.name


@pytest.mark.parametrize("variant", [v for v in TRUE if v.kernel], ids=name)
def test_backward_of_the_kernels_is_the_derivative(variant, path):
    for seed, case in enumerate(CASES):
        if isinstance(case.geometry, pv.Sliding) and len(case.shape) == 2:
            x = tie_free(variant, case.shape, seed)
            assert pv.check_gradient(variant, case.geometry, x) < 1e-6, case.name


@pytest.mark.parametrize("cls", pv.VARIANTS, ids=name)
def test_a_variant_without_a_gradient_says_why(cls):
    assert cls.differentiable == (not cls.why_not_differentiable)


@dataclass(frozen=True)
class Wrong(pv.L2):
    """A gradient that is off by a factor."""

    factor: float = 1.0

    def __post_init__(self):
        pass

    def jacobian(self, w, valid):
        return super().jacobian(w, valid) * self.factor


def test_the_check_detects_a_wrong_factor():
    x = tie_free(pv.L2(), (4, 4))
    assert pv.check_gradient(Wrong(1.0), pv.Sliding(3, 1), x) < 1e-6
    assert pv.check_gradient(Wrong(1.001), pv.Sliding(3, 1), x) > 1e-4


class FirstCell(pv.Max):
    """Max that sends its gradient to the wrong cell."""

    def jacobian(self, w, valid):
        return (np.arange(w.shape[-1]) == 0) * np.ones(w.shape)


def test_the_check_detects_a_gradient_sent_to_the_wrong_cell():
    assert pv.check_gradient(FirstCell(), pv.Sliding(2), tie_free(pv.Max(), (4, 4))) > 0.3


def test_the_check_detects_the_published_gradient_of_softpool():
    x = tie_free(pv.SoftPool(), (4, 4))
    assert pv.check_gradient(pv.SoftPool(full_gradient=False), pv.Sliding(2), x) > 0.01


class NotANumber(pv.L2):
    """L2 without the rule for a window of zeros."""

    def jacobian(self, w, valid):
        return w / np.sqrt((w * w).sum(-1, keepdims=True))


def test_the_check_detects_a_nan():
    assert pv.check_gradient(NotANumber(), pv.Sliding(2), np.zeros((2, 2))) == np.inf


def test_the_check_disagrees_at_a_tie_as_it_must():
    assert pv.check_gradient(pv.Max(), pv.Sliding(2), np.ones((2, 2))) > 0.3


def test_the_check_takes_integers_and_leaves_its_input_alone():
    x = np.arange(16).reshape(4, 4)
    before = x.copy()
    assert pv.check_gradient(pv.Average(), pv.Sliding(2), x) < 1e-9
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("variant", VARIANTS, ids=name)
def test_the_check_gives_the_same_answer_all_at_once_and_one_by_one(variant, monkeypatch):
    x, geometry = tie_free(variant, (2, 3, 4)), pv.Sliding(2, 1, 1)
    together = pv.check_gradient(variant, geometry, x)
    monkeypatch.setattr(check, "TOGETHER", 1)
    assert abs(pv.check_gradient(variant, geometry, x) - together) < 1e-9


def test_the_check_of_nothing_finds_nothing():
    assert pv.check_gradient(pv.Max(), pv.Sliding(2), np.zeros((0, 4, 4))) == 0


def test_the_check_holds_the_draw():
    x = tie_free(pv.Stochastic(), (6, 6))
    assert pv.check_gradient(pv.Stochastic(seed=1), pv.Sliding(3, 1), x) < 1e-9
