"""A case of tests/golden/record_torch.py, computed by poolviz and compared."""

import numpy as np

import poolviz as pv

CLOSE = {"rtol": 1e-12, "atol": 1e-12}  # sums in another order; float64


def cut(bank, at, shape):
    """The numbers of a case: its shape filled from a place of the bank on, round and round."""
    return np.resize(np.roll(bank, -at), int(np.prod(shape))).reshape(shape)


def inputs(case, banks):
    """x and dL/dy; windows of padding alone send nothing (see ``compare``)."""
    x = cut(banks["special" if case.get("special") else "real"], case["at"], case["shape"])
    if case["operator"] == "lp" and case["p"] not in (1, 2, 4):
        x = np.abs(x)
    return x, cut(banks["sent"], case["at"], case["out"])


def sliding(case):
    names = ("kernel", "stride", "padding", "dilation")
    return pv.Sliding(*(tuple(case[name]) for name in names), case["ceil"])


def run(case, x):
    """The pooling run of the case; for unpooling, of the pooling that gave the locations."""
    operator = case["operator"]
    if operator.startswith("adaptive"):
        variant = pv.Max() if operator == "adaptive_max" else pv.Average()
        return pv.pool(x, variant, pv.Adaptive(tuple(case["output_size"])))
    if operator == "fractional_max":
        samples = tuple(reversed(case["samples"]))  # torch gives the width first
        size, kernel = tuple(case["output_size"]), tuple(case["kernel"])
        return pv.FractionalMax(kernel_size=kernel, output_size=size, samples=samples)(x)
    if operator == "avg":
        variant = pv.Average(case["count_include_pad"], case.get("divisor_override"))
        return pv.pool(x, variant, sliding(case))
    if operator == "lp":
        return pv.pool(x, pv.Lp(p=case["p"], magnitude=False), sliding(case))
    return pv.pool(x, pv.Max(), sliding(case))


def compare(case, banks, output, locations, gradient):
    """Assert that value, location and gradient are PyTorch's, up to its known quirks."""
    x, dy = inputs(case, banks)
    pooled = run(case, x)
    operator = case["operator"]
    if operator == "max_unpool":
        size = x.shape[2:]
        np.testing.assert_array_equal(pooled.locations, locations)
        np.testing.assert_array_equal(pv.unpool(pooled.output, locations, size), output)
        # PyTorch's gradient reads dL/dy at every location: the adjoint of duplicates="sum"
        back = pv.unpool_backward(dy, locations, ndim=len(size), duplicates="sum")
        np.testing.assert_array_equal(back, gradient)
        return
    if operator == "lp":  # PyTorch scales up a window that overruns the plane: K / its cells
        valid = pooled.windows.valid.sum(-1)
        scale = (pooled.windows.size / valid) ** (1 / case["p"])
        np.testing.assert_allclose(pooled.output * scale, output, **CLOSE)
        sent = np.where(np.isfinite(output) & (np.abs(output) > 1e-9), dy, 0) * scale
        np.testing.assert_allclose(pooled.backward(sent), gradient, **CLOSE)
        return
    if locations is None:
        np.testing.assert_allclose(pooled.output, output, **CLOSE)
    else:
        np.testing.assert_array_equal(pooled.output, output)
        np.testing.assert_array_equal(np.signbit(pooled.output), np.signbit(output))
        # PyTorch points a window of padding alone outside the plane; poolviz gives no location
        found = pooled.locations >= 0
        np.testing.assert_array_equal(pooled.locations[found], locations[found])
        assert (output[~found] == -np.inf).all()
    sent = dy if case.get("special") else np.where(np.isfinite(output), dy, 0)
    np.testing.assert_allclose(pooled.backward(sent), gradient, **CLOSE)
