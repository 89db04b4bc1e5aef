"""Operators: their golden cases, gradients, tables, and the conventions that they share."""

import ast
import inspect
from itertools import combinations

import numpy as np
import pytest

import poolviz as pv
from poolviz.numbers import number
from poolviz.pooling.operator import Example
from poolviz.pooling.variant import Names, Param
from tests.in_turn import in_turn

MORE = [
    pv.FractionalMax(kernel_size=(1, 3), output_size=(3, 2), seed=3),
    pv.FractionalMax(rank=3, output_size=(1, 2, 3), seed=1),
    pv.FractionalMax(rank=1, kernel_size=3, output_size=4),
    pv.S3Pool(border="cut"),
    pv.S3Pool(border="cut", phase="test", kernel_size=3, stride=3, grid=3),
    pv.S3Pool(kernel_size=3, stride=3, grid=3, seed=5),
    pv.S3Pool(kernel_size=3, stride=2, grid=4, phase="test"),
    pv.Statistics(kernel_size=2, rank=2),
    pv.Statistics(rank=3),
    pv.Statistics(unbiased=True),
    pv.Statistics(kernel_size=2, rank=2, weights=(3, 1, 0, 2), unbiased=True),
    pv.Statistics(weights=(1, 2)),
    pv.RMAC(levels=2, total=False),
    pv.RMAC(levels=5),
    pv.KMax(k=1),
    pv.DynamicKMax(layer=3, layers=3, k_top=2),
    pv.ChunkMax(cuts=(1, 4)),
    pv.SpatialPyramid(levels=(4, 1), bins="adaptive"),
    pv.RoIPool(rois=((0, 0, 3, 2), (1, 1, 2, 4), (-3, 2, 9, 9)), output_size=(2, 3)),
    pv.RoIAlign(rois=((0.3, 0.2, 3.9, 2.7), (-2, -1, 2.2, 9)), output_size=(2, 3)),
    pv.RoIAlign(rois=((1.2, 1.1, 3.3, 4.2),), sampling_ratio=2, aligned=False),
    pv.RoIAlign(rois=((1.2, 1.1, 3.3, 4.2),), sampling_ratio=1, mode="max"),
    pv.BlurPool(kernel_size=1, stride=3, filter_size=4),
    pv.BlurPool(kernel_size=2, stride=1, filter_size=5),
    pv.BlurPool(border="zero", filter_size=4),
    pv.BlurPool(border="replicate", stride=1, filter_size=7),
    pv.Spectral(output_size=(3, 4)),
    pv.MaxMin(kernel_size=3, stride=1),
    pv.Strip(direction="rows"),
    pv.Strip(direction="columns"),
]
SETTINGS = list(
    dict.fromkeys(
        [cls() for cls in pv.OPERATORS]
        + [cls(**dict(cls.worked.fields)) for cls in pv.OPERATORS]
        + MORE
    )
)


def name(value):
    """How a case is called in the list of tests."""
    return value.__name__ if isinstance(value, type) else repr(value)


def plane(op):
    """A shape that the operator takes."""
    return {1: (8,), 2: (5, 6), 3: (2, 3, 4)}[op.ndim]


def tie_free(shape, seed=0):
    count = int(np.prod(shape))
    values = np.linspace(-2.9, 3.1, count) + np.random.default_rng(seed).uniform(0, 0.01, count)
    return np.random.default_rng(seed + 1).permutation(values).reshape(shape)


def test_there_are_as_many_as_the_literature_names():
    assert len(pv.VARIANTS) >= 31
    assert len(pv.VARIANTS) + len(pv.OPERATORS) >= 45
    assert len({cls.title for cls in (*pv.VARIANTS, *pv.OPERATORS)}) >= 45


