"""/attend: golden numbers through the page's run, its scenes and questions."""

import numpy as np
import pytest

from poolviz.stage.control import values_of
from poolviz.stage.part import Play
from poolviz.stage.scene import Kind
from poolviz.wings.attention.attend.asking import Made, compute
from poolviz.wings.attention.attend.back import backward_scene, sent_by
from poolviz.wings.attention.attend.controls import (
    CONTROLS,
    FORMS,
    MASKS,
    PAIRED,
    at,
    three_keys,
    with_matrix,
)
from poolviz.wings.attention.attend.page import ATTEND
from poolviz.wings.attention.attend.questions import asked
from poolviz.wings.attention.attend.scene import forward_scene, pinned_scene

A = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]], float)
SEVEN, EIGHT, ZERO = 5, 15, 7


def run(**changed) -> Made:
    return compute(values_of(CONTROLS, at(**changed)))


def case(given) -> Made:
    return compute(values_of(CONTROLS, given))


class TestGoldenNumbers:
    """attention.md, section 3.1."""

    @pytest.mark.parametrize(
        ("changed", "weights", "y"),
        [
            ({}, (1 / 6, 1 / 3, 1 / 2), 3),
            ({"scale": 2.0}, (1 / 14, 4 / 14, 9 / 14), 2.571429),
            ({"scale": 0.0}, (1 / 3, 1 / 3, 1 / 3), 3.666667),
            ({"scale": -1.0}, (6 / 11, 3 / 11, 2 / 11), 4.454545),
            ({"norm": "count"}, (0, np.log(2) / 3, np.log(3) / 3), 1.425555),
        ],
    )
    def test_three_keys(self, changed, weights, y):
        made = case(three_keys(**changed))
        np.testing.assert_allclose(made.row(0), weights, atol=1e-12)
        np.testing.assert_allclose(made.output, y, atol=5e-7)

    def test_of_three_keys_so_many_are_used(self):
        np.testing.assert_allclose(case(three_keys()).effective, 2.749459, atol=5e-7)

    def test_a_masked_third_key_leaves_the_two_before_it(self):
        made = case(three_keys(mask="causal"))
        np.testing.assert_allclose(made.row(1), (1 / 3, 2 / 3, 0), atol=1e-12)
        np.testing.assert_allclose(made.output[1], 4, atol=1e-12)

    def test_the_heaviest_of_three_keys_is_pushed_down(self):
        made = case(three_keys(direction="backward"))
        sent = sent_by(made)
        np.testing.assert_allclose(sent.values[0], (1 / 6, 1 / 3, 1 / 2), atol=1e-12)
        np.testing.assert_allclose(sent.scores[0], (0.5, 0, -0.5), atol=1e-12)
        np.testing.assert_allclose(sent.keys[0], (0.5, 0, -0.5), atol=1e-12)
        np.testing.assert_allclose(sent.query[0], -0.549306, atol=5e-7)

    def test_dot_products_give_the_mean_of_squares_times_the_query(self):
        np.testing.assert_allclose(run(form="dot").output, 14 * A.ravel(), rtol=1e-12)

    def test_concatenation(self):
        plus = run(form="concatenation").output
        np.testing.assert_allclose(plus, 2.875 * A.ravel() + 14, rtol=1e-12)
        minus = run(form="concatenation", phi=-1.0).output
        expected = [[0, 14, 4, 0], [30, 106, 0, 0], [4, 4, 50, 14], [0, 75, 0, 144]]
        np.testing.assert_allclose(16 * minus, np.ravel(expected), atol=1e-12)

    def test_gaussian_output_by_the_value_of_the_query(self):
        y = [2.875, 7.371099, 7.843215, 7.947603, 7.981343, 7.993216, 7.997515, 7.999087, 7.999664]
        np.testing.assert_allclose(run().output, np.array(y)[A.ravel().astype(int)], atol=5e-7)

    def test_the_7_looks_at_the_8(self):
        row = run().row(SEVEN)
        np.testing.assert_allclose(row[[EIGHT, SEVEN]], (0.999088, 0.000911), atol=5e-7)

    def test_effective_keys_of_the_gaussian(self):
        used = {0: 16, 1: 2.9944, 2: 1.5825, 3: 1.2315, 7: 1.0073, 8: 1.0030}
        cells = A.ravel().astype(int)
        for value, keys in used.items():
            np.testing.assert_allclose(run().effective[cells == value], keys, atol=5e-5)

    def test_columns_do_not_sum_to_1(self):
        columns = run().rows(range(16)).sum(0)
        np.testing.assert_allclose(columns[[EIGHT, ZERO]], (12.0959, 0.1258), atol=5e-5)

    def test_a_scale_of_an_eighth(self):
        made = run(scale=0.125)
        np.testing.assert_allclose(made.output[[SEVEN, ZERO]], (7.198348, 2.875), atol=5e-7)
        np.testing.assert_allclose(made.effective[SEVEN], 3.5186, atol=5e-5)

    def test_softmax_over_queries_lies_above_the_largest_cell(self):
        made = run(scale=0.125, norm="queries")
        np.testing.assert_allclose(made.output[SEVEN], 9.371091, atol=5e-7)
        np.testing.assert_allclose(made.rows(range(16)).sum(0), 1, rtol=1e-12)

    def test_similar(self):
        made = run(form="similar")
        expected = [
            1.161667, 2.599522, 1.794655, 1.161667, 3.634470, 6.870037, 1.161667, 0.681022,
            1.794655, 1.794655, 4.871389, 2.599522, 0.681022, 5.971777, 1.161667, 7.479896,
        ]  # fmt: skip
        np.testing.assert_allclose(made.output, expected, atol=5e-7)
        np.testing.assert_allclose(
            made.row(SEVEN)[[SEVEN, 13, EIGHT]], (0.423695, 0.256984, 0.256984), atol=5e-7
        )

    def test_the_whole_block_on_an_eighth_of_a(self):
        made = case(with_matrix(A / 8, residual=True, w_z=1.0))
        z = made.output[[SEVEN, EIGHT, ZERO]]
        np.testing.assert_allclose(z, (1.319990, 1.458205, 0.359375), atol=5e-7)
        np.testing.assert_allclose(made.effective[SEVEN], 15.3966, atol=5e-5)

    def test_two_equal_keys_share_however_large_the_scale(self):
        made = case(with_matrix(PAIRED, tokens="rows", query=(0, 0), scale=50.0))
        np.testing.assert_allclose(made.output, 1.5, rtol=1e-12)


