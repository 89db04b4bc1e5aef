"""Exercises: valid for every seed and state, checked by the engine, explained with the numbers."""

import itertools
import math
import re
from fractions import Fraction

import numpy as np
import pytest

import poolviz as pv
from poolviz.exercises.kind import WRONG as PEOPLE_GET_WRONG
from poolviz.exercises.kind import first
from poolviz.samples import SAMPLES, sample
from poolviz.stage.part import Table
from poolviz.stage.task import Build, Number, Pick
from poolviz.wings.pages import KINDS
from poolviz.wings.pooling.exercises.material import POOLING, attempts, material
from tests.pooling import oracle

A = sample("worked-example")
SEEDS = range(50)
WRONG = [kind for kind, it in KINDS.items() if it.misconception]
OTHER = [kind for kind in KINDS if kind not in WRONG]


def made(kind, seed=0, x=A, variant=None, geometry=None):
    it = KINDS[kind]
    if it.source is not POOLING:
        return first(it.ask, it.source.attempts(None, seed))
    state = material(x, variant or pv.Max(), geometry or pv.Sliding(2), seed)
    return first(it.ask, attempts(state))


def behind(option):
    """The number of the misconception behind an answer, 0 if none is."""
    return option.misconception.number if option.misconception else 0


def windows(x, kernel, stride, padding=0):
    axes = [oracle.sliding_axis(n, kernel, stride, padding, padding) for n in x.shape]
    return oracle.table(x.shape, axes)


# The twelve


def test_all_twelve_are_there_and_named():
    misconceptions = [KINDS[kind].misconception for kind in WRONG]
    assert [each.number for each in misconceptions] == list(range(1, 13))
    assert len({each.name for each in misconceptions}) == 12
    assert all(KINDS[kind].group == PEOPLE_GET_WRONG for kind in WRONG)


def test_the_menu_is_in_the_order_of_its_groups():
    assert list(KINDS) == [
        "value", "location", "shape", "gradient", "attend-output", "attend-push", "attend-shapes",
        "attend-sums", "attend-shift", "attend-ties", "reach-cells", "reach-share", "gates", "oks",
        "receptive-field", "hourglass", "further-stage", "heat-map", "copies",
        "merged-peaks", "greedy-pairs", "opposite",
        "max-equals-average", "silent-corner", "expectation-is-mean", "unpooling-restores",
        "one-takes-all", "find-output", "find-shape",
        *(f"misconception-{n}" for n in range(1, 13)),
    ]  # fmt: skip
    assert KINDS["misconception-7"].menu == "What people get wrong (7): There and back"
    assert KINDS["value"].menu == "Predict: A value"


@pytest.mark.parametrize("kind", WRONG)
def test_a_misconception_is_refused_by_name_and_with_numbers_whatever_the_seed(kind):
    misconception = KINDS[kind].misconception
    n = misconception.number
    for seed in SEEDS:
        it = made(kind, seed)
        options = it.options
        assert len({o.label for o in options}) == len(options) >= 2
        assert [o.right for o in options].count(True) == 1
        trapped = [i for i, o in enumerate(options) if behind(o) == n]
        assert trapped
        for i, option in enumerate(options):
            verdict = it.check(i)
            assert verdict.right == option.right
            told = verdict.why.replace(f"Misconception {n}, ", "")
            assert any(digit in told for digit in "0123456789")
            if i in trapped:
                assert f"Misconception {n}, “{misconception.name}”" in verdict.why
            if not option.right:
                assert f"Right is {next(o.label for o in options if o.right)}" in verdict.why


def right(it):
    return next(o.label for o in it.options if o.right)


