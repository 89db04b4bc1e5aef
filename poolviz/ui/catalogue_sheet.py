"""The handout of an open card: its example with the output withheld, and the same with it."""

from poolviz.figures.files import blank, finished, unmarked
from poolviz.figures.handout import Sheet, scene_sheet
from poolviz.numbers import number
from poolviz.pooling import Operated
from poolviz.stage.question import Choice, Question
from poolviz.stage.scene import Scene
from poolviz.text import _
from poolviz.ui.handouts import handouts
from poolviz.ui.lesson import lesson
from poolviz.wings.pooling.catalogue.cards import Entry
from poolviz.wings.pooling.core.filenames import slug
from poolviz.wings.pooling.core.operators import operator_scene
from poolviz.wings.pooling.core.predict import window_question
from poolviz.wings.pooling.core.window_scene import window_scene


def card_handout(entry: Entry, address: str) -> None:
    """Two buttons, folded: the card as a sheet; where a link hides the answers, without them."""
    name = f"catalogue-{slug(entry.name)}"
    hidden = lesson().answers_hidden
    handouts(lambda answers: card_sheet(entry, address, answers), name, "catalogue", hidden)


def card_sheet(entry: Entry, address: str, answers: bool) -> Sheet:
    """Picture, formulas and a question; with ``answers`` the output, and its numbers."""
    scene = _scene(entry, answers)
    formulas = (entry.cls.formula, entry.cls.gradient)
    return scene_sheet(scene, 0, formulas, (), (_question(entry),), address)


def _scene(entry: Entry, answers: bool) -> Scene:
    title = _(entry.cls.title)
    if not isinstance(entry.run, Operated):
        scene = window_scene(entry.run, title, hidden_from=None if answers else 0)
        return finished(scene) if answers else blank(scene)
    scene = operator_scene(entry.run, title)
    return finished(scene) if answers else unmarked(blank(scene))


def _question(entry: Entry) -> Question:
    """What is written first? A variant offers numbers, an operator a line."""
    if not isinstance(entry.run, Operated):
        return window_question(entry.run, (0, 0))
    text = _("{title}: what is the first number of the output?").format(title=_(entry.cls.title))
    first = number(entry.run.output.flat[0])
    return Question(text, (Choice(first, True, entry.sentence),))
