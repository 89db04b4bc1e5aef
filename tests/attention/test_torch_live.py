"""Live against PyTorch: SDPA, MultiheadAttention, and autograd through blocks written there."""

import numpy as np
import pytest

import poolviz as pv
from tests.attention.cases import CASES
from tests.attention.test_torch_golden import RECORDED
from tests.attention.torch_record import recorded

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("masked", [False, True])
def test_scaled_dot_product_attention(dtype, masked):
    r = np.random.default_rng(0)
    q, k, v = (r.normal(size=(2, 3, n, d)).astype(dtype) for n, d in ((5, 4), (7, 4), (7, 6)))
    mask = r.random((5, 7)) > 0.4 if masked else None
    if masked:
        mask[1] = False  # SDPA gives 0 here, as attend does
    given = [torch.tensor(each, requires_grad=True) for each in (q, k, v)]
    y = torch.nn.functional.scaled_dot_product_attention(
        *given, attn_mask=None if mask is None else torch.tensor(mask), scale=0.7
    )
    dy = r.normal(size=y.shape).astype(dtype)
    y.backward(torch.tensor(dy))
    run = pv.attend(q, k, v, mask, 0.7)
    loose = 2e-5 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(run.output, y.detach().numpy(), rtol=loose, atol=loose)
    for got, want in zip(run.backward(dy)[:3], given, strict=True):
        np.testing.assert_allclose(got, want.grad.numpy(), rtol=loose, atol=loose)


@pytest.mark.parametrize("block", CASES)
def test_a_block_and_its_gradients(block, request):
    """What was recorded is what this release gives."""
    assert recorded(block) == pytest.approx(RECORDED[request.node.callspec.id], rel=1e-6, abs=1e-6)


def test_a_bool_mask_means_the_opposite_in_multihead_attention():
    r = np.random.default_rng(0)
    x = r.normal(size=(3, 4))
    look = np.tri(3, dtype=bool)
    module = torch.nn.MultiheadAttention(4, 1, batch_first=True, bias=False, dtype=torch.float64)
    eye = torch.eye(4, dtype=torch.float64)
    given = {"in_proj_weight": torch.cat([eye] * 3), "out_proj.weight": eye}
    rows = (torch.tensor(x)[None],) * 3
    y, _ = torch.func.functional_call(module, given, rows, {"attn_mask": torch.tensor(~look)})
    np.testing.assert_allclose(pv.attend(x, x, x, look).output, y[0].detach().numpy(), rtol=1e-12)