@pytest.mark.parametrize("seed", range(8))
class TestTheTwelveAgainstTheirDefinitions:
    def test_1_the_largest_real_cell_not_zero(self, seed):
        it = made("misconception-1", seed)
        run = it.picture.run
        index = run.windows.index[it.picture.cell]
        largest = max(float(run.x.flat[i]) for i in index if i >= 0)
        assert largest < 0
        assert float(right(it).replace("−", "-")) == largest
        assert "0" in [o.label for o in it.options if behind(o) == 1]

    def test_2_the_move_that_crosses_into_the_next_window(self, seed):
        it = made("misconception-2", seed)
        words = it.text.replace(",", " ").replace(".", " ").replace("?", " ").split()
        start = int(words[words.index("column") + 1])
        kernel = int(words[words.index("kernel") + 1])
        crosses = [(start + i) // kernel != (start + i + 1) // kernel for i in range(2)]
        assert crosses.count(True) == 1
        assert right(it) == ("the first move alone" if crosses[0] else "the second move alone")

    def test_3_sum_of_squares_over_sum(self, seed):
        it = made("misconception-3", seed)
        cells = [Fraction(c) for c in it.text.split("one of ")[1].split(", each")[0].split(", ")]
        expected = sum(c * c for c in cells) / sum(cells)
        assert float(right(it)) == pytest.approx(float(expected), rel=1e-3)
        trap = next(o.label for o in it.options if behind(o) == 3)
        assert float(trap) == pytest.approx(float(sum(cells) / 4), rel=1e-3)

    def test_5_as_often_as_it_wins(self, seed):
        it = made("misconception-5", seed)
        x = it.picture.run.x
        places, _shape = windows(x, 3, 1)
        _values, locations, _g = oracle.pool_plane(
            x.ravel().tolist(), places, lambda cells, _n: oracle.largest(cells)
        )
        assert int(right(it)) == max(locations.count(cell) for cell in locations) >= 2

    def test_6_the_sign_of_softpools_gradient(self, seed):
        it = made("misconception-6", seed)
        cells = [
            float(c.replace("−", "-")) for c in it.text.split(":")[0].split(" of ")[1].split(", ")
        ]
        value = float(it.text.split("the ")[1].split("'s")[0])
        _y, _none, local = oracle.softpool(cells)
        assert (local[cells.index(value)] < 0) == right(it).startswith("Negative")

    def test_7_what_comes_back(self, seed):
        it = made("misconception-7", seed)
        x = it.picture.run.x
        places, _shape = windows(x, 2, 2)
        back = [0.0] * x.size
        for window in places:
            best = max(window, key=lambda i: (x.flat[i], -i))
            back[best] = float(x.flat[best])
        assert int(right(it)) == sum(a == b for a, b in zip(back, x.ravel(), strict=True)) < x.size

    def test_8_the_value_not_its_multiple(self, seed):
        it = made("misconception-8", seed)
        times, value = int(it.text.split("stride 1. ")[1].split()[0]), float(right(it))
        trap = next(o.label for o in it.options if behind(o) == 8)
        assert float(trap) == times * value

    def test_9_cells_that_overlap_a_stretch(self, seed):
        it = made("misconception-9", seed)
        n, out = (int(part) for part in re.findall(r"\d+", it.text)[:2])
        lengths = [sum(c >= 0 for c in w) for w in oracle.adaptive_axis(n, out)]
        assert right(it).split(", …")[0] == ", ".join(map(str, lengths[:8]))
        trap = next(o.label for o in it.options if behind(o) == 9)
        assert len(set(trap.replace(", …", "").split(", "))) == 1

    def test_10_a_weight_a_map_and_class(self, seed):
        it = made("misconception-10", seed)
        if seed % 2:
            assert right(it) == "the global average alone"
            return
        numbers = [int(w.replace(",", "")) for w in it.text.split() if w.replace(",", "").isdigit()]
        maps, rows, cols, classes = numbers
        assert int(right(it).replace(",", "")) == maps * classes
        trap = next(o.label for o in it.options if behind(o) == 10)
        assert int(trap.replace(",", "")) == maps * rows * cols * classes

    def test_11_the_smallest_sigma(self, seed):
        it = made("misconception-11", seed)
        k = dict(zip(it.picture.posing.names, it.picture.posing.k, strict=True))
        joints = [o.label for o in it.options if not o.misconception]
        assert right(it) == min(joints, key=k.get)

    def test_12_only_the_truth_decides_and_1_counts_as_2(self, seed):
        it = made("misconception-12", seed)
        shown = it.picture.posing
        flags = [v > 0 for v in shown.visibility]
        d = shown.distances
        kept = [
            math.exp(-(d[i] ** 2) / (2 * shown.area * shown.k[i] ** 2))
            for i, counts in enumerate(flags)
            if counts
        ]
        assert float(right(it)) == pytest.approx(sum(kept) / len(kept), abs=6e-4)


# Predict


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    ("variant", "reduce"),
    [
        (pv.Max(), lambda cells, _n: oracle.largest(cells)),
        (pv.Min(), lambda cells, _n: oracle.smallest(cells)),
        (pv.Average(count_include_pad=False), lambda cells, _n: oracle.average(cells, len(cells))),
        (pv.Sum(), lambda cells, _n: oracle.average(cells, 1)),
    ],
    ids=["max", "min", "average", "sum"],
)
def test_values_locations_and_gradients_are_the_oracles(variant, reduce, seed):
    geometry = pv.Sliding(3, 2, 1)
    it = made("value", seed, variant=variant, geometry=geometry)
    x, cell = it.picture.run.x, it.picture.cell
    places, shape = windows(x, 3, 2, 1)
    flat = x.ravel().tolist()
    values, locations, local = oracle.pool_plane(flat, places, reduce)
    at = cell[0] * shape[1] + cell[1]
    assert it.check(values[at]).right
    assert not it.check(values[at] * 1.5 + 2).right
    assert any(c.isdigit() for c in it.check(values[at] + 99).why)

    it = made("location", seed, variant=variant, geometry=geometry)
    if variant.selects:
        at = it.picture.cell[0] * shape[1] + it.picture.cell[1]
        inside = set(places[at])
        value = values[at]
        for row, col in np.ndindex(x.shape):
            flat_cell = row * x.shape[1] + col
            holds = flat_cell in inside and x[row, col] == value
            assert it.check((row, col)).right == holds
        assert it.check(divmod(locations[at], x.shape[1])).right

    it = made("gradient", seed, variant=variant, geometry=geometry)
    dx = oracle.backward_plane(x.size, places, local, it.picture.dy.ravel().tolist())
    words = it.text.split("row ")[-1].split(" receive")[0]
    row, col = (int(w) for w in words.split(", column "))
    assert it.check(dx[row * x.shape[1] + col]).right
    assert not it.check(dx[row * x.shape[1] + col] + 0.7).right


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "geometry", [pv.Sliding(2), pv.Sliding(3, 2, 1), pv.Sliding(3, 2, 0, 1, True)]
)
def test_shapes_are_counted(geometry, seed):
    it = made("shape", seed, geometry=geometry)
    rows, cols = (int(n) for n in it.text.split("input of ")[1].split(":")[0].split(" × "))
    sizes = tuple(
        len(
            oracle.sliding_axis(
                n, a.kernel, a.stride, a.before, a.after, a.dilation, geometry.ceil_mode
            )
        )
        for n, a in zip((rows, cols), geometry.axes((rows, cols)), strict=True)
    )
    assert it.check(sizes).right
    wrong = it.check((sizes[0] + 1, sizes[1]))
    assert not wrong.right
    assert f"{sizes[0]} × {sizes[1]}" in wrong.why


