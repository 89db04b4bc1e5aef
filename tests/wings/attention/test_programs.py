"""The lines that every program of the wing shares, run and compared with the engine."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.wings.attention.core.programs import numpy_program, torch_program

R = np.random.default_rng(0)
Q, K, V = R.normal(size=(5, 3)), R.normal(size=(6, 3)), R.normal(size=(6, 2))
MASK = R.random((5, 6)) > 0.4
MASK[:, 0] = True
CASES = [
    {"norm": norm, "scale": scale, "mask": mask, "bias": bias}
    for norm in ("softmax", "count", "relu")
    for scale, mask, bias in ((None, None, None), (0.7, MASK, None), (1.0, MASK, R.normal(size=6)))
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_numpy_attends_as_the_engine_does(case):
    given = {name: value for name, value in case.items() if value is not None}
    space = {"q": Q, "k": K, "v": V, "given": given}
    exec(numpy_program("y, w = attend(q, k, v, **given)"), space)
    run = pv.attend(Q, K, V, **case)
    np.testing.assert_allclose(space["y"], run.output, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(space["w"], run.weights, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_pytorch_attends_as_the_engine_does(case):
    torch = pytest.importorskip("torch")
    given = {
        name: torch.tensor(value) if isinstance(value, np.ndarray) else value
        for name, value in case.items()
    }
    space = {name: torch.tensor(value) for name, value in (("q", Q), ("k", K), ("v", V))}
    loose = space | {"given": given}
    exec(torch_program("y = attend(q, k, v, **given)"), loose)
    np.testing.assert_allclose(loose["y"].numpy(), pv.attend(Q, K, V, **case).output, rtol=1e-9)