@pytest.mark.parametrize("cls", pv.OPERATORS, ids=name)
class TestDeclaration:
    def test_every_fact_is_told(self, cls):
        for fact in ("title", "family", "formula", "gradient", "reference", "story"):
            assert isinstance(getattr(cls, fact), str), fact
            assert getattr(cls, fact).strip(), fact
        assert cls.domain in ("real", "nonnegative", "positive")
        assert isinstance(cls.names, Names)
        assert isinstance(cls.worked, Example)
        assert bool(cls.why_not_differentiable) == (not cls.differentiable)
        assert (
            any(str(year) in cls.reference for year in range(1950, 2027)) or "20" in cls.reference
        )

    def test_formulas_are_balanced_latex(self, cls):
        for formula in (cls.formula, cls.gradient):
            assert formula.count("{") == formula.count("}")
            assert "$" not in formula

    def test_text_is_marked_for_translation(self, cls):
        body = ast.parse(inspect.getsource(cls)).body[0].body
        facts = {t.id: s.value for s in body if isinstance(s, ast.Assign) for t in s.targets}
        for fact in ("title", "family"):
            assert facts[fact].func.id == "N_"

    def test_every_field_has_a_range_and_names_itself_in_errors(self, cls):
        for field in cls.__dataclass_fields__.values():
            limits = field.metadata["param"]
            assert isinstance(limits, Param)
            assert limits.help.strip()
            assert limits.admits(field.default)
            with pytest.raises(ValueError, match=f"^{field.name} must be .*got"):
                cls(**{field.name: object()})

    def test_the_declared_example_comes_out(self, cls):
        worked = cls.worked
        run = cls(**dict(worked.fields))(np.array(worked.x, float))
        np.testing.assert_allclose(run.output, worked.output, atol=5e-7)  # seven digits

    def test_it_runs_with_nothing_said_on_the_worked_board(self, cls):
        run = cls()(np.array(pv.Max.worked.X, float))
        assert np.isfinite(run.output).all()

    def test_it_is_frozen_and_can_be_a_key(self, cls):
        assert {cls(): 1}[cls()] == 1

    def test_its_sentence_ends_with_its_number(self, cls):
        run = cls()(np.array(pv.Max.worked.X, float))
        for cell in np.ndindex(run.output.shape):
            assert run.arithmetic(cell).endswith(f"= {number(run.output[cell])}")


def test_no_two_operators_coincide_at_their_defaults():
    x = np.random.default_rng(0).uniform(0.2, 3, (8, 8))
    outputs = {cls.__name__: cls()(x).output for cls in pv.OPERATORS}
    for a, b in combinations(outputs, 2):
        same = outputs[a].shape == outputs[b].shape and np.allclose(outputs[a], outputs[b])
        assert not same, (a, b)