def test_wrong_numbers_are_told_what_they_are():
    it = made("value")
    assert "That is the mean" in it.check(3.75).why
    assert "That is the sum" in it.check(15.0).why
    padded = made("value", x=np.full((4, 4), -3.0), geometry=pv.Sliding(3, 2, 1))
    assert behind(padded.check(0.0)) == 1
    often = made("gradient", geometry=pv.Sliding(3, 1))
    assert behind(often.check(1.0)) == 5
    assert behind(often.check(7.0)) == 4
    assert often.check(3.0).why.endswith("1·1 + 1·1 + 1·1 + 1·0 = 3.") or often.check(3.0).right


# Build


@pytest.mark.parametrize("seed", range(12))
def test_built_matrices_are_right_whenever_they_fulfil_the_condition(seed):
    rng = np.random.default_rng(seed)
    it = made("max-equals-average", seed)
    level = float(rng.integers(-9, 9))
    assert it.check(np.full((4, 4), level)).right
    blocks = np.kron(rng.integers(0, 9, (2, 2)), np.ones((2, 2)))
    assert it.check(blocks).right
    assert made("expectation-is-mean", seed).check(blocks).right
    spoilt = blocks.copy()
    spoilt[3, 3] += 1
    for kind in ("max-equals-average", "expectation-is-mean"):
        told = made(kind, seed).check(spoilt)
        assert not told.right
        assert "Output row 1, column 1" in told.why
        assert "row 0" not in told.why

    x = rng.integers(1, 9, (4, 4)).astype(float)
    it = made("silent-corner", seed)
    x[0, 0] = 0
    assert it.check(x).right
    x[0, 0] = 10
    assert "Output row 0, column 0 takes the corner: max(10" in it.check(x).why

    it = made("unpooling-restores", seed)
    lone = np.zeros((4, 4))
    lone[rng.integers(4), rng.integers(4)] = 5
    assert it.check(lone).right
    assert not it.check(np.zeros((4, 4))).right
    lone[0] = 1
    assert "comes back as" in it.check(lone).why

    it = made("one-takes-all", seed)
    x = rng.integers(0, 9, (4, 4)).astype(float)
    x[1 + seed % 2, 1 + seed % 2] = 20
    assert it.check(x).right
    x[0, 0] = 30
    assert "goes elsewhere" in it.check(x).why


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e99, -1e99])
@pytest.mark.parametrize("kind", [k for k in KINDS if isinstance(made(k).form, Build)])
def test_a_matrix_of_no_use_is_refused_with_a_sentence(kind, bad):
    it = made(kind)
    x = it.form.start.copy()
    x[0, 0] = bad
    with pytest.raises(ValueError, match="finite number"):
        it.check(x)


