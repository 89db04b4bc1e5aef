"""A pooling run as a scene: what is lit, ringed, written and said comes from the engine."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.numbers import number, rounded
from poolviz.stage.control import Choice
from poolviz.stage.scene import Kind
from poolviz.wings.pooling.core.controls import hyper_parameters
from poolviz.wings.pooling.core.telling import notice
from poolviz.wings.pooling.core.window_scene import (
    SIDE,
    Region,
    narration,
    overview,
    value_range,
    window_scene,
)

A = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]], dtype=float)


def scene(variant=None, geometry=None, x=A, **options):
    return window_scene(pv.pool(x, variant or pv.Max(), geometry or pv.Sliding(2)), "t", **options)


def test_one_step_for_each_output_cell_in_row_major_order():
    s = scene()
    assert len(s) == 4
    assert [step.lit["output"].written for step in s] == [0, 1, 2, 3]
    assert s.step(1).lit["input"].cells == (2, 3, 6, 7)


def test_the_narration_has_the_numbers_and_the_place():
    assert scene().narration[0] == "max(1, 3, 4, 7) = 7, from row 1, column 1"
    assert scene(pv.Average()).narration[0] == "(1 + 3 + 4 + 7) / 4 = 3.75"


@pytest.mark.parametrize("variant", [V() for V in pv.VARIANTS], ids=lambda v: type(v).__name__)
def test_lit_weights_are_the_contributions_of_every_variant(variant):
    x = np.random.default_rng(0).uniform(0.5, 4, (5, 6))
    run = pv.pool(x, variant, pv.Sliding(3, 2, 1, ceil_mode=True))
    s = window_scene(run, "t")
    shares = run.contributions().reshape(len(s), -1)
    np.testing.assert_allclose(s.tracks[0].weights, shares, rtol=1e-6, atol=1e-7)
    assert s.panel("output").values.tolist() == run.output.tolist()
    assert all(s.narration)


@pytest.mark.parametrize(
    "geometry",
    [
        pv.Sliding(3, 2, 1),
        pv.Sliding(3, 1, "same_upper"),
        pv.Sliding((2, 3), (1, 2), ((1, 0), (0, 2))),
        pv.Sliding(2, 2, ceil_mode=True),
        pv.Sliding(2, 1, 1, dilation=3),
        pv.Adaptive((3, 2)),
        pv.Adaptive(3, rule="equal"),
        pv.Global(),
    ],
    ids=str,
)
def test_lit_cells_hold_the_numbers_of_their_window(geometry):
    run = pv.pool(np.arange(35.0).reshape(5, 7), pv.Max(), geometry)
    s = window_scene(run, "t")
    values, kind = s.panel("input").values.ravel(), s.panel("input").kind
    for step, cell in zip(s, np.ndindex(run.output.shape), strict=True):
        index = run.windows.index[cell]
        lit = np.array(step.lit["input"].cells)
        real = lit if kind is None else lit[kind.ravel()[lit] == Kind.CELL]
        assert values[real].tolist() == run.x.ravel()[index[index >= 0]].tolist()
        assert values[step.lit["input"].chosen] == run.output[cell]


def test_padding_is_drawn_around_the_input_as_what_it_is():
    s = scene(geometry=pv.Sliding(3, 2, 1))
    assert s.panel("input").origin == (-1, -1)
    assert s.table("input")[0] == ["−∞"] * 6
    assert s.table("input")[1] == ["−∞", "1", "3", "2", "1", "−∞"]
    assert scene(pv.Average(), pv.Sliding(3, 2, 1)).table("input")[0][0] == "0"
    excluded = scene(pv.Average(count_include_pad=False), pv.Sliding(3, 2, 1))
    assert excluded.table("input")[0][0] == "excluded"
    assert scene(pv.Min(), pv.Sliding(3, 2, 1)).table("input")[0][0] == "∞"


def test_overrun_of_ceil_mode_is_outside_not_padding():
    kind = scene(geometry=pv.Sliding(3, 2, ceil_mode=True)).panel("input").kind
    assert kind[:4, :4].tolist() == [[Kind.CELL] * 4] * 4
    assert set(kind[4]) == {Kind.OUTSIDE}


def test_hidden_answers_are_nowhere():
    s = scene(hidden_from=1)
    assert s.table("output") == [["7", "?"], ["?", "?"]]
    assert s.tracks[0].chosen.tolist() == [5, -1, -1, -1]
    assert not s.tracks[0].weights[1:].any()
    assert np.isnan(s.panel("output").values.ravel()[1:]).all()
    said = " ".join(s.alt_text(i) for i in range(1, 4))
    assert "= 2" not in said
    assert "…" in said


def test_a_draw_shows_its_odds_and_where_the_pointer_landed():
    run = pv.pool(A, pv.Stochastic(seed=3), pv.Sliding(2))
    track = window_scene(run, "t").tracks[0]
    np.testing.assert_allclose(track.odds[0], np.array([1, 3, 4, 7]) / 15)
    for s in range(4):
        ends = np.cumsum(track.odds[s])
        drawn = int(np.searchsorted(ends, track.pointer[s], side="right"))
        assert track.cells[s][drawn] == track.chosen[s]


@pytest.mark.parametrize("variant", [V() for V in pv.VARIANTS], ids=lambda v: type(v).__name__)
def test_28_by_28_with_3x3_windows_stays_under_60_kB(variant):
    x = np.random.default_rng(1).uniform(0.1, 1, (28, 28)).round(3)
    s = scene(variant, pv.Sliding(3, 1), x)
    assert len(s) == 676
    assert len(s.wire) < 60_000
    assert all(
        rounded(number(y)) in said
        for y, said in zip(s.panels[1].values.flat, s.narration, strict=True)
    )


def test_a_large_image_is_shown_as_a_block_with_true_coordinates():
    x = np.random.default_rng(2).integers(0, 256, (224, 224)).astype(float)
    run = pv.pool(x, pv.Max(), pv.Sliding(3, 1))
    region = Region.of(run.output.shape, (100, 500))
    assert (region.row, region.col, region.rows, region.cols) == (100, 194, SIDE, SIDE)
    s = window_scene(run, "t", region)
    assert len(s) == SIDE * SIDE
    assert len(s.wire) < 60_000
    assert s.panel("input").origin == (100, 194)
    assert s.panel("output").values[0, 0] == run.output[100, 194]
    assert s.panel("output").label(0) == "row 100, column 194"


def test_nan_and_infinities_are_shown():
    x = A.copy()
    x[0, 0], x[3, 3] = np.nan, np.inf
    s = scene(x=x)
    assert s.table("input")[0][0] == "NaN"
    assert s.table("output") == [["NaN", "2"], ["6", "∞"]]
    assert s.panel("input").low == 0
    assert s.panel("input").high == 7


def test_the_block_is_the_middle_unless_it_is_moved():
    assert Region.of((222, 28)) == Region(97, 0, 28, 28)


def test_the_overview_frames_the_block():
    picture = overview(np.arange(100.0).reshape(10, 10), slice(4, 6), slice(4, 6))
    assert picture.shape == (10, 10, 3)
    assert picture[0, 0].tolist() == [0, 0, 0]
    assert picture[3, 3].tolist() == [255, 140, 0]
    assert picture[4, 4, 0] == picture[4, 4, 1]


@pytest.mark.parametrize("variant", [pv.Max(), pv.L2(), pv.SoftPool()], ids=str)
@pytest.mark.parametrize(("side", "kernel", "stride"), [(28, 15, 1), (224, 32, 8), (224, 64, 64)])
def test_large_windows_make_a_smaller_block_under_150_kB(variant, side, kernel, stride):
    x = np.random.default_rng(3).integers(0, 256, (side, side)).astype(float)
    run = pv.pool(x, variant, pv.Sliding(kernel, stride))
    s = window_scene(run, "t")
    assert len(s) * run.windows.size <= max(24_000, run.windows.size)
    assert len(s.wire) < 150_000


def test_a_thin_output_may_use_the_room_of_its_short_axis():
    run = pv.pool(np.ones((1, 200)), pv.Max(), pv.Sliding((1, 100), 1))
    assert Region.within(run).rows == 1
    assert Region.within(run).cols == 28


def test_one_cell_is_told_as_one():
    run = pv.pool(np.ones((2, 2)), pv.Average(), pv.Sliding(1))
    assert narration(run, (0, 0), short=True) == "Average of one cell = 1"
    run = pv.pool(np.ones((2, 2)), pv.Average(), pv.Sliding(2))
    assert narration(run, (0, 0), short=True) == "Average of 4 cells = 1"


def test_a_range_of_colours_is_never_empty():
    assert value_range(np.array([3.0, 5, np.inf])) == (3, 5)
    assert value_range(np.full((2, 2), 3.0)) == (2.5, 3.5)
    assert value_range(np.full(2, np.nan)) == (0, 1)


def noticed(variant, geometry=None, x=A):
    run = pv.pool(x, variant, geometry or pv.Sliding(2))
    (_heading, listed) = notice(run, Region.within(run)).parts
    return listed.text


@pytest.mark.parametrize("variant", [V() for V in pv.VARIANTS], ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("kernel", [2, 3])
def test_every_cell_has_a_say_only_where_every_cell_weighs_something(variant, kernel):
    run = pv.pool(A, variant, pv.Sliding(kernel, 1))
    all_weigh = bool((np.abs(run.contributions()) > 1e-6).all())
    said = noticed(variant, pv.Sliding(kernel, 1))
    assert ("Every cell of a window has a say" in said) == (run.locations is None and all_weigh)


def test_cells_with_a_say_are_counted():
    assert "Cells of a window with a say: 2." in noticed(pv.Median())
    assert "Cells of a window with a say: 1." in noticed(pv.Ordinal((1.0, 0.0, 0.0, 0.0)))
    zeros = np.where(A > 3, 0.0, A)
    assert "Cells of a window with a say: 2 to 3." in noticed(pv.Stochastic(phase="test"), x=zeros)


def test_one_number_is_not_called_numbers():
    said = noticed(pv.Average(), pv.Sliding(1), np.ones((1, 1)))
    assert "Numbers that go in: 1; that come out: 1, which is 100 %." in said


def test_narration_has_three_digits_and_the_table_of_values_more():
    s = scene(pv.SoftPool())
    assert s.narration[0] == "0.00231·1 + 0.0171·3 + 0.0465·4 + 0.934·7 = 6.78"
    assert s.table("output")[0][0] == "6.778"


@pytest.mark.parametrize("cls", [*pv.VARIANTS, *pv.OPERATORS], ids=lambda cls: cls.__name__)
def test_what_can_be_set_has_a_name_that_can_be_read(cls):
    for control in hyper_parameters((cls,), "variant"):
        assert control.label
        assert control.label != control.name
        if isinstance(control.kind, Choice):
            titles = [control.kind.title(option) for option in control.kind.options]
            assert not set(titles) & set(control.kind.options)
