"""Wrong arguments: each is a ValueError with the argument's name, the value and what is allowed."""

import numpy as np
import pytest

import poolviz as pv

X, NAN = np.ones((4, 4)), float("nan")


def bind(*args, shape=(4, 4), **kwargs):
    return lambda: pv.Sliding(*args, **kwargs).bind(shape)


def adapt(*args, shape=(4, 4), **kwargs):
    return lambda: pv.Adaptive(*args, **kwargs).bind(shape)


def backward(dy):
    return lambda: pv.pool(X, pv.Max(), pv.Sliding(2)).backward(dy)


def unpool(values=(1, 2), locations=(0, 1), size=(4,), **kwargs):
    return lambda: pv.unpool(values, locations, size, **kwargs)


def run(x=X, variant=None, geometry=None):
    return lambda: pv.pool(x, variant or pv.Max(), geometry or pv.Sliding(2))


# what is done, the argument, the value in the message, what is allowed
ROWS = [
    # Sliding
    (bind(0), "kernel_size", "0", "at least 1"),
    (bind(-3), "kernel_size", "-3", "at least 1"),
    (bind(2.0), "kernel_size", "2.0", "an integer of at least 1"),
    (bind("3"), "kernel_size", "'3'", "an integer"),
    (bind(None), "kernel_size", "None", "an integer"),
    (bind(True), "kernel_size", "True", "an integer"),
    (bind(NAN), "kernel_size", "nan", "an integer"),
    (bind(2**31), "kernel_size", "2147483648", "at most 2147483647"),
    (bind(()), "kernel_size", "()", "1 to 16 axes"),
    (bind((2,) * 17), "kernel_size", "(2, 2, 2, 2,", "1 to 16 axes"),
    (bind((2, 0)), "kernel_size", "0", "at least 1"),
    (bind((2, 1.5)), "kernel_size", "1.5", "an integer"),
    (bind(((2, 2), 2)), "kernel_size", "(2, 2)", "an integer"),
    (bind(np.array([2, 2])), "kernel_size", "array([2, 2])", "an integer"),
    (bind(5), "kernel_size", "effective kernel of 5", "4 cells"),
    (bind(3, dilation=2), "kernel_size", "effective kernel of 5", "4 cells"),
    (bind((2, 5)), "kernel_size", "effective kernel of 5", "axis 1 has 4 cells"),
    (bind(5, 1, ceil_mode=True), "kernel_size", "effective kernel of 5", "4 cells"),
    (bind(2, 0), "stride", "0", "at least 1"),
    (bind(2, -1), "stride", "-1", "at least 1"),
    (bind(2, (1, 0)), "stride", "0", "at least 1"),
    (bind(2, 1.5), "stride", "1.5", "an integer"),
    (bind(2, False), "stride", "False", "an integer"),
    (bind(2, (1, 1, 1)), "stride", "(1, 1, 1)", "an int or 2 ints"),
    (bind((2,), (1, 1), shape=(4,)), "stride", "(1, 1)", "an int or 1 ints"),
    (bind(2, 10**30), "stride", str(10**30), "at most 2147483647"),
    (bind(2, 1, 2), "padding", "2", "half of the effective kernel size 2, that is 1"),
    (bind(1, 1, 1), "padding", "1", "half of the effective kernel size 1, that is 0"),
    (bind(3, 1, (1, 2)), "padding", "2", "half of the effective kernel size 3, that is 1"),
    (bind(2, 1, -1), "padding", "-1", "at least 0"),
    (bind(2, 1, 0.5), "padding", "0.5", "an integer"),
    (bind(2, 1, None), "padding", "None", "an integer"),
    (bind(2, 1, (1,)), "padding", "(1,)", "2 ints"),
    (bind(2, 1, (1, 1, 1)), "padding", "(1, 1, 1)", "2 ints"),
    (bind(2, 1, ((2, 0), (0, 0))), "padding", "(2, 0)", "less than the effective kernel size 2"),
    (bind(2, 1, ((0, -1), (0, 0))), "padding", "-1", "at least 0"),
    (bind(2, 1, ((0, 1, 0), (0, 0))), "padding", "(0, 1, 0)", "(before, after)"),
    (bind(2, 1, ((0, 1.0), (0, 0))), "padding", "1.0", "an integer"),
    (bind(2, 1, "same"), "padding", "'same'", "'same_upper', 'same_lower'"),
    (bind(2, 1, "SAME_UPPER"), "padding", "'SAME_UPPER'", "'same_upper'"),
    (bind(2, 1, ""), "padding", "''", "'valid'"),
    (bind(2, dilation=0), "dilation", "0", "at least 1"),
    (bind(2, dilation=-2), "dilation", "-2", "at least 1"),
    (bind(2, dilation=(1, 0)), "dilation", "0", "at least 1"),
    (bind(2, dilation=1.0), "dilation", "1.0", "an integer"),
    (bind(2, dilation=(1, 1, 1)), "dilation", "(1, 1, 1)", "an int or 2 ints"),
    (bind(2, ceil_mode=1), "ceil_mode", "1", "True or False"),
    (bind(2, ceil_mode="yes"), "ceil_mode", "'yes'", "True or False"),
    (bind(2, ceil_mode=None), "ceil_mode", "None", "True or False"),
    (bind(2, wide_padding=1), "wide_padding", "1", "True or False"),
    (bind(2, ceil_padding=None), "ceil_padding", "None", "True or False"),
    (bind(2, allow_empty="no"), "allow_empty", "'no'", "True or False"),
    (bind(2, base_dilation=0), "base_dilation", "0", "at least 1"),
    (bind(2, base_dilation=(1, 1, 1)), "base_dilation", "(1, 1, 1)", "an int or 2 ints"),
    (bind(2, 1, -1, wide_padding=True), "padding", "-1", "at least 0"),
    (bind(2, shape=(4,)), "in_shape", "(4,)", "2 axes"),
    (bind(2, shape=(4, 4, 4)), "in_shape", "(4, 4, 4)", "2 axes"),
    (bind(2, shape=(4, 0)), "x", "(4, 0)", "at least 1 cell"),
    # Adaptive
    (adapt(-1), "output_size", "-1", "at least 0"),
    (adapt(2.5), "output_size", "2.5", "an integer"),
    (adapt("2"), "output_size", "'2'", "an integer"),
    (adapt(True), "output_size", "True", "an integer"),
    (adapt((2, -2)), "output_size", "-2", "at least 0"),
    (adapt(5, "split"), "output_size", "5", 'at most the 4 cells of an axis with rule="split"'),
    (adapt(()), "output_size", "()", "1 to 16 axes"),
    (adapt((1,) * 17), "output_size", "(1, 1, 1, 1,", "1 to 16 axes"),
    (adapt(2**31), "output_size", "2147483648", "at most 2147483647"),
    (adapt(2, "document"), "rule", "'document'", '"torch", "equal" or "split"'),
    (adapt(2, None), "rule", "None", '"torch", "equal" or "split"'),
    (adapt(2, shape=(4,)), "in_shape", "(4,)", "2 axes"),
    (adapt(2, shape=(0, 4)), "x", "(0, 4)", "at least 1 cell"),
    # Global
    (lambda: pv.Global(0), "ndim", "0", "at least 1"),
    (lambda: pv.Global(17), "ndim", "17", "at most 16"),
    (lambda: pv.Global(2.0), "ndim", "2.0", "an integer"),
    (lambda: pv.Global((1, 2)), "ndim", "(1, 2)", "an integer"),
    (lambda: pv.Global(1).bind((4, 4)), "in_shape", "(4, 4)", "1 axes"),
    (lambda: pv.Global(1, mask=(1, 0)), "mask", "int64", "booleans with at least 1 axes"),
    (lambda: pv.Global(2, mask=(True, False)), "mask", "(2,)", "at least 2 axes"),
    (lambda: pv.Global(1, mask=(True,)).bind((4,)), "mask", "(1,)", "shape (4,) last"),
    (
        lambda: pv.pool(np.ones((3, 2)), pv.Max(), pv.Global(1, mask=((True, True),) * 2)),
        "x",
        "(3,)",
        "batch axes that fit those of its geometry (2,)",
    ),
    # pool
    (run(np.ones(4)), "x", "(4,)", "at least 2 axes"),
    (run(3), "x", "()", "at least 2 axes"),
    (run(np.ones((4, 0))), "x", "(4, 0)", "at least 1 cell"),
    (run([[1, 2], [3]]), "x", "inhomogeneous", "rectangular"),
    (run([["a", "b"], ["c", "d"]]), "x", "<U1", "real numbers"),
    (run(np.ones((2, 2), complex)), "x", "complex128", "real numbers"),
    (run(np.array([[None, 1], [2, 3]])), "x", "object", "real numbers"),
    (run(np.ones((2, 2), "M8[s]")), "x", "datetime64[s]", "real numbers"),
    (run(None), "x", "object", "real numbers"),
    (run(variant="Max"), "variant", "'Max'", "an instance such as Max()"),
    (run(variant=pv.Max), "variant", "<class", "an instance such as Max()"),
    (run(variant=max), "variant", "max", "an instance such as Max()"),
    (run(geometry=2), "geometry", "2", "an instance such as Sliding(2)"),
    (run(geometry=pv.Sliding), "geometry", "<class", "an instance such as Sliding(2)"),
    (run(geometry=(2, 2)), "geometry", "(2, 2)", "an instance such as Sliding(2)"),
    # backward
    (backward(np.ones(4)), "dy", "(4,)", "(2, 2)"),
    (backward(np.ones((1, 2, 2))), "dy", "(1, 2, 2)", "(2, 2)"),
    (backward(1.0), "dy", "()", "(2, 2)"),
    (backward(np.ones((2, 2), complex)), "dy", "complex128", "real numbers"),
    (backward([["a", "b"], ["c", "d"]]), "dy", "<U1", "real numbers"),
    (backward([[1, 2], [3]]), "dy", "inhomogeneous", "rectangular"),
    # unpool
    (unpool(values=["a", "b"]), "values", "<U1", "real numbers"),
    (unpool(values=[1, [2]]), "values", "inhomogeneous", "rectangular"),
    (unpool(locations=(0, 1, 2)), "locations", "(3,)", "(2,)"),
    (unpool(locations=(0.0, 1.0)), "locations", "float64", "integers"),
    (unpool(locations=(True, False)), "locations", "bool", "integers"),
    (unpool(locations=(0, 4)), "locations", "0 to 4", "[-1, 3]"),
    (unpool(locations=(-2, 1)), "locations", "-2 to 1", "[-1, 3]"),
    (unpool(locations=np.array([0, 2**63], np.uint64)), "locations", str(2**63), "[-1, 3]"),
    (unpool(size=0), "output_size", "0", "at least 1"),
    (unpool(size=(2, -1)), "output_size", "-1", "at least 1"),
    (unpool(size=4.0), "output_size", "4.0", "an integer"),
    (unpool(size=()), "output_size", "()", "1 to 16 axes"),
    (unpool(size=None), "output_size", "None", "an integer"),
    (unpool(size=(2, 2)), "values", "(2,)", "at least 2 axes"),
    (unpool(duplicates="first"), "duplicates", "'first'", '"last" or "sum"'),
    (unpool(duplicates=None), "duplicates", "None", '"last" or "sum"'),
    # the fields of variants
    (lambda: pv.Average(count_include_pad=1), "count_include_pad", "1", "False, True"),
    (lambda: pv.Average(count_include_pad=None), "count_include_pad", "None", "False, True"),
    (lambda: pv.Average(divisor_override=0), "divisor_override", "0", "other than 0"),
    (lambda: pv.Average(divisor_override=1.5), "divisor_override", "1.5", "an integer"),
    (lambda: pv.Average(divisor_override=True), "divisor_override", "True", "an integer"),
    (lambda: pv.Stochastic(seed=-1), "seed", "-1", "[0, 4.29497e+09]"),
    (lambda: pv.Stochastic(seed=2**32), "seed", "4294967296", "an integer in [0"),
    (lambda: pv.Stochastic(seed=0.0), "seed", "0.0", "an integer"),
    (lambda: pv.Stochastic(seed=None), "seed", "None", "an integer"),
    (lambda: pv.Stochastic(phase="eval"), "phase", "'eval'", "'train', 'test'"),
    (lambda: pv.SoftPool(full_gradient="no"), "full_gradient", "'no'", "False, True"),
]


