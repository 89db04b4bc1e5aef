"""A picture to take away is the picture on the screen: places, areas, signs and colours."""

import re
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

import poolviz as pv
from poolviz.figures import cells, paper
from poolviz.figures.layout import layout_of
from poolviz.figures.legend import legend
from poolviz.figures.lettering import em
from poolviz.figures.links import JOINT, _route
from poolviz.figures.picture import picture
from poolviz.numbers import number
from poolviz.wings.pooling.core.window_scene import window_scene
from tests.e2e.stepper_harness import gradient, padded, scenes

ROOT = Path(__file__).resolve().parents[2]
A = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]], dtype=float)


def scene(variant=None, geometry=None, x=A):
    return window_scene(pv.pool(x, variant or pv.Max(), geometry or pv.Sliding(2)), "t")


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def rectangles(figure, filled):
    """(left, top, width, height, colour) of the filled ones, or of the outlines."""
    boxes = [box for box in figure.axes[0].patches if isinstance(box, Rectangle)]
    return [
        (*box.get_xy(), box.get_width(), box.get_height(), to_hex(colour))
        for box in boxes
        for colour in [box.get_facecolor() if filled else box.get_edgecolor()]
        if box.get_fill() == filled
    ]


def areas(s, step, panel="input"):
    """What part of each lit cell keeps its colour."""
    place = layout_of(s).places[panel]
    track = s.tracks_of(panel)[0]
    drawn = rectangles(picture(s, step), filled=True)
    parts = []
    for cell in track.cells_at(step).tolist():
        middle = paper.centre(place.at(cell))
        over = [box for box in drawn if np.allclose(paper.centre(box[:4]), middle)]
        parts.append(over[-1][2] * over[-1][3] / place.cell**2)
    return parts


@pytest.mark.parametrize("variant", [pv.Average(), pv.SoftPool(), pv.Median(), pv.L2()])
def test_an_area_is_the_weight_itself(variant):
    s = scene(variant)
    weights = s.tracks_of("input")[0].weights
    for step in range(4):
        np.testing.assert_allclose(areas(s, step), weights[step], atol=1e-12)


def test_weights_above_one_are_measured_by_the_largest_of_all_steps():
    s = scenes()["share"]
    input_, output = s.tracks
    weights = np.array(input_.weights) * np.array([4, 8, 2, 1])[:, None]
    s = replace(s, tracks=(replace(input_, weights=weights), output))
    assert [areas(s, step)[0] for step in range(4)] == pytest.approx([0.5, 1, 0.25, 0.125])


def test_relative_weights_are_measured_by_the_largest_of_their_step():
    s = scenes()["rank"]
    input_, output = s.tracks
    s = replace(s, tracks=(replace(input_, relative=True), output))
    assert sorted(areas(s, 0)) == pytest.approx([0.25, 0.5, 0.75, 1])


def test_the_bench_stands_between_what_is_weighed_and_what_is_written():
    layout = layout_of(scene())
    left, top, wide, tall = layout.bench.rect
    input_, output = (layout.places[name].rect for name in ("input", "output"))
    assert input_[0] + input_[2] < left
    assert left + wide < output[0]
    assert top <= output[1]
    assert top + tall >= output[1] + output[3]
    assert layout_of(scene(), bench=False).bench is None


def test_a_window_is_one_double_frame():
    s = scene(geometry=pv.Sliding(3, 1))
    x, y, side, _side = layout_of(s).places["input"].at(0)
    outlines = rectangles(picture(s, 0), filled=False)
    thick = [box for box in outlines if 3 * side < box[2] < 3.2 * side]
    assert [box[4] for box in thick] == [paper.INK, paper.PAPER]
    assert all(
        np.allclose(paper.centre(box[:4]), (x + 1.5 * side, y + 1.5 * side)) for box in thick
    )


def test_a_window_with_holes_is_framed_cell_by_cell():
    s = scene(geometry=pv.Sliding(2, dilation=2))
    outlines = rectangles(picture(s, 0, bench=False), filled=False)
    side = layout_of(s, bench=False).places["input"].cell
    double = [box for box in outlines if box[4] == paper.PAPER and side < box[2] < 1.2 * side]
    corners = {(round(box[0], 2), round(box[1], 2)) for box in double}
    assert len(corners) == 4


def test_rows_and_columns_are_called_as_in_the_narration():
    said = words(picture(padded(), 0))
    for name in ("−1", "0", "4", "5"):
        assert name in said
    named = scenes()["attention"]
    assert set(named.panels[0].row_labels) <= set(words(picture(named, 0)))


def test_the_legend_stands_below():
    for s in (scene(pv.SoftPool()), gradient(), padded(), *scenes().values()):
        meanings = [meaning for _sign, meaning in legend(s)]
        said = words(picture(s, 0, told=False))
        assert said[len(said) - len(meanings) :] == meanings


def test_what_a_cell_receives_is_written_as_a_sum():
    s = gradient(signed=False)
    said = words(picture(s, len(s) - 1))
    assert "1 + 1 + 1" in said or "1 + 1 + 1 + 1" in said