class TestLaws:
    def test_a_key_bias_changes_nothing_and_a_query_bias_does(self):
        plain, by_key = run(scale=0.125).output, run(scale=0.125, bias=5.0).output
        np.testing.assert_allclose(by_key, plain, atol=1e-12)
        assert abs(run(scale=0.125, query_bias=5.0).output - plain).max() > 0.1

    def test_a_value_bias_shifts_the_output(self):
        np.testing.assert_allclose(run(value_bias=5.0).output, run().output + 5, rtol=1e-12)

    def test_a_fresh_block_gives_its_input(self):
        np.testing.assert_array_equal(run(residual=True).output, A.ravel())

    def test_keys_pooled_keep_the_number_of_queries(self):
        made = run(subsample=True)
        assert made.run.shape == (16, 4)
        assert made.output.shape == (16,)

    def test_pooling_before_and_after_the_weights_differ_where_they_are_negative(self):
        same = [run(form="embedded", phi=0.25, subsample=True, pool_at=at) for at in BEFORE_AFTER]
        np.testing.assert_allclose(same[0].output, same[1].output, rtol=1e-12)
        other = [run(form="embedded", phi=-0.25, subsample=True, pool_at=at) for at in BEFORE_AFTER]
        assert abs(other[0].output - other[1].output).max() > 1

    def test_a_query_of_0_under_its_own_window_is_average_pooling(self):
        made = run(mask="window", scale=0.0)
        np.testing.assert_allclose(made.output[[0, 2, EIGHT]], (3.75, 1, 4.25), rtol=1e-12)

    @pytest.mark.parametrize(
        ("mask", "allowed"), [("window", 4), ("neighbourhood", 9), ("cross", 7), ("causal", 6)]
    )
    def test_masks_allow_so_many_keys(self, mask, allowed):
        made = run(mask=mask, scale=0.0)
        np.testing.assert_allclose(made.effective[SEVEN], allowed, rtol=1e-12)

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("mask", ["none", "cross"])
    def test_the_gradient_of_the_input_is_that_of_central_differences(self, form, mask):
        changed = {"form": form, "scale": 0.125, "mask": mask, "query_bias": 0.3, "phi": 0.7}
        made = case(with_matrix(A, **changed))
        step = 1e-5
        for cell in ((1, 1), (3, 3), (0, 2)):
            moved = []
            for sign in (1, -1):
                x = A.copy()
                x[cell] += sign * step
                moved.append(case(with_matrix(x, **changed)).output.sum())
            slope = (moved[0] - moved[1]) / (2 * step)
            np.testing.assert_allclose(made.received[cell], slope, rtol=1e-6, atol=1e-7)

    def test_the_paths_are_those_of_the_engine(self):
        for form in FORMS:
            made = run(form=form, direction="backward", scale=0.125)
            sent, back = sent_by(made), made.run.backward(np.ones((16, 1)))
            which = 1 if made.wide else 0
            by_bias = 0 if back.dbias is None else -made.scale * made.k.array[:, 0] * back.dbias[0]
            np.testing.assert_allclose(sent.values.sum(0), back.dv[:, 0], atol=1e-12)
            np.testing.assert_allclose(sent.keys.sum(0), back.dk[:, which] + by_bias, atol=1e-12)
            np.testing.assert_allclose(sent.query, back.dq[sent.tokens, 0], atol=1e-12)