@pytest.mark.parametrize(
    ("call", "argument", "value", "allowed"),
    ROWS,
    ids=[f"{i} {row[1]} {row[2][:20]}" for i, row in enumerate(ROWS)],
)
def test_a_wrong_argument_is_named_with_its_value_and_what_is_allowed(
    call, argument, value, allowed
):
    with pytest.raises(ValueError, match=f"^{argument} must ") as error:
        call()
    message = str(error.value)
    assert value in message
    assert allowed in message


def test_the_table_has_a_row_for_every_kind_of_fault():
    assert len(ROWS) >= 60


def test_an_error_leaves_nothing_behind():
    with pytest.raises(ValueError, match="kernel_size"):
        pv.Sliding(5).bind((4, 4))
    assert pv.Sliding(5).bind((5, 5)).out_shape == (1, 1)


TENSORS = {
    "a gradient": {"requires_grad": True},
    "bfloat16": {"dtype": "bfloat16"},
    "no memory": {"device": "meta"},
}


@pytest.mark.torch
@pytest.mark.parametrize("kind", TENSORS)
def test_a_tensor_that_numpy_cannot_read_is_said(kind):
    torch = pytest.importorskip("torch")
    options = dict(TENSORS[kind])
    if "dtype" in options:
        options["dtype"] = getattr(torch, options["dtype"])
    x = torch.ones(4, 4, **options)
    run = pv.pool(X, pv.Max(), pv.Sliding(2))
    for name, call in {
        "x": lambda: pv.pool(x, pv.Max(), pv.Sliding(2)),
        "x ": lambda: pv.BlurPool()(x),
        "x  ": lambda: pv.pool([x, x], pv.Max(), pv.Sliding(2)),
        "dy": lambda: run.backward(x[:2, :2]),
        "values": lambda: pv.unpool(x[0], np.arange(4), (4,)),
        "locations": lambda: pv.unpool(np.ones(4), x[0], (4,)),
        "features": lambda: pv.class_activation_map(x[None], np.ones((1, 1))),
    }.items():
        name = name.strip()
        with pytest.raises(ValueError, match=f"^{name} must be an array that NumPy can read") as e:
            call()
        assert f"{name}.detach().cpu().float()" in str(e.value)


@pytest.mark.torch
def test_a_plain_tensor_is_read():
    torch = pytest.importorskip("torch")
    assert pv.pool(torch.ones(4, 4), pv.Max(), pv.Sliding(2)).output.dtype == np.float32