@pytest.mark.parametrize("name", sorted(scenes()))
def test_numbers_fit_their_cells(name):
    s = scenes()[name]
    figure = picture(s, len(s) - 1, told=False)
    axes = figure.axes[0]
    renderer = FigureCanvasAgg(figure).get_renderer()
    rects = [
        place.at(cell)
        for place in layout_of(s, told=False).places.values()
        for cell in range(place.panel.shape[0] * place.panel.shape[1])
    ]
    numbers = [text for text in axes.texts if text.get_text() not in "+−"]  # those are on links
    for text in numbers:
        for x, y, wide, tall in rects:
            at = text.get_position()
            if x < at[0] < x + wide and y < at[1] < y + tall:
                box = text.get_window_extent(renderer).transformed(axes.transData.inverted())
                assert x <= box.x0
                assert box.x1 <= x + wide


def test_widths_of_letters_are_those_of_the_font():
    figure = picture(scene(), 0)
    renderer = FigureCanvasAgg(figure).get_renderer()
    for text in figure.axes[0].texts:
        bold = text.get_fontweight() == "bold"
        points = em(text.get_text(), bold) * text.get_fontsize()
        drawn = text.get_window_extent(renderer).width * 72 / figure.dpi
        assert drawn == pytest.approx(points, rel=0.12, abs=2)


def test_colours_are_those_of_the_screen():
    theme = (ROOT / "assets" / "stepper" / "theme.js").read_text("utf-8")
    light = theme[theme.index("LIGHT") : theme.index("DARK")]
    marks = dict(re.findall(r'(\w+): "(#\w+)"', light))
    assert marks == {
        "ring": paper.RING,
        "write": paper.WRITE,
        "plus": paper.PLUS,
        "minus": paper.MINUS,
    }
    for name, ours in (("sequence", cells.SEQUENCE), ("diverging", cells.DIVERGING)):
        [told] = re.findall(rf"{name}: \[(.*?)\]", light)
        assert tuple(re.findall(r"#\w+", told)) == ours
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    page = config["theme"]["light"]
    assert (page["textColor"], page["borderColor"], page["secondaryBackgroundColor"]) == (
        paper.INK,
        paper.LINE,
        paper.SOFT,
    )


def test_a_cell_without_weight_is_pale_with_a_dark_number():
    s = scene(pv.Median(), pv.Sliding(3, 1))
    place = layout_of(s).places["input"]
    at = paper.centre(place.at(5))  # the 7
    assert s.tracks_of("input")[0].weights[0][4] == 0
    over = [text for text in picture(s, 0).axes[0].texts if np.allclose(text.get_position(), at)]
    assert [text.get_text() for text in over] == ["7", "7"], "the cell's own, and the faded one's"
    assert over[-1].get_color() == paper.INK


def test_weights_below_the_bench_do_not_meet():
    figure = picture(scene(pv.SoftPool(), pv.Sliding(3, 1)), 0, told=False)
    renderer = FigureCanvasAgg(figure).get_renderer()
    below = [text for text in figure.axes[0].texts if text.get_text().startswith("0.0")]
    ends = sorted(text.get_window_extent(renderer).intervalx.tolist() for text in below)
    assert len(ends) > 5
    assert all(before[1] <= after[0] for before, after in pairwise(ends))


def test_no_link_crosses_a_number():
    """Links run along the upper rims of rows: above the middle of a cell, where its number is."""
    s = gradient()
    layout = layout_of(s)
    home, place = layout.places["dy"], layout.places["dx"]
    for source in range(4):
        for cell in range(16):
            for minus in (False, True):
                path = _route(home, source, place, cell, minus)
                for panel in layout.places.values():
                    x, y, _wide, _tall = panel.rect
                    inside = [
                        (at[1] - y) / panel.cell % 1
                        for at in path
                        if x < at[0] < x + panel.rect[2] and y < at[1] < y + panel.rect[3]
                    ]
                    assert all(part < 0.25 for part in inside)
                assert path[-1][0] == place.at(cell)[0] + place.cell


def test_the_bench_is_bound_to_the_window_and_to_what_is_written():
    s = scene()
    for step in range(4):
        bound = picture(s, step).axes[0].patches
        heads = [p for p in bound if to_hex(p.get_facecolor()) == JOINT]
        tips = sorted(tuple(p.get_path().vertices[0]) for p in heads)
        bench, output = layout_of(s).bench.box, layout_of(s).places["output"].box
        assert len(tips) == 2
        assert tips[0][0] == pytest.approx(bench[0] - paper.px(3))
        assert tips[1][0] == pytest.approx(output[0] - paper.px(3))


def test_a_tree_stands_on_its_leaves():
    """Its nodes hold what the engine says: root, then level by level."""
    s = scene(pv.Tree())
    nodes = s.tracks_of("input")[0].nodes[0]
    said = words(picture(s, 0))
    leaves = (len(nodes) + 2) // 3
    assert said.count(number(nodes[0], 3)) >= 1
    assert all(number(node, 3) in said for node in nodes[: 2 * leaves - 1])
