"""Questions: one right answer, from the engine; wrong ones that name their misconception."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.numbers import number
from poolviz.stage import address
from poolviz.wings.pages import BY_ADDRESS
from poolviz.wings.pooling.core.predict import (
    change_question,
    questions,
    stride_question,
    window_question,
)

A = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]], dtype=float)


def run(variant, geometry=None, x=A):
    return pv.pool(x, variant, geometry or pv.Sliding(2))


@pytest.mark.parametrize("variant", [V() for V in pv.VARIANTS], ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("geometry", [pv.Sliding(2), pv.Sliding(3, 2, 1)], ids=str)
def test_every_variant_asks_questions_with_one_right_answer(variant, geometry):
    for question in questions(run(variant, geometry)):
        assert [c.right for c in question.choices].count(True) == 1
        labels = [c.label for c in question.choices]
        assert len(set(labels)) == len(labels) >= 2
        assert all(c.why for c in question.choices)


def test_the_first_window_of_the_worked_example():
    question = window_question(run(pv.Max()), (0, 0), most=3)
    assert [c.label for c in question.choices] == ["3.75", "7", "15"]
    assert question.answer.label == "7"
    assert "mean" in question.choices[0].why
    assert "sum" in question.choices[2].why


def test_a_cell_may_be_picked_instead():
    question = window_question(run(pv.Max()), (0, 0))
    assert question.picked(1, 1, 7.0).right
    wrong = question.picked(0, 2, 2.0)
    assert not wrong.right
    assert "inside the window" in wrong.why
    beside = window_question(run(pv.Max()), (0, 1))  # the 2 in row 0, column 2
    assert beside.picked(0, 2, 2.0).right
    assert not beside.picked(2, 0, 2.0).right


def test_a_wrong_cell_of_the_window_is_called_what_it_is():
    question = window_question(run(pv.Max()), (0, 0))
    assert question.picked(0, 0, 1.0).why == "That is the smallest cell of the window."
    assert question.picked(1, 0, 4.0).why == (
        "Of the window's 4 cells, from the largest down, that is number 2."
    )
    assert question.picked(0, 3, 1.0).why == "That cell lies outside. Look inside the window only."
    least = window_question(run(pv.Min()), (0, 0))
    assert least.picked(1, 1, 7.0).why == "That is the largest cell of the window."


def test_a_cell_that_is_less_likely_has_its_odds_named():
    question = window_question(run(pv.Stochastic()), (0, 0))
    assert question.picked(0, 0, 1.0).why.startswith("It is drawn with probability 0.06")
    assert "outside" in question.picked(3, 3, 8.0).why


PAGE = BY_ADDRESS["windows"]


def hypothetical(**given):
    """The questions about other states, each with the page as its example shows it."""
    values = address.settle(PAGE, address.read(PAGE, given)[0])[0]
    asked = [q for q in PAGE.questions(PAGE.result(values)) if q.step is None]
    for question in asked:
        shown, said = address.settle(PAGE, values.but(**question.example), values)
        assert not said
        yield question, PAGE.result(values), PAGE.result(shown)


@pytest.mark.parametrize("sample", ["worked-example", "cat", "ramp"])
def test_what_would_happen_can_be_shown(sample):
    change, stride = hypothetical(sample=sample)
    question, before, after = change
    assert (before.run.x != after.run.x).sum() == 1
    moved = (before.run.output != after.run.output).sum()
    assert question.answer.label == str(moved)
    assert after.palette == before.palette
    question, before, after = stride
    assert question.answer.label == str(after.run.output.size)
    assert after.run.geometry.stride == (1, 1)


def test_a_stride_that_the_kernel_does_not_admit_is_asked_about_and_not_shown():
    wide = run(pv.Max(), pv.Sliding(32, 8), np.zeros((224, 224)))
    assert stride_question(wide).example is None


def test_every_cell_of_a_tie_is_right():
    x = np.full((2, 2), 3.0)
    assert window_question(run(pv.Max(), x=x), (0, 0)).cells == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_the_3_becomes_a_5_and_no_output_changes():
    question = change_question(run(pv.Max()))
    assert question.text.startswith("Change the 3 in row 0, column 1 to 5.")
    assert question.answer.label == "0"


def test_a_change_that_moves_outputs_is_counted_by_the_engine():
    x = np.array([[0.0, 5, 0, 0], [0, 0, 0, 9], [0, 0, 0, 0], [0, 0, 0, 0]])
    geometry = pv.Sliding(2, 1)
    question = change_question(run(pv.Max(), geometry, x))
    at = int(question.text.split("row ")[1][0]) * 4 + int(question.text.split("column ")[1][0])
    changed = x.copy()
    changed.flat[at] = float(question.text.split(" to ")[1].split(".")[0])
    before, after = (pv.pool(v, pv.Max(), geometry).output for v in (x, changed))
    assert question.answer.label == str(int((before != after).sum()))


@pytest.mark.parametrize(("variant", "sign"), [(pv.Max(), 1), (pv.Min(), -1)])
def test_outputs_that_rise_and_outputs_that_fall_are_counted(variant, sign):
    """A cell of 0 is moved half way to the 5: there it wins the window below the first."""
    x = sign * np.array([[0.0, 5, 0, 0], [0, 0, 0, 9], [0, 0, 0, 0], [0, 0, 0, 0]])
    question = change_question(run(variant, pv.Sliding(2, 1), x))
    assert question.text.startswith(f"Change the 0 in row 1, column 0 to {number(sign * 2)}.")
    assert question.answer.label == "1"


def test_the_changed_cell_is_named_by_its_row_and_column():
    x = np.array([[1.0, 5, 0, 0, 0, 0], [3, 9, 0, 0, 0, 0]])
    assert change_question(run(pv.Max(), x=x)).text.startswith(
        "Change the 3 in row 1, column 0 to 6."
    )


def test_a_cell_one_below_the_winner_cannot_be_moved_between_whole_numbers():
    assert change_question(run(pv.Max(), x=np.array([[2.0, 1], [1, 1]]))) is None


def test_two_strides_are_asked_to_become_one():
    question = stride_question(run(pv.Max(), pv.Sliding(2, (1, 2))))
    assert question.text.startswith("Set the stride to 1.")
    assert question.answer.label == "9"


@pytest.mark.parametrize(
    ("beta", "place"),
    [
        (900.0, "the largest cell, 7, or more"),
        (0.5, "between the mean, 3.75, and the largest cell, 7"),
        (0.0, "the mean, 3.75"),
        (-0.5, "between the smallest cell, 1, and the mean, 3.75"),
        (-900.0, "the smallest cell, 1, or less"),
    ],
)
def test_a_value_lies_where_it_lies_the_ends_of_the_window_too(beta, place):
    question = window_question(run(pv.Boltzmann(beta=beta)), (0, 0))
    assert question.answer.label == place


def test_stride_1_gives_nine_outputs():
    question = stride_question(run(pv.Max()))
    assert question.answer.label == "9"
    assert "3 × 3 = 9" in question.answer.why


def test_average_is_asked_as_a_number_and_l2_as_an_order():
    assert window_question(run(pv.Average()), (0, 0)).answer.label == "3.75"
    assert "between the mean" in window_question(run(pv.L2()), (0, 0)).answer.label


def test_stochastic_asks_for_the_most_likely_cell():
    question = window_question(run(pv.Stochastic()), (0, 0))
    assert question.answer.label == "7"
    assert question.cells == {(1, 1)}


def test_padding_is_not_a_zero_that_wins():
    x = np.full((3, 3), -1.0)
    question = window_question(run(pv.Max(), pv.Sliding(3, 2, 1), x), (0, 0))
    assert question.answer.label == number(-1)
    assert any(c.label == "0" and "Padding" in c.why for c in question.choices)


@pytest.mark.parametrize("variant", [V() for V in pv.VARIANTS], ids=lambda v: type(v).__name__)
def test_nan_and_infinities_do_not_break_a_question(variant):
    x = A.copy()
    x[0, 0], x[2, 3] = np.nan, np.inf
    for question in questions(run(variant, x=x)):
        assert [c.right for c in question.choices].count(True) == 1


def test_a_window_over_padding_alone():
    question = window_question(run(pv.Max(), pv.Sliding(2, 2, 1, 2), np.ones((1, 1))), (0, 0))
    assert question.answer.label == "−∞"


def test_a_window_that_only_ceil_mode_lets_in_has_no_stride_question():
    wide = run(pv.Max(), pv.Sliding(6, 3, ceil_mode=True))
    assert stride_question(wide) is None
    assert len(questions(wide)) >= 1


WIDE = np.array([[1, 5, 8, 5, 0], [3, 7, 4, 6, 9]], dtype=float)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (WIDE, "Change the 3 in row 1, column 0 to 5."),
        (WIDE.T, "Change the 3 in row 0, column 1 to 5."),
    ],
    ids=["wide", "tall"],
)
def test_the_changed_cell_is_named_by_its_own_row_and_column(x, text):
    """An input that is not square: the row is counted in columns, not in rows."""
    assert change_question(run(pv.Max(), x=x)).text.startswith(text)


@pytest.mark.parametrize(
    ("variant", "x", "label"),
    [
        (pv.L2Norm(), [[0, 0], [0, 7]], "the largest cell, 7, or more"),  # √49, exactly the largest
        (pv.GeometricMean(), [[0, 2], [4, 7]], "the smallest cell, 0, or less"),  # exactly 0
        (pv.L2(), [[3, 3], [3, 3]], "the mean, 3"),
        (pv.L2(), [[1, 7], [1, 1]], "between the mean, 2.5, and the largest cell, 7"),  # √13
        (pv.HarmonicMean(), [[1, 1], [1, 4]], "between the smallest cell, 1, and the mean, 1.75"),
    ],
    ids=str,
)
def test_a_value_on_a_bound_is_right_where_the_bound_belongs(variant, x, label):
    question = window_question(run(variant, x=np.array(x, dtype=float)), (0, 0))
    assert [c.label for c in question.choices if c.right] == [label]


def test_the_cell_to_pick_is_named_by_its_own_row_and_column():
    assert window_question(run(pv.Max(), x=WIDE), (0, 0)).cells == {(1, 1)}
    assert window_question(run(pv.Stochastic(), x=WIDE.T), (1, 0)).cells == {(2, 0)}
