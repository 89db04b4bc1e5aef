"""A handout: one page A4 with a picture, the formula with numbers in, and questions.

Once for those who answer, with the answers withheld, once for the one who corrects, with what is
right and why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from poolviz.figures.export import saved
from poolviz.figures.formulas import mathtext
from poolviz.figures.layout import layout_of
from poolviz.figures.lettering import letters, wrapped, writable
from poolviz.figures.picture import draw
from poolviz.stage.question import Choice, Question
from poolviz.stage.scene import Scene
from poolviz.text import _, titled

PAPER = (8.27, 11.69)
"""A4, inches."""
MARGIN = 0.75
INK, SOFT, RIGHT = "#16202c", "#5b6775", "#00714f"
POINT = 1 / 72
SCALES = (1.0, 0.92, 0.85, 0.78, 0.72, 0.66, 0.6)
TALLEST = (6.5, 5.2, 3.9)
"""Inches of the picture at most: the first with which all fits, else the last, made smaller."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """What stands on the page.

    ``picture``: draws on axes that are so many inches wide, if there is one. ``shape``: its width
    and height in any unit. ``formulas`` in LaTeX; ``worked``: sentences with the numbers in;
    ``link`` to the state. A question with a single choice is answered on a line.
    """

    title: str
    picture: Callable[[Any, float], None] | None
    shape: tuple[float, float]
    formulas: tuple[str, ...]
    worked: tuple[str, ...]
    questions: tuple[Question, ...]
    link: str = ""


def scene_sheet(
    scene: Scene,
    step: int,
    formulas: tuple[str, ...],
    worked: tuple[str, ...],
    questions: tuple[Question, ...],
    link: str = "",
    title: str = "",
) -> Sheet:
    """The sheet of a scene at a step, its narration left to ``worked``; by default its title."""

    layout = layout_of(scene, told=False, bench=False)

    def picture(axes: Any, inches: float) -> None:
        draw(axes, scene, step, inches, layout, told=False)

    shape = layout.size(1.0)
    return Sheet(title or scene.title, picture, shape, formulas, worked, questions, link)


def handout(sheet: Sheet, answers: bool) -> bytes:
    """The page as a PDF; ``answers`` says what is right, and why the rest is not."""
    title = _("Handout: {title}").format(title=sheet.title)
    return saved(lambda: page(sheet, answers), "pdf", title)


def page(sheet: Sheet, answers: bool) -> Figure:
    """The page as a figure: as large as everything fits; reasons of wrong answers may give way."""
    sizes = [(1.0, tall) for tall in TALLEST[:-1]] + [(s, s * TALLEST[-1]) for s in SCALES]
    for reasons in (True, False) if answers else (False,):
        for scale, tall in sizes:
            made = _Page(sheet, answers, reasons, scale, tall)
            if made.y <= PAPER[1] - 0.6:
                return made.figure
    return made.figure


class _Page:
    """A page that is filled from above; ``y`` is how far, in inches."""

    def __init__(
        self, sheet: Sheet, answers: bool, reasons: bool, scale: float, tallest: float
    ) -> None:
        self.figure = Figure(figsize=PAPER, facecolor="white")
        self.canvas: Any = FigureCanvasAgg(self.figure)
        self.scale, self.y = scale, MARGIN
        self._head(sheet, answers)
        self._picture(sheet, tallest)
        for formula in sheet.formulas:
            self._formula(formula)
        for sentence in sheet.worked:
            self.write(sentence, 10)
        self.y += 0.1
        for i, question in enumerate(sheet.questions, start=1):
            self._question(i, question, answers, reasons)
        self._foot(sheet)

    def write(self, text: str, points: float, indent: float = 0.0, **look: Any) -> None:
        """Lines of text, broken to the width of the page."""
        points *= self.scale
        room = PAPER[0] - 2 * MARGIN - indent
        for line in wrapped(text, int(room / (0.565 * points * POINT))):
            self.put(MARGIN + indent, self.y, line, points, **look)
            self.y += 1.35 * points * POINT

    def put(self, x: float, y: float, text: str, points: float, **look: Any) -> None:
        """One line, its top at (x, y) inches from the upper left corner."""
        self.figure.text(
            x / PAPER[0], 1 - y / PAPER[1], writable(text), va="top",
            **letters(**{"color": INK, "fontsize": points, **look}),
        )  # fmt: skip

    def _head(self, sheet: Sheet, answers: bool) -> None:
        if answers:
            self.put(PAPER[0] - MARGIN, 0.45, _("Answers"), 11, ha="right", color=RIGHT)
        else:
            line = _("Name: {line}").format(line="_" * 28)
            self.put(PAPER[0] - MARGIN, 0.45, line, 10, ha="right")
        self.put(MARGIN, 0.45, "poolviz", 10, color=SOFT)
        self.write(sheet.title, 16, fontweight="bold")
        self.y += 0.05

    def _picture(self, sheet: Sheet, most: float) -> None:
        if sheet.picture is None:
            return
        wide = PAPER[0] - 2 * MARGIN
        tall = wide * sheet.shape[1] / sheet.shape[0]
        if tall > most:
            wide, tall = wide * most / tall, most
        left, bottom = (PAPER[0] - wide) / 2, PAPER[1] - self.y - tall
        box = (left / PAPER[0], bottom / PAPER[1], wide / PAPER[0], tall / PAPER[1])
        sheet.picture(self.figure.add_axes(box), wide)
        self.y += tall + 0.1

    def _formula(self, formula: str) -> None:
        points = 13 * self.scale
        text = self.figure.text(
            0.5, 1 - self.y / PAPER[1], mathtext(formula), ha="center", va="top",
            fontsize=points, color=INK, math_fontfamily="dejavuserif",
        )  # fmt: skip
        extent = text.get_window_extent(self.canvas.get_renderer())
        room = (PAPER[0] - 2 * MARGIN) * self.figure.dpi
        if extent.width > room:
            text.set_fontsize(points * room / extent.width)
        self.y += extent.height * min(1.0, room / extent.width) / self.figure.dpi + 0.12

    def _question(self, i: int, question: Question, answers: bool, reasons: bool) -> None:
        self.y += 0.06
        self.write(f"{i}. {question.text}", 10.5, fontweight="bold")
        if len(question.choices) == 1:
            self._written(question.choices[0], answers)
            return
        for letter, choice in zip("ABCDEFGH", question.choices, strict=False):
            if not answers:
                self.write(f"☐ {letter}  {choice.label}", 10, 0.2)
            elif choice.right:
                self.write(f"✔ {letter}  {titled(choice.label, choice.why)}", 10, 0.2, color=RIGHT)
            elif reasons:
                self.write(f"✗ {letter}  {titled(choice.label, choice.why)}", 9, 0.2, color=SOFT)
            else:
                self.write(f"✗ {letter}  {choice.label}", 9, 0.2, color=SOFT)

    def _written(self, right: Choice, answers: bool) -> None:
        """A question without choices: a line to write on, or what is right."""
        if answers:
            self.write(f"✔ {titled(right.label, right.why)}", 10, 0.2, color=RIGHT)
            return
        self.y += 0.1
        self.write(_("Answer: {line}").format(line="_" * 28), 10, 0.2)

    def _foot(self, sheet: Sheet) -> None:
        if not sheet.link:
            return
        lines = wrapped(sheet.link, 120, 2)
        for i, line in enumerate(lines):
            self.put(MARGIN, PAPER[1] - 0.5 + 0.13 * i, line, 7, color=SOFT, url=sheet.link)
