"""Pooling over time: what is kept, in which order, and what is asked about it."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.wings.pooling.sequences.scene import (
    chunk_question,
    count_question,
    layers,
    order_question,
    reversal_question,
    reversals,
    sequence_scene,
    survivals,
    survivors,
)
from poolviz.wings.pooling.sequences.words import FEATURES, Sentence

SENTENCE = Sentence.of("We expected nothing, but this wonderful film about pooling is great")
POOLS = (pv.MaxOverTime(), pv.KMax(3), pv.DynamicKMax(), pv.ChunkMax(3), pv.ChunkMax(cuts=(2, 7)))
TEXTS = ("a", "a a a a", "one two", "Ab ab cd", "! ! !", "x " * 24)


def test_k_max_keeps_the_order_of_the_sentence():
    found = survivors(SENTENCE, pv.KMax(3)(SENTENCE.x))[0]
    assert found.words == ("expected", "nothing", "wonderful")
    assert found.values == (8, 7, 9)
    assert found.places == (1, 2, 6)


@pytest.mark.parametrize("pool", POOLS, ids=repr)
def test_the_scene_shows_what_the_engine_says(pool):
    run = pool(SENTENCE.x)
    scene = sequence_scene(SENTENCE, run)
    count, kept = run.output.shape
    assert len(scene) == count * kept
    assert len(scene.wire) < 150_000
    np.testing.assert_array_equal(scene.shown("kept", len(scene) - 1), run.output.T)
    step = scene.step(kept)  # the first kept word of the second feature
    word, feature = divmod(step.lit["words"].chosen, count)
    assert feature == 1
    assert SENTENCE.x[1, word] == run.output[1, 0]
    assert all(cell % count == 1 for cell in step.lit["words"].cells)
    assert SENTENCE.labels[word] in step.narration
    if isinstance(pool, (pv.KMax, pv.DynamicKMax)):
        row = scene.panel("kept").row_labels[step.lit["kept"].written // count]
        assert f")[{row}] = " in step.narration


def test_hidden_scenes_tell_nothing():
    scene = sequence_scene(SENTENCE, pv.KMax(3)(SENTENCE.x), hidden=True)
    assert all(step.lit["words"].chosen == -1 for step in scene)
    assert np.isnan(scene.panel("kept").told).all()
    assert all("…" in sentence for sentence in scene.narration)


def test_survivals_count_features():
    run = pv.MaxOverTime()(SENTENCE.x)
    times = survivals(SENTENCE, run)
    assert times.sum() == len(FEATURES)
    assert times[6] == 2  # "wonderful": letters and contrast


def test_dynamic_k_max_of_the_facts():
    sentence = Sentence.of("a " * 18)
    assert [layer.k for layer in layers(sentence, 0, 3, 3)] == [18, 12, 6, 3]


def test_each_layer_keeps_words_of_the_layer_before():
    for feature in range(len(FEATURES)):
        found = layers(SENTENCE, feature, 4, 2)
        for above, below in zip(found[1:], found, strict=False):
            assert set(above.places) <= set(below.places)
            assert list(above.places) == sorted(above.places)


def test_only_max_over_time_forgets_the_order():
    assert [each.same for each in reversals(SENTENCE, 3, 3)] == [True, False, False]
    palindrome = Sentence.of("abc ab abc")
    assert all(each.same for each in reversals(palindrome, 3, 3))


@pytest.mark.parametrize("text", [*TEXTS, " ".join(SENTENCE.words)])
@pytest.mark.parametrize("k", [1, 3, 9])
def test_one_right_answer(text, k):
    sentence = Sentence.of(text)
    top = min(3, len(sentence.words))
    for question in (
        order_question(sentence, k),
        count_question(sentence, 3, top),
        reversal_question(sentence, k, 3),
    ):
        assert [c.right for c in question.choices].count(True) == 1
        assert len({c.label for c in question.choices}) == len(question.choices) >= 2
        assert all(c.why for c in question.choices)


@pytest.mark.parametrize("text", [*TEXTS, " ".join(SENTENCE.words)])
@pytest.mark.parametrize("pool", [pv.MaxOverTime(), pv.ChunkMax(2), pv.ChunkMax(cuts=(1,))])
def test_one_right_answer_about_chunks(text, pool):
    sentence = Sentence.of(text)
    if len(sentence.words) == 1 and isinstance(pool, pv.ChunkMax):
        pool = pv.ChunkMax(1)
    question = chunk_question(sentence, pool)
    assert [c.right for c in question.choices].count(True) == 1
    assert len({c.label for c in question.choices}) == len(question.choices) >= 2
    assert all(c.why for c in question.choices)


def test_each_chunk_gives_its_own_maximum():
    question = chunk_question(SENTENCE, pv.ChunkMax(3))
    assert question.text.startswith("Chunk max of “letters” (2, 8, 7, 0 | 3, 4, 9, 4 | 5, 7, 2, 5)")
    assert question.answer.label == "8, 9, 7"
    whys = {c.label: c.why for c in question.choices}
    assert "sorted" in whys["9, 8, 7"]


@pytest.mark.parametrize("chunks", [5, 7])
def test_what_no_word_has_no_word_has(chunks):
    sentence = Sentence.of("We expected nothing and it was good")
    question = chunk_question(sentence, pv.ChunkMax(chunks))
    for choice in (c for c in question.choices if "No word" in c.why):
        assert not {*choice.label.split(", ")} & {f"{value:g}" for value in sentence.x[0]}


def test_one_chunk_is_not_called_a_part():
    question = chunk_question(SENTENCE, pv.MaxOverTime())
    assert not [c.why for c in question.choices if "part" in c.why or "bars" in c.why]


def test_the_trap_is_to_sort():
    question = order_question(SENTENCE, 3)
    assert question.answer.label == "8, 7, 9"
    whys = {c.label: c.why for c in question.choices}
    assert "sorted from the largest down" in whys["9, 8, 7"]


def test_parts_are_asked_about_by_a_feature_that_neither_rises_nor_falls():
    """All three words have three letters, which is in order; their rarity is 7, 11.33 and 3.67."""
    question = chunk_question(Sentence.of("two wow the"), pv.ChunkMax(3))
    assert "“rare” (7 | 11.33 | 3.67)" in question.text
