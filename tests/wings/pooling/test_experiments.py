"""The experiments are pure functions: what they measure, by hand and by law."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.samples import sample
from poolviz.wings.pooling.compare import alias, cost, go, noise, shift, swap

PICTURES = ("photograph", "digit", "checkerboard", "go-board")


def one_right(question):
    assert [c.right for c in question.choices].count(True) == 1
    assert len({c.label for c in question.choices}) == len(question.choices) >= 2
    assert all(c.why for c in question.choices)


class TestShift:
    @pytest.mark.parametrize("name", ["photograph", "digit"])
    def test_even_shifts_are_exact_and_the_blur_changes_least(self, name):
        found = shift.shift_experiment(sample(name))
        for errors in found.errors.values():
            np.testing.assert_allclose(errors[::2], 0, atol=1e-12)
            assert (errors[1::2] > 0.1).all()
        assert min(found.errors, key=found.at_one) == "blur"

    def test_a_lone_one_jumps_under_max_and_glides_under_the_blur(self):
        rows = shift.lone_one()["max"]
        np.testing.assert_array_equal(rows[:4], [[1, 0, 0, 0]] * 2 + [[0, 1, 0, 0]] * 2)
        middle = shift.lone_one()["blur"][1:6]
        assert np.abs(np.diff(middle, axis=0)).max() <= 0.5

    @pytest.mark.parametrize("name", PICTURES)
    def test_questions(self, name):
        for question in shift.shift_questions(shift.shift_experiment(sample(name))):
            assert sum(c.right for c in question.choices) == 1

    @pytest.mark.parametrize("shape", [(8, 8), (9, 11), (64, 9)])
    def test_small_and_odd_inputs(self, shape):
        found = shift.shift_experiment(np.random.default_rng(0).random(shape))
        assert all(np.isfinite(errors).all() for errors in found.errors.values())


class TestNoise:
    @pytest.mark.parametrize("name", ["photograph", "digit"])
    def test_average_varies_least_and_max_keeps_texture(self, name):
        found = noise.noise_experiment(sample(name))
        assert min(found.variation, key=lambda n: found.variation[n].value) == "average"
        assert max(found.texture, key=found.texture.get) == "max"
        assert found.max_moved_less > noise.DRAWS * 0.75

    def test_the_seed_repeats_the_draws(self):
        one, two, other = (noise.noise_experiment(sample("digit"), seed=s) for s in (1, 1, 2))
        assert one.variation == two.variation
        assert one.drift == two.drift
        assert one.drift != other.drift

    def test_without_noise_nothing_varies_but_the_draw(self):
        found = noise.noise_experiment(sample("digit"), noise=0, weights=0)
        # A mean over draws that are all alike is off by rounding.
        assert max(found.variation[name].value for name in ("average", "max")) < 1e-10
        assert found.drift["max"].value == 0
        assert found.variation["stochastic"].value > 10

    def test_stochastic_tends_to_the_sum_of_squares_over_the_sum(self):
        told = noise.expectation()
        assert (told.tends_to, told.mean) == (5.0, 3.75)
        # Four standard errors: the variance of a draw is 29 - 25 = 4.
        assert abs(told.running[-1] - 5) < 4 * 2 / np.sqrt(told.running.size)
        assert noise.noise_questions(noise.noise_experiment(sample("digit")))[0].answer.label == "5"

    @pytest.mark.parametrize("x", [np.zeros((8, 8)), np.ones((9, 64)), sample("digit")])
    def test_questions_and_flat_pictures(self, x):
        found = noise.noise_experiment(x)
        for question in noise.noise_questions(found):
            one_right(question)
        assert noise.verdict(found)


class TestAlias:
    def test_average_is_the_cosine_and_every_second_cell_keeps_all(self):
        found = alias.alias_experiment()
        # A dozen periods in a finite stretch: the spread is right to a few percent.
        np.testing.assert_allclose(found.kept["every"], 1, atol=0.05)
        expected = np.abs(np.cos(np.pi * found.frequencies))
        np.testing.assert_allclose(found.kept["average"], expected, atol=0.05)
        edges = np.abs(np.sin(2 * np.pi * found.frequencies))
        np.testing.assert_allclose(found.kept["edges"], edges, atol=0.05)

    def test_fine_stripes_look_coarse(self):
        assert alias.alias_of(0.4) == pytest.approx(0.1)
        y = alias.halved(0.4).outputs["every"]
        np.testing.assert_allclose(y[:5], y[5:10], atol=1e-12)  # a period of 5 outputs, 10 cells
        question = alias.alias_question(0.4)
        assert question.answer.label == "stripes with a period of 10 cells"

    @pytest.mark.parametrize("percent", range(5, 51))
    def test_every_frequency_has_a_question(self, percent):
        labels = [c.label for c in alias.alias_question(percent / 100).choices if c.right]
        assert len(labels) == 1

    def test_a_convolution_is_counted(self):
        *pools, convolution = alias.halvings(64)
        assert convolution.weights == np.zeros((64, 64, 3, 3)).size
        assert all(each.weights == 0 for each in pools)


class TestSwap:
    @pytest.mark.parametrize("name", ["photograph", "digit", "go-board"])
    def test_no_global_pool_can_tell(self, name):
        found = swap.swap_experiment(sample(name))
        assert all(pair.gap < 1e-12 for pair in found.pairs)
        assert found.moved > 0
        assert not np.array_equal(found.x, found.swapped)
        one_right(swap.swap_question(found))

    def test_only_a_difference_is_put_down_to_rounding(self):
        exact = swap.swap_experiment(sample("go-board"))
        assert swap.swap_question(exact).answer.why.endswith("The largest difference here is 0.")
        rounded = swap.swap_experiment(np.random.default_rng(0).normal(size=(32, 32)))
        assert any(pair.gap > 0 for pair in rounded.pairs)
        assert swap.swap_question(rounded).answer.why.endswith(", rounding.")

    def test_one_column(self):
        assert swap.swap_experiment(np.ones((8, 1))).moved == 0


class TestGo:
    def test_max_hides_white_and_min_hides_black(self):
        found = go.go_experiment()
        largest, _mean, smallest = found.told
        assert largest.white == 0
        assert smallest.black == 0
        assert found.unseen == 37
        one_right(go.go_question(found))

    def test_two_positions_one_pooled_board(self):
        found = go.go_experiment()
        assert (found.board != found.other).sum() == 2
        assert found.other.sum() == found.board.sum()
        assert np.abs(np.subtract(found.start, found.end)).sum() == 1
        pooled = [pv.pool(b, pv.Max(), pv.Sliding(2)).output for b in (found.board, found.other)]
        np.testing.assert_array_equal(*pooled)


class TestCost:
    @pytest.mark.parametrize("kernel", [2, 3, 5])
    def test_the_counts_are_those_of_loops(self, kernel):
        n, k = 12, kernel
        o = n - k + 1
        windows = np.lib.stride_tricks.sliding_window_view(np.zeros((n, n)), (k, k))
        found = cost.cost(k, n)
        assert found.direct == sum(w.size - 1 for row in windows for w in row)
        rows = np.lib.stride_tricks.sliding_window_view(np.zeros((n, n)), k, axis=1)
        columns = np.lib.stride_tricks.sliding_window_view(np.zeros((n, o)), k, axis=0)
        each = (rows.size // k + columns.size // k) * (k - 1)
        assert found.separable == each
        assert found.windows == 4 * windows.size

    def test_measured_ways_agree_and_stay_in_the_budget(self):
        x = np.random.default_rng(0).random((20, 20))
        for kernel in cost.KERNELS[:4]:
            np.testing.assert_array_equal(
                cost.WAYS["windows"][1](x, kernel), cost.WAYS["max"][1](x, kernel)
            )
        found = cost.measure(side=24)
        assert all(t.least <= t.median <= t.most for ts in found.values() for t in ts)
        assert all(len(ts) == 0 for ts in cost.measure(budget=-1).values())

    def test_the_question(self):
        question = cost.cost_question()
        one_right(question)
        assert question.answer.label == "4"
