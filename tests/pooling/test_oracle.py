"""The engine against the slow oracle: tables, outputs, locations and gradients."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import poolviz as pv
from tests.pooling import oracle
from tests.pooling.cases import BATCHES, CASES, FEW, OF_EACH_KIND, name, sliding, whole_numbers


def drawn(seed):
    """The rule of the draw: one number in [0, 1) for each window of the whole batch, row-major."""

    def rule(shape):
        u = np.random.default_rng(seed).random(shape).ravel()
        return lambda cells, number: oracle.drawn_activation(cells, u[number])

    return rule


def plain(reduce, **options):
    return lambda shape: lambda cells, number: reduce(cells, **options)


def mean(cells, number=None, divisor=None):
    return oracle.average(cells, divisor or len(cells) or 1)


# variant, rule of the oracle, whether padding cells count as cells
RULES = [
    (pv.Max(), plain(oracle.largest), False),
    (pv.Min(), plain(oracle.smallest), False),
    (pv.Average(), plain(mean), True),
    (pv.Average(count_include_pad=False), plain(mean), False),
    (pv.Average(divisor_override=3), plain(mean, divisor=3), True),
    (pv.Average(count_include_pad=False, divisor_override=-2), plain(mean, divisor=-2), False),
    (pv.L2(), plain(oracle.root_mean_square), False),
    (pv.SoftPool(), plain(oracle.softpool), False),
    (pv.SoftPool(full_gradient=False), plain(oracle.softpool, full_gradient=False), False),
    (pv.Stochastic(phase="test"), plain(oracle.expected_activation), False),
    (pv.Stochastic(), drawn(0), False),
    (pv.Stochastic(seed=12), drawn(12), False),
]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_table_holds_the_windows_of_the_definition(case):
    windows, out_shape = case.table()
    bound = case.geometry.bind(case.shape)
    assert bound.in_shape == case.shape
    assert bound.out_shape == out_shape
    assert bound.index.dtype == np.int64
    np.testing.assert_array_equal(bound.index.reshape(len(windows), -1), windows)
    np.testing.assert_array_equal(bound.valid, bound.index >= 0)


@pytest.mark.parametrize(
    ("variant", "rule", "counts_padding", "case"),
    [(*rule, case) for rule in RULES for case in (CASES if rule[0] in OF_EACH_KIND else FEW)],
    ids=name,
)
def test_output_locations_and_gradient_follow_the_definition(
    variant, rule, counts_padding, case, path
):
    windows, out_shape = case.table()
    for seed, batch in enumerate(BATCHES):
        x = whole_numbers(variant, batch + case.shape, seed).astype(float)
        run = pv.pool(x, variant, case.geometry)
        planes = x.reshape(-1, int(np.prod(case.shape)))
        reduce = rule(batch + out_shape)
        dy = np.random.default_rng(seed + 9).integers(-3, 4, run.output.shape).astype(float)

        values, locations, local, dx = [], [], [], []
        for number, plane in enumerate(planes):
            first = number * len(windows)
            v, at, g = oracle.pool_plane(plane.tolist(), windows, reduce, counts_padding, first)
            sent = dy.reshape(len(planes), -1)[number].tolist()
            values.append(v)
            locations.append(at)
            local.append(g)
            dx.append(oracle.backward_plane(plane.size, windows, g, sent))

        out = batch + out_shape
        # The oracle sums exactly, the engine in float64: a few ulps.
        np.testing.assert_allclose(run.output, np.reshape(values, out), rtol=1e-13, atol=1e-13)
        if variant.selects:
            np.testing.assert_array_equal(run.locations, np.reshape(locations, out))
            assert run.locations.dtype == np.int64
        else:
            assert run.locations is None
        np.testing.assert_allclose(
            run.jacobian(), np.reshape(local, (*out, -1)), rtol=1e-12, atol=1e-13
        )
        np.testing.assert_allclose(run.backward(dy), np.reshape(dx, x.shape), atol=1e-12)


axis = st.fixed_dictionaries(
    {
        "n": st.integers(1, 9),
        "kernel": st.integers(1, 5),
        "stride": st.integers(1, 5),
        "dilation": st.integers(1, 3),
        "before": st.integers(0, 4),
        "after": st.integers(0, 4),
    }
)


@given(axes=st.lists(axis, min_size=1, max_size=2), ceil_mode=st.booleans())
def test_any_sliding_geometry_has_the_windows_of_the_definition(axes, ceil_mode):
    spans = [a["dilation"] * (a["kernel"] - 1) for a in axes]
    pads = tuple(
        (min(a["before"], e), min(a["after"], e)) for a, e in zip(axes, spans, strict=True)
    )
    shape, kernel, stride, dilation = (
        tuple(a[key] for a in axes) for key in ("n", "kernel", "stride", "dilation")
    )
    case = sliding("", shape, kernel, stride, pads, dilation, ceil_mode)
    if not all(case.axes):
        with pytest.raises(ValueError, match="kernel_size must fit the padded input"):
            case.geometry.bind(shape)
        return
    windows, out_shape = case.table()
    bound = case.geometry.bind(shape)
    assert bound.out_shape == out_shape
    np.testing.assert_array_equal(bound.index.reshape(len(windows), -1), windows)


@given(
    n=st.integers(1, 12),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 5),
    dilation=st.integers(1, 3),
    upper=st.booleans(),
)
def test_same_padding_gives_one_window_for_each_stride(n, kernel, stride, dilation, upper):
    rule = "same_upper" if upper else "same_lower"
    before, after = oracle.same_pads(n, kernel, stride, dilation, upper)
    bound = pv.Sliding((kernel,), (stride,), rule, (dilation,)).bind((n,))
    assert bound.out_shape == (-(-n // stride),)
    np.testing.assert_array_equal(
        bound.index, oracle.sliding_axis(n, kernel, stride, before, after, dilation)
    )