BEFORE_AFTER = ("before", "after")


class TestScene:
    def test_the_first_step_is_the_pinned_query(self):
        scene = forward_scene(run(), False)
        assert scene.step(0).lit["output"].written == SEVEN
        assert sorted(scene.step(s).lit["output"].written for s in range(16)) == list(range(16))
        assert "the 8 in row 3, column 3: weight 0.999" in scene.narration[0]
        assert scene.narration[0].endswith("effective keys 1.01 of 16.")

    @pytest.mark.parametrize("mask", MASKS)
    @pytest.mark.parametrize("form", FORMS)
    def test_rows_that_the_browser_makes_are_those_of_the_engine(self, form, mask):
        made = run(form=form, mask=mask, scale=0.125)
        scene = forward_scene(made, False)
        panel = "input" if made.plain else "keys"
        for s in (0, 9):
            lit = scene.step(s).lit[panel]
            row = np.zeros(16)
            row[list(lit.cells)] = lit.weights
            np.testing.assert_allclose(row, made.row(int(made.order[s])), atol=1e-6)

    def test_keys_that_are_pooled_have_panels_of_their_own(self):
        scene = forward_scene(run(subsample=True), False)
        assert [(p.name, p.shape) for p in scene.panels] == [
            ("input", (4, 4)), ("keys", (2, 2)), ("values", (2, 2)), ("output", (4, 4)),
        ]  # fmt: skip

    def test_what_is_asked_is_not_in_the_scene(self):
        scene = forward_scene(run(), True)
        assert (scene.panel("output").kind == Kind.SECRET).all()
        assert np.isnan(scene.panel("output").told).all()
        assert all(track.weighing is None for track in scene.tracks)
        assert not any(np.any(t.weights) for t in scene.tracks if t.weights is not None)
        back = backward_scene(run(direction="backward"), True)
        assert not any(np.any(t.added) for t in back.tracks if t.added is not None)
        assert back.table("dv", 3) == [["?"] * 4] * 4

    def test_backward_sums_grow_to_what_the_engine_gives(self):
        made = run(direction="backward", scale=0.125)
        scene, back = backward_scene(made, False), made.run.backward(np.ones((16, 1)))
        assert scene.flow == "backward"
        for name, given in (("dv", back.dv), ("dk", back.dk), ("dq", back.dq)):
            np.testing.assert_allclose(scene.shown(name, 15).ravel(), given[:, 0], atol=1e-6)

    def test_paths_can_be_taken_away(self):
        scene = backward_scene(run(direction="backward", paths=("keys",)), False)
        assert [panel.name for panel in scene.panels] == ["input", "dk", "dy"]

    def test_two_pinned_queries_and_their_signed_difference(self):
        made = run(query2=(1, 3))
        scene = pinned_scene(made, ZERO)
        one, other = made.row(SEVEN), made.row(ZERO)
        difference = scene.panel("difference").values.ravel()
        np.testing.assert_allclose(difference, one - other, atol=1e-4)
        assert difference[EIGHT] > 0 > difference[0]

    @pytest.mark.parametrize("direction", ["forward", "backward"])
    @pytest.mark.parametrize("sample", ["worked-example", "digit", "photograph", "go-board"])
    def test_scenes_are_small_on_the_wire(self, sample, direction):
        made = run(sample=sample, direction=direction)
        play = backward_scene if made.backward else forward_scene
        assert len(play(made, False).wire) < 60_000
        assert len(play(made, True).wire) < 60_000


