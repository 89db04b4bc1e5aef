"""The comparison of test_torch_golden with PyTorch at hand: larger, and random each time."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import poolviz as pv
from tests.pooling.torch_cases import compare

pytestmark = pytest.mark.torch

RECORDER = Path(__file__).resolve().parents[1] / "golden" / "record_torch.py"
COUNT = 60  # settings of each operator and rank


@pytest.fixture(scope="module")
def torch():
    """PyTorch, imported when the first of these tests runs and not when they are listed."""
    reason = "PyTorch is optional: pip install torch==2.13.0 (CPU) to compare live"
    return pytest.importorskip("torch", reason=reason)


@pytest.fixture(scope="module")
def recorder(torch):
    spec = importlib.util.spec_from_file_location("record_torch", RECORDER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.SIDES = {1: (1, 60), 2: (1, 24), 3: (1, 11)}
    torch.set_num_threads(1)
    return module


OPERATORS = ["max", "avg", "lp", "adaptive_max", "adaptive_avg", "max_unpool"]
PAIRS = [(operator, rank) for operator in OPERATORS for rank in (1, 2, 3)]
PAIRS.append(("fractional_max", 2))


@pytest.mark.parametrize(("operator", "rank"), PAIRS)
def test_random_settings(recorder, operator, rank, path):
    seed = np.random.SeedSequence().entropy
    rng = np.random.default_rng(seed)
    bank = recorder.Bank(rng)
    done = 0
    while done < COUNT:
        case = recorder.setting(rng, operator, rank) | {"at": int(rng.integers(4096))}
        if operator == "fractional_max":
            case["samples"] = [float(u) for u in rng.random(rank)]
        try:
            results = recorder.record(case, bank)
        except (RuntimeError, ValueError):
            continue  # PyTorch refuses the setting
        case["out"] = list(results[0].shape)
        try:
            compare(case, vars(bank), *results)
        except (AssertionError, ValueError) as error:
            raise AssertionError(f"seed {seed}, {case}") from error
        done += 1


@pytest.mark.parametrize("dtype", ["float16", "float32", "int32", "uint8"])
def test_other_dtypes_of_max(torch, dtype):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 200, (2, 3, 17, 19)).astype(dtype)
    functional = torch.nn.functional
    y, at = functional.max_pool2d(torch.from_numpy(x), 3, 2, 1, return_indices=True)
    run = pv.pool(x, pv.Max(), pv.Sliding(3, 2, 1))
    assert run.output.dtype == dtype
    np.testing.assert_array_equal(run.output, y.numpy())
    np.testing.assert_array_equal(run.locations, at.numpy())


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0])
def test_the_norm_sends_nothing_where_it_is_zero(torch, p):
    for cells in ([0.0, 0, 0, 0], [1.0, -1, 2, -2]):
        x = np.array(cells).reshape(1, 1, 2, 2)
        given = torch.from_numpy(x).requires_grad_(True)
        y = torch.nn.functional.lp_pool2d(given, p, 2)
        if y.item() != 0:
            continue
        (expected,) = torch.autograd.grad(y.sum(), given)
        run = pv.pool(x, pv.Lp(p=p, magnitude=False), pv.Sliding(2))
        assert run.output.item() == 0
        np.testing.assert_array_equal(run.backward(np.ones((1, 1, 1, 1))), expected.numpy())


def test_a_large_layer_in_single_precision(torch):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 8, 56, 56)).astype(np.float32)
    given = torch.from_numpy(x).requires_grad_(True)
    functional = torch.nn.functional
    for y, variant in (
        (functional.max_pool2d(given, 3, 2, 1), pv.Max()),
        (functional.avg_pool2d(given, 3, 2, 1), pv.Average()),
    ):
        dy = rng.normal(size=y.shape).astype(np.float32)
        (expected,) = torch.autograd.grad(y, given, torch.from_numpy(dy))
        run = pv.pool(x, variant, pv.Sliding(3, 2, 1))
        # nine terms in single precision, added in another order
        np.testing.assert_allclose(run.output, y.detach().numpy(), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(run.backward(dy), expected.numpy(), rtol=1e-5, atol=1e-6)


def test_the_statements_about_softmax_and_means_hold_in_autograd(torch):
    x = np.random.default_rng(0).uniform(0.2, 3, (6, 9))
    a = torch.from_numpy(x).requires_grad_(True)
    valid = np.ones(x.shape, bool)
    rules = [
        (pv.SoftPool(), (torch.softmax(a, 1) * a).sum(1)),
        (pv.L2(), (a * a).mean(1).sqrt()),
        (pv.Stochastic(phase="test"), (a * a).sum(1) / a.sum(1)),
        (pv.Average(), a.mean(1)),
    ]
    for variant, y in rules:
        (expected,) = torch.autograd.grad(y.sum(), a)
        np.testing.assert_allclose(variant.forward(x, valid), y.detach().numpy(), rtol=1e-13)
        np.testing.assert_allclose(variant.jacobian(x, valid), expected.numpy(), atol=1e-13)
