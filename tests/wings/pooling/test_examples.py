"""A question about another state brings what shows its answer; and first views are short."""

import re

import pytest

from poolviz.stage import address
from poolviz.stage.control import Block, Grid, Matrix, Silent
from poolviz.stage.mode import MODES
from poolviz.wings.pages import BY_ADDRESS


def asked(page, **given):
    """The page's values, its questions, and a way to the run that a question's example shows."""
    values = address.settle(page, address.read(page, given)[0])[0]

    def shown(question):
        there, told = address.settle(page, values.but(**question.example), values)
        assert not told
        return page.result(there)

    return page.questions(page.result(values)), shown


def test_dynamic_k_max_is_shown_with_as_many_words_as_were_asked_for():
    questions, shown = asked(BY_ADDRESS["sequences"])
    run = shown(questions[1]).run
    assert type(run.operator).__name__ == "DynamicKMax"
    assert questions[1].answer.label == str(run.output.shape[-1])
    assert asked(BY_ADDRESS["sequences"], pool="DynamicKMax")[0][1].example is None


def test_k_max_is_asked_about_with_the_k_of_the_picture():
    questions, _shown = asked(BY_ADDRESS["sequences"], pool="DynamicKMax", k_top="2")
    run = BY_ADDRESS["sequences"].result(
        address.read(BY_ADDRESS["sequences"], {"pool": "DynamicKMax", "k_top": "2"})[0]
    )
    assert questions[0].text.startswith(f"{run.run.output.shape[-1]}-max over time of")


@pytest.mark.parametrize("text", ["one two, three", "这部电影不是很好"])
def test_the_sentence_is_shown_backwards(text):
    questions, shown = asked(BY_ADDRESS["sequences"], text=text)
    words = (
        BY_ADDRESS["sequences"]
        .result(address.read(BY_ADDRESS["sequences"], {"text": text})[0])
        .sentence.words
    )
    assert shown(questions[2]).sentence.words == words[::-1]


def test_the_larger_maps_are_shown():
    questions, shown = asked(BY_ADDRESS["global"])
    maps = shown(questions[1]).maps
    assert f"the maps are now {maps.rows} × {maps.cols} instead of 7 × 7" in questions[1].text
    assert asked(BY_ADDRESS["global"], rows_of_maps="254")[0][1].example is None


QUIET = (Block, Grid, Matrix, Silent)


@pytest.mark.parametrize(
    "name", ["windows", "gradients", "unpooling", "adaptive", "global", "sequences"]
)
def test_a_visitor_reads_at_most_sixty_words_before_the_first_action(name):
    page = BY_ADDRESS[name]
    values = address.settle(page, address.read(page, {})[0])[0]
    question = page.questions(page.result(values))[0]
    controls = [
        control.label
        for control in page.present(values)
        if not (control.is_folded(values) or control.placed or isinstance(control.kind, QUIET))
    ]
    read = [page.title, page.intro, question.text, *controls, *MODES.values()]
    read += [choice.label for choice in question.choices]
    words = re.findall(r"\w[\w'’.]*", " ".join(read))
    assert len(words) <= 60, words
