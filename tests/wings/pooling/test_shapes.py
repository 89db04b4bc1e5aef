"""The shape calculation: its numbers, and the formula that is often quoted."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.wings.pooling.core.shapes import quoted, shape_lines
from poolviz.wings.pooling.core.telling import shapes


def test_the_numbers_stand_in_the_formula():
    line = shape_lines(pv.Sliding(2), (4, 4))[0]
    assert line.out == 2
    assert r"\left\lfloor \frac{4 + 0 + 0 - 2}{2} \right\rfloor + 1 = 2" in line.latex
    assert line.note == ""


def test_where_the_quoted_formula_differs_it_says_so():
    line = shape_lines(pv.Sliding(3, 2, 1), (224, 224))[0]
    assert line.out == 112
    assert "113" in line.note


@pytest.mark.parametrize(
    ("geometry", "shape"),
    [
        (pv.Sliding(3, 2, 1, dilation=2), (9, 11)),
        (pv.Sliding(2, 2, 1, ceil_mode=True), (1, 5)),
        (pv.Sliding(3, 2, "same_upper"), (7, 8)),
        (pv.Sliding(1, 3), (7, 8)),
    ],
    ids=str,
)
def test_the_calculation_ends_with_the_engines_shape(geometry, shape):
    lines = shape_lines(geometry, shape)
    assert tuple(line.out for line in lines) == geometry.bind(shape).out_shape
    assert all(line.latex.endswith(str(line.out)) for line in lines)


def test_the_dropped_window_of_ceil_mode_is_explained():
    line = shape_lines(pv.Sliding(2, 2, 1, ceil_mode=True), (1, 5))[0]
    assert line.out == 1
    assert "- 1" in line.latex
    assert line.note.startswith("One less")


def test_cells_that_no_window_reaches_are_counted():
    assert "outside every window: 1" in shape_lines(pv.Sliding(2), (5, 4))[0].note


@pytest.mark.parametrize(("n", "k", "s", "p", "out"), [(5, 2, 2, 0, 3), (224, 3, 2, 1, 113)])
def test_the_quoted_formula(n, k, s, p, out):
    assert quoted(n, k, s, p) == out


@pytest.mark.parametrize(
    ("geometry", "said"),
    [(pv.Sliding(2), ["**rows and columns**"]), (pv.Sliding((2, 1)), ["**rows**", "**columns**"])],
)
def test_axes_that_are_alike_are_told_once(geometry, said):
    _title, lines = shapes(pv.pool(np.ones((4, 4)), pv.Max(), geometry))
    assert [line.partition(":")[0] for line in lines.text.split("\n\n")] == said
