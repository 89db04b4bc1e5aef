"""Adaptive pooling's two rules: windows, agreement, and the ordinary pool."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.figures.adaptive import span_chart
from poolviz.figures.tabled import tabled
from poolviz.stage import address
from poolviz.stage.part import ALL, Moment, Play, Says, walk
from poolviz.wings.pages import BY_ADDRESS
from poolviz.wings.pooling.adaptive.page import compared
from poolviz.wings.pooling.adaptive.scene import (
    adaptive_scene,
    axis_windows,
    back_again,
    conversion,
    lengths_question,
    ordinary,
)


def line(n, o):
    return axis_windows((n, n), (o, o))[0]


def test_five_to_three():
    assert line(5, 3).lengths == ((2, 3, 2), (3, 3, 3))
    assert line(5, 3).torch == ((0, 2), (1, 4), (3, 5))
    assert line(5, 3).agree == (False, True, False)


def test_ten_to_four_as_in_the_facts():
    assert line(10, 4).equal == ((0, 4), (2, 6), (4, 8), (6, 10))
    assert line(10, 4).torch == ((0, 3), (2, 5), (5, 8), (7, 10))


def test_the_rules_agree_in_201_of_the_528_pairs():
    pairs = [(n, o) for n in range(1, 33) for o in range(1, n + 1)]
    assert len(pairs) == 528
    assert sum(all(line(n, o).agree) for n, o in pairs) == 201


def test_both_rules_cover_every_cell_and_equal_windows_overlap_more_where_they_differ():
    for n in range(1, 33):
        for o in range(1, n + 1):
            windows = line(n, o)
            for spans in (windows.torch, windows.equal):
                assert {i for a, b in spans for i in range(a, b)} == set(range(n))
            torch, equal = (sum(lengths) for lengths in windows.lengths)
            assert equal == torch if all(windows.agree) else equal > torch


@pytest.mark.parametrize(("n", "o"), [(4, 2), (5, 3), (10, 4), (7, 5), (7, 7), (9, 1)])
def test_the_equal_rule_is_an_ordinary_pool_and_back(n, o):
    kernel, stride = ordinary(line(n, o))
    assert pv.Sliding((kernel,), (stride,)).bind((n,)).out_shape == (o,)
    assert back_again(line(n, o))


def test_more_outputs_than_cells_is_no_ordinary_pool():
    assert ordinary(line(3, 5)) == (3, 0)
    assert not back_again(line(3, 5))
    assert "No ordinary pool" in conversion(line(3, 5))


def test_the_sentence_says_whether_pytorch_agrees():
    assert "the same" in conversion(line(4, 2))
    assert "differ in length" in conversion(line(5, 3))
    assert "⌊5 / 3⌋ = 1, kernel = 5 − (3 − 1)·1 = 3" in conversion(line(5, 3))


@pytest.mark.parametrize(("n", "o"), [(5, 3), (4, 2), (10, 4), (3, 5), (28, 28), (5, 1)])
def test_one_right_answer(n, o):
    question = lengths_question(line(n, o))
    assert [c.right for c in question.choices].count(True) == 1
    assert len(question.choices) >= 2


def test_the_scene_plays_both_rules_side_by_side():
    x = np.arange(25.0).reshape(5, 5)
    scene = adaptive_scene(x, pv.Max(), (3, 3))
    assert [p.name for p in scene.panels] == [
        "input torch", "input equal", "output torch", "output equal",
    ]  # fmt: skip
    step = scene.step(0)
    assert step.lit["input torch"].cells == (0, 1, 5, 6)
    assert step.lit["input equal"].cells == (0, 1, 2, 5, 6, 7, 10, 11, 12)
    torch = pv.pool(x, pv.Max(), pv.Adaptive((3, 3))).output
    np.testing.assert_array_equal(scene.shown("output torch", 8), torch)


def test_one_output_is_global_pooling_under_both_rules():
    x = np.arange(25.0).reshape(5, 5)
    scene = adaptive_scene(x, pv.Average(), (1, 1))
    assert scene.shown("output torch", 0) == scene.shown("output equal", 0) == x.mean()


PAGE = BY_ADDRESS["adaptive"]


def first(**given):
    return address.settle(PAGE, address.read(PAGE, given)[0])[0]


def test_the_page_begins_where_the_rules_part_and_asks_about_what_it_shows():
    run = PAGE.result(first())
    assert run.x.shape == (5, 5)
    assert [line.agree for line in run.lines] == [(False, True, False)] * 2
    (question,) = PAGE.questions(run)
    assert question.text == "Cells: 5, outputs: 3. How long are PyTorch's windows?"
    assert question.example is None


def test_while_it_is_asked_pytorchs_windows_are_not_in_the_picture():
    parts = PAGE.parts(first())
    play = next(part for part in parts if isinstance(part, Play))
    asked = play.scene(0)
    assert not any(step.lit["input torch"].cells for step in asked)
    assert asked.step(0).lit["input equal"].cells == (0, 1, 2, 5, 6, 7, 10, 11, 12)
    assert {cell for row in asked.table("output torch") for cell in row} == {"?"}
    assert asked.narration[0].startswith("PyTorch's rule: which cells … ?. Equal windows: max(")
    assert play.scene(None).step(0).lit["input torch"].cells == (0, 1, 5, 6)


def test_where_the_rules_agree_nothing_is_withheld_for_another_case_is_asked_about():
    play = next(p for p in PAGE.parts(first(sample="worked-example")) if isinstance(p, Play))
    assert play.scene(0).step(0).lit["input torch"].cells


def test_axes_of_different_sizes_tell_each_after_its_question():
    values = first(output_size="3,2")
    assert len(PAGE.questions(PAGE.result(values))) == 2

    def headings(answered):
        parts = walk(PAGE.parts(values), Moment(answered), folds=False)
        return [p.text for p in parts if isinstance(p, Says) and "→" in p.text]

    assert headings(0) == []
    assert headings(1) == ["Rows: 5 → 3"]
    assert headings(ALL) == ["Rows: 5 → 3", "Columns: 5 → 2"]


def test_tables_have_start_end_and_length_under_their_names():
    row = line(5, 3)
    (table,) = compared(row, "rows")[-1].make()
    assert table.columns["PyTorch's rule: start"] == [0, 1, 3]
    assert table.columns["PyTorch's rule: end"] == [1, 3, 4]
    assert table.columns["PyTorch's rule: length"] == [2, 3, 2]
    assert table.columns["equal windows: length"] == [3, 3, 3]
    (drawn,) = tabled(span_chart(5, row.torch, row.equal, "rows"))
    assert list(drawn) == ["Series", "window", "start", "end", "length"]
    assert [column[1] for column in drawn.values()] == ["PyTorch's rule", "1", "1", "3", "3"]


def test_one_cell_is_not_called_cells():
    said = " ".join(
        [conversion(line(1, 2)), lengths_question(line(1, 2)).text]
        + [part.text for part in compared(line(1, 1), "rows") if isinstance(part, Says)]
    )
    assert "1 cells" not in said
    assert "1 outputs" not in said
