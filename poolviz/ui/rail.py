"""A page's controls: five that matter, a drawer with the rest, the input's own, and the mode."""

from collections.abc import Sequence

import streamlit as st

from poolviz.stage.control import Control, Matrix, Pair, Values
from poolviz.stage.page import Page
from poolviz.stage.words import plain
from poolviz.text import _
from poolviz.ui.inputs import Asked, draw_input, draw_menu
from poolviz.ui.lesson import lesson
from poolviz.ui.number_widgets import axes_differ
from poolviz.ui.parts import Desk
from poolviz.ui.present import controls_place
from poolviz.ui.save import save_menu
from poolviz.ui.share import State
from poolviz.ui.standing import MODE
from poolviz.ui.widgets import draw, has_widget, offer_all

MOST = 5
"""Controls that are in sight at once, the input's menu among them."""


def input_key(page: Page) -> str:
    """What the keys of an input's widgets begin with: pages that share it share them."""
    return "input" if page.keeps == "pooling" else f"{page.keeps}_input"


def drawer_key(page: Page) -> str:
    """The key of the box with what most visitors leave as it is."""
    return f"{page.address}.more"


def in_sight(page: Page, values: Values) -> tuple[list[Control], list[Control]]:
    """The controls that are seen at once, and those of the drawer."""
    there = [c for c in page.present(values) if not (c.elsewhere or c.placed or c.key == MODE)]
    drawn = [c for c in there if has_widget(c)]
    menus = sum(isinstance(c.kind, Matrix) for c in there)
    seen = [c for c in drawn if not c.is_folded(values)][: MOST - menus]
    return seen, [c for c in drawn if c not in seen]


def draw_rail(desk: Desk, asked: Asked | None, sentences: Sequence[str]) -> None:
    """All controls of a page that stand together, what had to be said about them, and "Save"."""
    page, state, values = desk.page, desk.state, desk.values
    seen, drawer = in_sight(page, values)
    name = "filters" if page.filters else "rail" if seen or asked else "below"
    with st.container(horizontal=True, vertical_alignment="bottom", key=name):
        with controls_place():
            if asked is not None:
                draw_menu(state, input_key(page))
            draw(seen, state, values)
            for sentence in sentences:
                st.info(plain(sentence))
            for note in state["notes"] if asked is not None else ():
                st.caption(note)
            _drawer(page, drawer, state, values)
            if asked is not None:
                draw_input(state, asked, input_key(page))
            if lesson().shows(MODE):
                draw([c for c in page.present(values) if c.key == MODE], state, values)
        save_menu(desk)


def _drawer(page: Page, drawer: list[Control], state: State, values: Values) -> None:
    """What most visitors leave as it is; drawn when it is opened."""
    there = [c for c in page.present(values) if not c.elsewhere]
    pairs = [c for c in there if isinstance(c.kind, Pair) and not c.kind.both]
    if not (drawer or pairs):
        return
    more = st.expander(_("More"), key=drawer_key(page), on_change="rerun")
    if not more.open:
        return
    with more:
        for control in there:
            offer_all(control, state)
        draw(drawer, state, values)
        if pairs:
            axes_differ(state, pairs)
