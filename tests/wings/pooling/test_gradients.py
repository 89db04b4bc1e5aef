"""A gradient as a scene: what is sent, summed and said comes from the engine."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.samples import sample
from poolviz.stage import address
from poolviz.stage.question import withheld_from
from poolviz.stage.scene import Kind
from poolviz.wings.pages import BY_ADDRESS
from poolviz.wings.pooling.core.window_scene import Region
from poolviz.wings.pooling.gradients.check import checked
from poolviz.wings.pooling.gradients.questions import gradient_questions
from poolviz.wings.pooling.gradients.scene import added_up, any_tie, balance, flow, gradient_scene
from tests.in_turn import in_turn

A = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]], dtype=float)
GEOMETRIES = [
    pv.Sliding(2),
    pv.Sliding(3, 1),
    pv.Sliding(3, 2, 1),
    pv.Sliding(3, 2, 1, ceil_mode=True),
    pv.Sliding((2, 3), (1, 2), ((1, 0), (0, 2))),
    pv.Sliding(2, 1, 1, dilation=3),
]


def scene(variant=None, geometry=None, x=A, dy=None, **options):
    run = pv.pool(x, variant or pv.Max(), geometry or pv.Sliding(2))
    return gradient_scene(run, np.ones(run.output.shape) if dy is None else dy, "t", **options)


def plane(s, name, step, shape):
    """What the real cells of a panel show."""
    shown, kind = s.shown(name, step), s.panel(name).kind
    return shown if kind is None else shown[kind == Kind.CELL].reshape(shape)


@pytest.mark.parametrize("variant", [V() for V in pv.VARIANTS], ids=lambda v: type(v).__name__)
@in_turn("geometry", GEOMETRIES)
def test_what_the_steps_add_up_to_is_backward(variant, geometry):
    x = np.random.default_rng(0).uniform(0.5, 4, (5, 6))
    run = pv.pool(x, variant, geometry)
    dy = np.random.default_rng(1).normal(size=run.output.shape)
    s = gradient_scene(run, dy, "t")
    last = plane(s, "dx", len(s) - 1, x.shape)
    np.testing.assert_allclose(last, run.backward(dy), rtol=2e-5, atol=1e-6)  # float32 on the wire
    assert len(s) == run.output.size
    assert all(s.narration)


def test_overlaps_are_told_as_they_add_up():
    s = scene(geometry=pv.Sliding(3, 1))
    assert [plane(s, "dx", k, (4, 4))[1, 1] for k in range(4)] == [1, 2, 3, 3]
    assert s.narration[2].endswith("the 7 in row 1, column 1 receives 1, together 1 + 1 + 1 = 3.")
    assert added_up([1, -0.5]) == "1 − 0.5"


def test_links_run_backwards_from_the_output_cell():
    s = scene(pv.SoftPool())
    assert s.source[0] == "dy"
    assert s.source[1].tolist() == [0, 1, 2, 3]
    assert s.flow == "backward"
    sent = s.step(0).lit["dx"]
    assert sent.cells == (0, 1, 4, 5)
    np.testing.assert_allclose(sent.weights, (-0.011, -0.048, -0.083, 1.141), atol=6e-4)


def test_a_tie_goes_to_the_first_or_is_shared():
    x = sample("ties")
    first, shared = scene(x=x), scene(pv.Max(ties="shared"), x=x)
    assert first.step(0).lit["dx"].added == (1, 0, 0, 0)
    assert "A tie of 4 cells: the first one takes it all" in first.narration[0]
    assert shared.step(0).lit["dx"].added == (0.25,) * 4
    assert "0.25 to each of 4 cells. A tie: 4 cells share it." in shared.narration[0]
    assert any_tie(pv.pool(x, pv.Max(), pv.Sliding(2)))
    assert not any_tie(pv.pool(A, pv.Max(), pv.Sliding(2)))
    assert not any_tie(pv.pool(x, pv.Average(), pv.Sliding(2)))


def test_what_goes_to_padding_is_drawn_and_lost():
    s = scene(pv.Average(), pv.Sliding(3, 2, 1))
    lit = s.step(0).lit["dx"]
    assert len(lit.cells) == 9
    assert np.count_nonzero(lit.added) == 4
    assert np.count_nonzero(lit.weights) == 9
    assert "0.556 goes to padding and is lost" in s.narration[0]
    assert s.table("dx")[0][0] == "lost"
    corner = scene(pv.Average(), pv.Sliding(2, 2, 1)).narration[0]
    assert "0.25 to one cell" in corner


def test_a_gradient_of_zero_sends_nothing():
    s = scene(dy=np.array([[0.0, 1], [1, 1]]))
    assert s.narration[0] == "Output row 0, column 0 has gradient 0: it sends nothing."
    assert not any(s.step(0).lit["dx"].added)


def test_answers_are_not_in_the_data_while_they_are_hidden():
    s = scene(hidden_from=1)
    assert "to which cells … ?" in s.narration[1]
    assert np.nansum(plane(s, "dx", 3, (4, 4))) == 1
    assert s.table("dx", 1)[:2] == [["0", "0", "?", "?"], ["0", "1", "?", "?"]]
    assert s.table("dx", 1)[2:] == [[""] * 4] * 2, "not reached yet: blank"
    assert s.panel("dx").values.sum() == 1
    assert s.step(2).lit["input"].chosen == -1


def test_28_by_28_stays_small():
    x = np.random.default_rng(0).random((28, 28))
    assert len(scene(pv.SoftPool(), pv.Sliding(3, 1), x).wire) < 150_000


@pytest.mark.parametrize(
    ("variant", "geometry", "sums"),
    [
        (pv.Max(), pv.Sliding(3, 1), (4, 4, 0, 0)),
        (pv.Sum(), pv.Sliding(2), (4, 16, 12, 0)),
        (pv.Average(), pv.Sliding(3, 2, 1), (4, 4 - 11 / 9, 0, 11 / 9)),
        (pv.Average(count_include_pad=False), pv.Sliding(3, 2, 1), (4, 4, 0, 0)),
    ],
    ids=str,
)
def test_sum_in_sum_out(variant, geometry, sums):
    run = pv.pool(A, variant, geometry)
    b = balance(run, np.ones(run.output.shape))
    np.testing.assert_allclose((b.sent, b.received, b.gained, b.lost), sums, atol=1e-12)


@pytest.mark.parametrize("variant", [V() for V in pv.VARIANTS], ids=lambda v: type(v).__name__)
@in_turn("geometry", GEOMETRIES)
def test_the_sums_always_add_up(variant, geometry):
    run = pv.pool(np.random.default_rng(0).uniform(0.5, 4, (5, 6)), variant, geometry)
    b = balance(run, np.random.default_rng(1).normal(size=run.output.shape))
    np.testing.assert_allclose(b.received, b.sent + b.gained - b.lost, atol=1e-12)


def test_a_flow_of_nothing_is_nothing_even_where_the_gradient_is_infinite():
    run = pv.pool(np.array([[0.0, 1], [2, 3]]), pv.GeometricMean(), pv.Sliding(2))
    assert flow(run, np.zeros((1, 1))).tolist() == [[0, 0, 0, 0]]


def test_central_differences_agree_away_from_ties():
    run = pv.pool(A, pv.SoftPool(), pv.Sliding(2))
    found = checked(run, Region.of(run.output.shape))
    assert found.fine
    assert (found.rows, found.columns) == (4, 4)
    assert found.kinks == ()


def test_at_a_tie_the_two_slopes_differ_and_are_given():
    run = pv.pool(sample("ties"), pv.Max(), pv.Sliding(2))
    found = checked(run, Region.of(run.output.shape))
    assert not found.fine
    kink = found.kinks[0]
    assert (kink.row, kink.column, kink.value) == (0, 0, 2)
    np.testing.assert_allclose((kink.left, kink.right, kink.given), (0, 1, 1), atol=1e-6)


def test_a_large_input_is_checked_on_a_block_and_infinities_not_at_all():
    run = pv.pool(sample("cat"), pv.Max(), pv.Sliding(2))
    found = checked(run, Region.of(run.output.shape))
    assert (found.rows, found.columns, found.row) == (8, 8, 84)
    assert (
        checked(pv.pool(np.full((4, 4), np.inf), pv.Max(), pv.Sliding(2)), Region(0, 0, 2, 2))
        is None
    )
    wide = pv.pool(sample("photograph"), pv.Max(), pv.Sliding(20))
    assert checked(wide, Region(0, 0, 3, 3)) is None


def ask(variant, geometry, x=A):
    run = pv.pool(x, variant, geometry)
    return gradient_questions(run, np.ones(run.output.shape))


@pytest.mark.parametrize("variant", [V() for V in pv.VARIANTS], ids=lambda v: type(v).__name__)
@in_turn("geometry", GEOMETRIES[:4])
def test_every_question_has_one_right_answer(variant, geometry):
    for each in ask(variant, geometry):
        assert sum(choice.right for choice in each.question.choices) == 1
        labels = [choice.label for choice in each.question.choices]
        assert len(set(labels)) == len(labels)


def test_the_three_misconceptions_on_the_worked_example():
    where, total, often, sign = ask(pv.Max(), pv.Sliding(2))
    assert where.question.answer.label == "0, 0, 0, 1"
    assert {"0, 0, 0, 7", "0.25, 0.25, 0.25, 0.25"} < {c.label for c in where.question.choices}
    assert total.question.answer.label == "The same, 4"
    assert often.question.answer.label == "3"
    assert "That is one window's" in next(c.why for c in often.question.choices if c.label == "1")
    assert "the 4's share of the output is 0.047" in sign.question.text
    assert sign.question.answer.label.startswith("Negative")
    assert "−0.083" in sign.question.answer.why


def test_a_question_is_about_the_state_where_that_shows_the_answer():
    cases = [each.shown_by is None for each in ask(pv.Max(), pv.Sliding(3, 1))]
    assert cases == [True, True, True, False]
    assert [each.shown_by is None for each in ask(pv.SoftPool(), pv.Sliding(2))] == [
        True, True, False, False,
    ]  # fmt: skip


def test_the_first_window_is_seen_once_it_was_asked_about():
    page = BY_ADDRESS["gradients"]
    asked = page.questions(page.result(page.values({})))
    assert [withheld_from(asked, n) for n in range(3)] == [0, 1, None]


def test_what_is_sent_in_a_question_is_what_the_picture_sends():
    dy = np.array([[0.5, 1], [1, 1]])
    where, *_rest = gradient_questions(pv.pool(A, pv.Max(), pv.Sliding(2)), dy)
    assert "gets a gradient of 0.5." in where.question.text
    assert where.question.answer.label == "0, 0, 0, 0.5"


def test_where_an_output_sends_nothing_the_worked_example_is_asked_about():
    asked = gradient_questions(pv.pool(A, pv.Max(), pv.Sliding(2)), np.zeros((2, 2)))
    where = next(each for each in asked if "What does each cell receive" in each.question.text)
    assert where.shown_by is not None
    assert "gets a gradient of 1." in where.question.text


def test_every_output_sends_1_is_said_only_where_that_is_so():
    def often(dy):
        asked = gradient_questions(pv.pool(A, pv.Max(), pv.Sliding(3, 1)), dy)
        return next(each for each in asked if "Every output sends 1." in each.question.text)

    assert often(np.ones((2, 2))).shown_by is None
    assert often(np.array([[1.0, 2], [1, 1]])).shown_by is not None


def test_a_case_is_shown_with_its_own_hyper_parameters():
    page = BY_ADDRESS["gradients"]
    values = page.values({"SoftPool.full_gradient": False, "Max.ties": "shared"})
    for question in page.questions(page.result(values)):
        shown, _said = address.settle(page, values.but(**(question.example or {})))
        if question.example is not None and shown["variant"] == "SoftPool":
            assert shown["SoftPool.full_gradient"]
        elif question.example is not None:
            assert shown["Max.ties"] == "first"


def test_numbers_that_are_not_finite_are_not_asked_about():
    asked = ask(pv.Max(), pv.Sliding(2), np.full((4, 4), np.nan))
    assert all(each.shown_by is not None for each in asked)


def test_nothing_is_sent_to_a_cell_without_a_say_however_much_is_sent():
    run = pv.pool(A, pv.Max(), pv.Sliding(2))
    sent = flow(run, np.full(run.output.shape, np.inf))
    np.testing.assert_array_equal(sent[0], [0, 0, 0, np.inf])


def test_the_cell_that_is_asked_about_is_named_by_its_row_and_column():
    x = np.array([[0.0, 0, 0, 0], [0, 9, 0, 0], [0, 0, 0, 1]])
    run = pv.pool(x, pv.Max(), pv.Sliding(2, 1))
    asked = [each.question for each in gradient_questions(run, np.ones(run.output.shape))]
    assert any("the 9 in row 1, column 1 receive" in question.text for question in asked)
