"""The handout of a page: one PDF to hand out, and one with the answers to correct by."""

from collections.abc import Callable, Sequence

import streamlit as st

from poolviz.figures.files import blank, finished, unmarked
from poolviz.figures.handout import Sheet, handout, scene_sheet
from poolviz.stage.offer import Made
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import _
from poolviz.ui.download import download_button
from poolviz.ui.frame import HOME
from poolviz.ui.lesson import lesson
from poolviz.ui.offers import offer
from poolviz.ui.share import Settings, State, link
from poolviz.ui.takeaway import page_address


def scene_handout(
    state: State,
    settings: Settings,
    scene_of: Callable[[bool], Scene],
    formulas: Sequence[str],
    questions: Callable[[], Sequence[Question]],
    name: str,
    key: str,
    hidden: bool = False,
    telling: bool = False,
) -> None:
    """The handout of a page that plays a scene; ``scene_of(True)`` has its answers withheld.

    ``questions`` is asked when the sheet is made. The worked example is the current step, unless
    it is asked about: then the last. ``hidden``: the page withholds its answers, so only the sheet
    without them is to be had. ``telling``: a step worked out, or marked in the picture, would
    answer the questions; the sheet for students then has none.
    """
    step, address = state["step"], address_of(state, settings)
    secret = lesson().answers_hidden

    def sheet(answers: bool) -> Sheet:
        full = scene_of(False)
        shown = finished(full) if answers else blank(scene_of(True))
        last = len(shown) - 1  # what is withheld may be steps at the end
        worked = step if 1 < step <= last else last
        told = _("Worked example, marked in the picture: {sentence}").format(
            sentence=full.narration[worked]
        )
        example: tuple[str, ...] = (told,)
        if secret or (telling and not answers):
            shown, example = unmarked(shown), ()
        return scene_sheet(shown, worked, tuple(formulas), example, tuple(questions()), address)

    handouts(sheet, name, key, hidden or secret)


def handouts(sheet: Callable[[bool], Sheet], name: str, key: str, hidden: bool = False) -> None:
    """Two buttons, folded; ``sheet(True)`` may show the answers. Made when a person clicks."""
    sides = [("questions", _("Questions, to hand out"), False)]
    if not hidden:
        sides.append(("answers", _("The same with answers and reasons"), True))
    makers = {side: _maker(sheet, answers) for side, _label, answers in sides}
    for side, make in makers.items():
        offer(Made(f"{name}-{side}", side, make))
    folded = st.popover(_("Handout (PDF)"), key=f"{key}.handout", on_change="rerun")
    if not folded.open:
        return
    with folded:
        for side, label, _answers in sides:
            download_button(
                label,
                makers[side],
                f"{name}-{side}.pdf",
                f"{key}.handout.{side}",
                width="stretch",
            )
        if hidden and not lesson().answers_hidden:
            st.caption(_("The sheet with answers comes when the questions are answered."))


def _maker(sheet: Callable[[bool], Sheet], answers: bool) -> Callable[[], bytes]:
    return lambda: handout(sheet(answers), answers)


def address_of(state: State, settings: Settings) -> str:
    """The link to print: where no browser has told the host, from the page's address on.

    Who opens it is asked, whatever this page was set to.
    """
    full = link({**state, "mode": "predict"}, settings)
    page = page_address()
    return full if full.startswith("http") else f"/{page if page != HOME else ''}{full}"