class TestQuestions:
    RIGHT = (
        "at the 8", "each row", "3", "softmax over queries", "do not move", "falls",
        "W 16 × 4, output 4 × 4", "they differ", "are shuffled alike", "1.5", "2", "nothing",
        "yes, W_z first", "1 − a",
    )  # fmt: skip
    """attention.md, section 7: 1, 9, 2, 10, 11, 3, 7, 8, 6, 22, 12, 4, 5, 15."""

    def test_the_right_choices_are_those_of_the_facts(self):
        assert tuple(q.answer.label for q in asked(run())) == self.RIGHT

    def test_each_has_one_right_choice_and_a_reason_for_each(self):
        for changed in ({}, {"direction": "backward"}, {"form": "similar"}, {"subsample": True}):
            for question in asked(run(**changed)):
                assert [c.right for c in question.choices].count(True) == 1
                assert all(c.why for c in question.choices)
                assert len({c.label for c in question.choices}) == len(question.choices)

    @pytest.mark.parametrize(
        ("changed", "right"),
        [
            ({"form": "similar"}, "at itself, the 7"),
            ({"query": (1, 3)}, "all alike"),
            ({"scale": -1.0}, "at 2 keys alike"),
            ({"mask": "causal"}, "at itself, the 7"),
            ({"direction": "backward"}, "rises"),
            ({"direction": "backward", "query": (1, 3)}, "falls"),
        ],
    )
    def test_the_first_is_about_the_state(self, changed, right):
        first = asked(run(**changed))[0]
        assert first.answer.label == right
        assert first.step == 0

    def test_numbers_that_the_facts_give_are_in_the_reasons(self):
        said = " ".join(choice.why for q in asked(run()) for choice in q.choices)
        for number in ("0.9991", "0.4237", "12.1", "9.37", "0.394", "0.452", "1.016006",
                       "1.153187", "1.383"):  # fmt: skip
            assert number in said + " ".join(q.text for q in asked(run())), number

    def test_the_cell_that_is_right_can_be_picked(self):
        first = asked(run())[0]
        assert first.picked(3, 3, 8.0).right
        assert "0.4237" in first.picked(1, 1, 7.0).why

    def test_every_example_can_be_computed_and_shown(self):
        for question in asked(run()):
            if question.example is not None:
                values = values_of(CONTROLS, question.example)
                assert ATTEND.fit(values) == (values, ())
                assert any(isinstance(p, Play) for p in ATTEND.parts(values))
