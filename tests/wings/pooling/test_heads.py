"""The two heads: counts from the shapes, and the questions about them."""

import numpy as np
import pytest

from poolviz.wings.pooling.global_.heads import (
    Maps,
    heads,
    other_sizes,
    size_question,
    weights_question,
)
from poolviz.wings.pooling.global_.page import _sizes


def test_the_counts_of_the_facts_with_biases_apart():
    flat, gap = heads(Maps(512, 7, 7, 1000))
    assert (flat.weights, gap.weights) == (25_088_000, 512_000)
    assert flat.biases == gap.biases == 1000


@pytest.mark.parametrize("sizes", [(2, 3, 4, 5), (1, 1, 1, 1), (64, 1, 9, 10)])
def test_the_weights_are_those_of_the_matrices_that_a_layer_would_hold(sizes):
    height, width, n = sizes[1:]
    flat, gap = heads(Maps(*sizes))
    x = np.zeros(sizes[:3])
    assert flat.weights == np.zeros((n, x.reshape(-1).size)).size
    assert gap.weights == np.zeros((n, x.mean((1, 2)).size)).size
    assert flat.weights == gap.weights * height * width


def test_only_the_mean_takes_every_size():
    met = other_sizes(Maps(512, 7, 7, 1000))
    assert [maps.flattened == 25088 for maps in met] == [False, True, False, False]
    assert {maps.channels for maps in met} == {512}
    _heading, table = _sizes(Maps(512, 7, 7, 1000))
    assert table.columns["fully connected"] == ["error", "runs", "error", "error"]
    assert table.columns["flattened"] == ["4,608", "25,088", "40,960", "100,352"]


@pytest.mark.parametrize(
    "sizes", [(512, 7, 7, 1000), (1, 1, 1, 1), (3, 1, 1, 2), (8192, 256, 1, 2)]
)
@pytest.mark.parametrize("ask", [weights_question, size_question])
def test_one_right_answer_and_each_wrong_one_says_why(sizes, ask):
    question = ask(Maps(*sizes))
    assert [c.right for c in question.choices].count(True) == 1
    assert len({c.label for c in question.choices}) == len(question.choices) >= 2
    assert all(c.why for c in question.choices)


def test_the_answers_name_the_misconception():
    question = weights_question(Maps(512, 7, 7, 1000))
    whys = {c.label: c.why for c in question.choices}
    assert question.answer.label == "512,000"
    assert "flatten" in whys["25,088,000"]
    assert "opposite" in size_question(Maps(512, 7, 7, 1000)).choices[-1].why