@pytest.mark.parametrize("op", SETTINGS, ids=name)
class TestResult:
    def test_gradient_by_central_differences(self, op):
        x = tie_free((2, *plane(op)))
        run = op(x)
        dy = np.random.default_rng(2).uniform(0.5, 1.5, run.output.shape)
        dx, step = run.backward(dy), 1e-6
        assert dx.shape == x.shape
        for cell in np.ndindex(x.shape):
            ahead, behind = x.copy(), x.copy()
            ahead[cell] += step
            behind[cell] -= step
            numeric = (dy * (op(ahead).output - op(behind).output)).sum() / (2 * step)
            np.testing.assert_allclose(dx[cell], numeric, rtol=1e-6, atol=1e-6)

    def test_the_table_is_the_gradient(self, op):
        """A picture lights the cells of the table: scattered, they are what flows back."""
        x = tie_free((2, *plane(op)))
        run = op(x)
        windows, local = run.windows, run.jacobian()
        assert windows.in_shape == plane(op)
        assert run.output.shape == (2, *windows.out_shape)
        assert local.shape == run.contributions().shape == (2, *windows.out_shape, windows.size)
        dy = np.random.default_rng(3).normal(size=run.output.shape)
        spread = windows.scatter(local * dy[..., None])
        np.testing.assert_allclose(run.backward(dy), spread, atol=1e-12)

    def test_no_cell_is_lit_twice_and_none_outside(self, op):
        run = op(tie_free(plane(op)))
        for cells, weights, share in zip(
            np.broadcast_to(run.windows.index, run.jacobian().shape).reshape(-1, run.windows.size),
            run.jacobian().reshape(-1, run.windows.size),
            run.contributions().reshape(-1, run.windows.size),
            strict=True,
        ):
            lit = cells[cells >= 0]
            assert len(set(lit.tolist())) == len(lit)
            assert (weights[cells < 0] == 0).all()
            assert (share[cells < 0] == 0).all()
            assert np.isfinite(share).all()

    def test_a_location_names_the_cell_that_was_taken(self, op):
        x = tie_free((2, *plane(op)))
        run = op(x)
        if not op.selects:
            assert run.locations is None
            return
        assert run.locations.dtype == np.int64
        flat, at = x.reshape(2, -1), run.locations.reshape(2, -1)
        read = np.where(at < 0, 0, np.take_along_axis(flat, np.maximum(at, 0), -1))
        sign = np.where(run.jacobian().sum(-1) < 0, -1, 1)
        np.testing.assert_array_equal(run.output, sign * read.reshape(run.output.shape))
        lit = run.jacobian() != 0
        assert (lit.sum(-1) == (run.locations >= 0)).all()

    def test_planes_of_a_batch_do_not_meet(self, op):
        x = tie_free((2, 3, *plane(op)))
        run = op(x)
        dy = np.random.default_rng(0).normal(size=run.output.shape)
        back = run.backward(dy)
        for at in np.ndindex(2, 3):
            alone = op(x[at])
            np.testing.assert_allclose(run.output[at], alone.output, rtol=1e-12, atol=1e-13)
            np.testing.assert_allclose(back[at], alone.backward(dy[at]), atol=1e-12)

    @in_turn("dtype", [np.float16, np.float32, np.uint8])
    def test_dtypes(self, op, dtype):
        x = np.random.default_rng(0).integers(0, 9, (2, *plane(op))).astype(dtype)
        run = op(x)
        wide = op(x.astype(np.float64))
        floating = np.dtype(dtype).kind == "f"
        if floating:
            assert run.output.dtype == dtype
        elif not op.selects:
            assert run.output.dtype == np.float64
        else:
            assert run.output.dtype.kind in "iu"
        room = {np.float16: 2e-3, np.float32: 1e-6}.get(dtype, 1e-12)
        np.testing.assert_allclose(run.output, wide.output, rtol=room, atol=10 * room)
        dx = run.backward(np.ones(run.output.shape))
        assert dx.dtype == (dtype if floating else np.float64)
        assert run.jacobian().dtype == dx.dtype

    def test_inputs_are_left_alone_and_may_be_any_view(self, op):
        x = tie_free((2, *plane(op)))
        wide = np.repeat(x, 2, axis=-1)
        wide.setflags(write=False)
        before = wide.copy()
        run = op(wide[..., ::2])
        run.backward(np.ones(run.output.shape))
        np.testing.assert_array_equal(run.output, op(x).output)
        np.testing.assert_array_equal(wide, before)

    def test_an_empty_batch(self, op):
        run = op(np.zeros((0, *plane(op))))
        assert run.output.shape[0] == 0
        assert run.backward(np.zeros(run.output.shape)).shape == (0, *plane(op))
        assert run.jacobian().shape[0] == 0

    def test_nan_is_passed_on_and_nothing_warns(self, op):
        x = tie_free(plane(op))
        run = op(np.full(x.shape, np.nan))
        whole = run.windows.valid.any(-1)
        assert np.isnan(run.output[np.broadcast_to(whole, run.output.shape)]).all()
        for odd in (np.inf, -np.inf, 1e308, 0):
            op(np.full(x.shape, odd)).backward(np.ones(run.output.shape))

    def test_the_same_call_gives_the_same_result(self, op):
        x = tie_free((2, *plane(op)))
        np.testing.assert_array_equal(op(x).output, op(x).output)

    def test_wrong_input_is_named(self, op):
        with pytest.raises(ValueError, match=r"^x must have at least"):
            op(np.zeros(()))
        with pytest.raises(ValueError, match=r"^x must be"):
            op(np.array(["a"] * 8))
        run = op(tie_free(plane(op)))
        with pytest.raises(ValueError, match=r"^dy must have the output's shape"):
            run.backward(np.zeros((9, 9, 9, 9)))