# Find


@pytest.mark.parametrize("seed", range(6))
def test_every_geometry_that_gives_the_output_is_accepted_and_no_other(seed):
    it = made("find-output", seed)
    (_, x), (_, wanted) = it.picture.matrices
    accepted = 0
    for kernel, stride in itertools.product(range(1, 5), range(1, 6)):
        for padding in range(kernel // 2 + 1):
            places, shape = windows(x, kernel, stride, padding)
            values, *_ = oracle.pool_plane(
                x.ravel().tolist(), places, lambda cells, _n: oracle.largest(cells)
            )
            same = shape == wanted.shape and values == wanted.ravel().tolist()
            verdict = it.check((kernel, stride, padding))
            assert verdict.right == same
            accepted += same
            if not same:
                assert any(c.isdigit() for c in verdict.why)
    assert accepted >= 1


@pytest.mark.parametrize("seed", range(20))
def test_every_geometry_that_gives_the_shape_is_accepted(seed):
    it = made("find-shape", seed)
    given, wanted = it.text.split("make ")[1].split(". ")[0].split(" cells into ")
    rows, cols = (int(n) for n in given.split(" × "))
    out = tuple(int(n) for n in wanted.split(" × "))
    accepted = 0
    for kernel, stride in itertools.product(range(2, 8), range(1, 9)):
        for padding in range(kernel // 2 + 1):
            if kernel > min(rows, cols) + 2 * padding:
                continue
            got = tuple((n + 2 * padding - kernel) // stride + 1 for n in (rows, cols))
            assert it.check((kernel, stride, padding)).right == (got == out)
            accepted += got == out
    assert accepted >= 1


@pytest.mark.parametrize(
    "given", [(0, 1, 0), (2, 0, 0), (2, 2, 2), (3, 1, -1), (65, 1, 0), (2, 999, 0), (9, 1, 0)]
)
@pytest.mark.parametrize("kind", ["find-output", "find-shape"])
def test_a_geometry_that_does_not_go_is_refused_with_a_sentence(kind, given):
    with pytest.raises(ValueError, match=r"[0-9]"):
        made(kind).check(given)


# Guess


@pytest.mark.parametrize("seed", SEEDS)
def test_an_oks_within_a_twentieth_is_right(seed):
    it = made("oks", seed)
    shown = it.picture.posing
    counts = np.array(shown.visibility) > 0
    d2 = ((shown.pred - shown.person.points) ** 2).sum(-1)
    ks = np.exp(-d2 / (2 * shown.area * (2 * np.array(shown.sigmas)) ** 2))[counts]
    truth = float(ks.mean())
    assert 0.05 < truth < 0.98
    for off in (-0.06, -0.049, 0, 0.049, 0.06):
        guess = min(max(truth + off, 0.0), 1.0)
        verdict = it.check(guess)
        assert verdict.right == (abs(guess - truth) <= 0.05)
        assert f"{truth:.3f}" in verdict.why
    table = next(part for part in it.picture.parts("") if isinstance(part, Table))
    assert table.tells == 1
    assert [float(v) for v in list(table.columns.values())[3]] == pytest.approx(ks, abs=6e-4)


@pytest.mark.parametrize("given", [np.nan, np.inf, -0.1, 1.01, 7.0])
def test_an_oks_out_of_range_is_refused(given):
    with pytest.raises(ValueError, match="between 0 and 1"):
        made("oks").check(given)


# Any state


GEOMETRIES = [
    pv.Sliding(3, 1, 1),
    pv.Sliding((1, 2), (2, 1)),
    pv.Sliding(2, 3, 0, 2, True),
    pv.Sliding(3, 2, "same_lower"),
    pv.Sliding(1),
    pv.Sliding(17, 4),
]


def answers(it):
    if isinstance(it.form, Pick):
        return range(len(it.options))
    if isinstance(it.form, Number):
        return [0.5, 0.75]
    if isinstance(it.form, Build):
        return [it.form.start]
    return {2: [(0, 0), (1, 1)], 3: [(2, 1, 1)]}[len(it.form.boxes)]


@pytest.mark.parametrize("at", range(len(pv.VARIANTS)), ids=lambda n: pv.VARIANTS[n].__name__)
def test_every_variant_makes_every_kind_over_two_of_the_geometries(at):
    variant = pv.VARIANTS[at]()
    for i, geometry in list(enumerate(GEOMETRIES))[at % 3 :: 3]:
        x = A if i < 5 else np.ones((20, 20))
        for kind in OTHER:
            it = made(kind, i % 3, x, variant, geometry)
            assert it.text
            for answer in answers(it):
                verdict = it.check(answer)
                assert verdict.label
                assert verdict.why
            assert it.solution().right


@pytest.mark.parametrize(
    "x",
    [
        *(sample(s.name) for s in SAMPLES),
        np.zeros((1, 1)), np.full((1, 9), 7.0), np.full((5, 5), -2.5), np.full((3, 3), np.nan),
        np.array([[1e100, -1e100], [1e-100, 0]]), np.array([[np.inf, 1], [2, 3]]),
        np.random.default_rng(0).normal(size=(40, 3)),
    ],
    ids=lambda x: f"{x.shape}{x.flat[0]:.3g}",
)  # fmt: skip
@pytest.mark.parametrize("seed", [0, 1])
def test_every_input_makes_every_kind(x, seed):
    geometry = pv.Sliding(2) if min(x.shape) > 1 else pv.Sliding(1)
    for kind in KINDS:
        it = made(kind, seed, x, None, geometry)
        for answer in answers(it):
            assert it.check(answer).why
        assert it.solution().right


def test_seed_0_takes_the_numbers_as_they_are_and_others_shuffle_them():
    np.testing.assert_array_equal(made("value", 0).picture.run.x, A)
    other = made("value", 7).picture.run.x
    assert (other != A).any()
    np.testing.assert_array_equal(np.sort(other, axis=None), np.sort(A, axis=None))
    np.testing.assert_array_equal(made("value", 7).picture.run.x, other)


def test_a_large_input_is_cut_and_the_exercise_says_where():
    x = np.arange(400.0).reshape(20, 20)
    it = made("value", 0, x)
    assert it.picture.run.x.shape == (6, 6)
    assert "Cut from your input: 6 × 6 cells" in it.notes[0]
    row, col = (int(w) for w in it.notes[0].split("row ")[1].rstrip("on. ").split(", column "))
    np.testing.assert_array_equal(it.picture.run.x, x[row : row + 6, col : col + 6])
