"""The handout: one page, the page's own questions, answers only on the sheet that has them."""

import re
from dataclasses import replace
from functools import cache

import pytest
from matplotlib.mathtext import MathTextParser

import poolviz as pv
from poolviz.figures.export import saved
from poolviz.figures.formulas import mathtext
from poolviz.figures.handout import PAPER, handout, page, scene_sheet
from poolviz.pooling import ClassActivationMap
from poolviz.samples import sample
from poolviz.stage.question import Choice, Question
from poolviz.text import use_language
from poolviz.wings.pooling.core.predict import questions
from poolviz.wings.pooling.core.window_scene import window_scene
from poolviz.wings.pooling.unpooling.journey import METHODS
from tests.in_turn import in_turn


def sheet(hidden=None, variant=None, asked=None):
    run = pv.pool(sample("worked-example"), variant or pv.Max(), pv.Sliding(2))
    scene = window_scene(run, "Max pooling", hidden_from=hidden)
    told = window_scene(run, "Max pooling").narration[3]
    given = questions(run) if asked is None else asked
    return scene_sheet(scene, 3, (run.variant.formula,), (told,), given, "https://example.org/?k=2")


def told(figure):
    lines = [text.get_text() for text in figure.texts]
    return "\n".join(lines), [t.get_text() for axes in figure.axes for t in axes.texts]


def test_the_questions_are_those_of_the_page_without_their_answers():
    text, cells = told(page(sheet(hidden=0), answers=False))
    for question in questions(pv.pool(sample("worked-example"), pv.Max(), pv.Sliding(2))):
        assert question.text in text
        assert question.answer.why not in text
        for choice in question.choices:
            assert f"☐ {'ABCD'[question.choices.index(choice)]}  {choice.label}" in text
    assert cells.count("?") == 4
    assert "max(5, 3, 1, 8) = 8" in text
    assert "Name:" in text
    assert "https://example.org/?k=2" in text


def test_the_sheet_with_answers_says_what_is_right_and_why():
    text, _cells = told(page(sheet(), answers=True))
    assert "✔ C  7: max(1, 3, 4, 7) = 7" in text
    assert "✗ D  15: That is the sum: it is not divided by the number of cells." in text
    assert "Name:" not in text


def test_a_question_without_choices_has_a_line_to_write_on():
    asked = (Question("How many?", (Choice("7", True, "3 + 4 = 7"),)),)
    text, _cells = told(page(sheet(asked=asked), answers=False))
    assert "Answer: ____" in text
    assert "3 + 4" not in text
    text, _cells = told(page(sheet(asked=asked), answers=True))
    assert "✔ 7: 3 + 4 = 7" in text


def test_a_sheet_may_have_no_picture():
    assert not page(replace(sheet(), picture=None), answers=True).axes


@cache
def made(answers):
    """The sheet as a file."""
    return handout(sheet(), answers)


@pytest.mark.parametrize("answers", [False, True])
def test_it_is_one_page_with_its_fonts_in_it(answers):
    data = made(answers)
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", data)) == 1
    assert b"/FontFile2" in data
    assert b"/Type3" not in data


def test_the_same_state_gives_the_same_file():
    assert handout(sheet(), True) == made(True)


@pytest.mark.parametrize("answers", [False, True])
def test_long_questions_still_fit_one_page(answers):
    why = "Because of this and that, and for many further reasons, each of which is told at length."
    choices = tuple(Choice(f"{i} " + "long " * 30, i == 0, why * 2) for i in range(6))
    asked = tuple(Question(f"{i} " + "Why? " * 40, choices) for i in range(4))
    figure = page(sheet(asked=asked), answers)
    lowest = min(
        text.get_position()[1] for text in figure.texts if "example.org" not in text.get_text()
    )
    assert lowest * PAPER[1] > 0.45


def test_the_handout_is_in_the_language_that_is_spoken():
    use_language("zh")
    try:
        text, _cells = told(page(sheet(hidden=0), answers=False))
        data = handout(sheet(hidden=0), False)
    finally:
        use_language("en")
    assert re.search("[一-鿿]", text)
    assert b"poolvizSansSC" in data


FORMULAS = [
    getattr(each, part)
    for each in (*pv.VARIANTS, *pv.OPERATORS, *METHODS.values(), ClassActivationMap)
    for part in ("formula", "gradient")
    if isinstance(getattr(each, part, None), str)
]


@in_turn("formula", FORMULAS)
def test_every_formula_can_be_set(formula):
    width, height, *_rest = MathTextParser("path").parse(mathtext(formula))
    assert width > 0 < height


def test_what_a_person_wrote_is_no_formula_and_no_markup():
    nasty = Question(r"$\frac{1}{0}$ \n", (Choice("$", True, "$$"), Choice("%", False, "#")))
    assert r"$\frac{1}{0}$" in told(page(sheet(asked=(nasty,)), True))[0]
    assert saved(lambda: page(sheet(asked=(nasty,)), True), "png", "t").startswith(b"\x89PNG")
