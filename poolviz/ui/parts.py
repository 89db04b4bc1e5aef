"""One function a kind of part: how Streamlit shows it."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from itertools import groupby
from typing import Any

import numpy as np
import streamlit as st

from poolviz.figures.images import png_within
from poolviz.stage.arrays import npy_bytes
from poolviz.stage.control import Matrix, Values
from poolviz.stage.page import Page
from poolviz.stage.part import (
    Act,
    Acts,
    Chart,
    Code,
    Deck,
    File,
    Fold,
    Formula,
    Leads,
    Metrics,
    Moment,
    Now,
    Numbers,
    Part,
    Picture,
    Pictures,
    Place,
    Planes,
    Play,
    Posed,
    Program,
    Row,
    Says,
    Sets,
    Stack,
    Still,
    Stop,
    Table,
    Way,
)
from poolviz.stage.words import plain
from poolviz.text import _
from poolviz.ui import edits, exchange
from poolviz.ui.deck import deck as shown_deck
from poolviz.ui.download import download_button
from poolviz.ui.frame import left, page_of
from poolviz.ui.keypoints import keypoints
from poolviz.ui.lesson import lesson
from poolviz.ui.planes import planes_html
from poolviz.ui.share import State
from poolviz.ui.stepper import name_of, stepper
from poolviz.ui.tables import small_table
from poolviz.ui.widgets import draw


def step_key(page: Page) -> str:
    """The key in the state of the step of a page's picture: its own where it is no control."""
    return "step" if page.steps else f"{page.address}_step"


@dataclass(frozen=True)
class Desk:
    """The page that is shown, its state and values, and where a person stands."""

    page: Page
    state: State
    values: Values
    moment: Moment

    @property
    def step(self) -> str:
        """The key of the picture's step in the state: its own where it is no control."""
        return step_key(self.page)

    def key(self, part: Part, what: str) -> str:
        """The key of an element of a part."""
        return f"{self.page.address}.{part.name or 'part'}.{what}"


def show_parts(desk: Desk, parts: Iterable[Part]) -> None:
    """The parts that may be shown now; texts and formulas in a row are one element."""
    for small, group in groupby(_here(desk, parts), _runs_on):
        if small is None:
            for part in group:
                PARTS[type(part)](desk, part)
        else:
            text = "\n\n".join(filter(None, map(_running, group)))
            if text:
                (st.caption if small else st.markdown)(text)


def _runs_on(part: Part) -> bool | None:
    """Whether a part flows into one element with its neighbours: in small print; None: no."""
    if isinstance(part, Formula):
        return False
    small = isinstance(part, Says) and part.look == "caption"
    return small if small or (isinstance(part, Says) and part.look in RUNNING) else None


def _running(part: Part) -> str:
    """Its Markdown."""
    if isinstance(part, Formula):
        return f"$$\n{part.latex}\n$$" if part.screen else ""
    assert isinstance(part, Says)
    return RUNNING[part.look].format(part.text)


def on_screen(part: Part) -> bool:
    """Whether it is seen on the page: the rest is taken away by the menu "Save"."""
    return not isinstance(part, Numbers | File)


def _here(desk: Desk, parts: Iterable[Part]) -> Iterator[Part]:
    """What may be shown now, with what belongs to where a person stands, the step included."""
    for part in parts:
        if not desk.moment.shows(part):
            continue
        if isinstance(part, Now):
            here = replace(desk.moment, step=desk.state.get(desk.step, desk.moment.step))
            yield from filter(here.shows, part.make(here))
        else:
            yield part


RUNNING = {"text": "{}", "heading": "### {}", "caption": "{}"}
"""Looks of a text that flow into one element, and how Markdown has them."""


def play(desk: Desk, part: Play) -> None:
    """The stepper; where the page has a step, it stands there and tells it."""
    if not part.on:
        return
    scene = part.scene(desk.moment.hidden)
    if part.key:
        newest = len(scene) - 1 if part.follows else 0
        stepper(
            scene, key=f"{desk.page.address}.{part.key}", step=newest, height=part.height or None
        )
        return
    key, state = desk.page.address, desk.state
    # What was played on another page of the same step meanwhile is news to this stepper.
    if state.get("played", key) != key and exchange.last(key).get("step") != state.get(desk.step):
        exchange.pass_again(key)
    state["played"] = key
    typed = edits.offer(key, name_of(scene), scene, state) if takes_numbers(desk.page) else ()
    at = stepper(
        scene, key=key, step=state.get(desk.step, 0), height=part.height or None,
        edits=typed, on_edit=partial(edits.hear, key),
    )  # fmt: skip
    state[desk.step] = at.step


def takes_numbers(page: Page) -> bool:
    """Whether the page's input is set here, and not on another page."""
    inputs = [c for c in page.controls if isinstance(c.kind, Matrix)]
    return bool(inputs) and not inputs[0].elsewhere


def still(desk: Desk, part: Still) -> None:
    """The panels as matrices under their titles, side by side where there is room."""
    with st.container(horizontal=True, gap="large"):
        for panel in part.scene().panels:
            st.markdown(f"{plain(panel.title)}\n\n$${_latex(panel.values)}$$", width="content")


def _latex(values: np.ndarray) -> str:
    rows = [" & ".join(f"{v:.4g}" for v in row) for row in values.tolist()]
    return r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"


def posed(desk: Desk, part: Posed) -> None:
    """Two poses, whose joints can be moved where a control takes them and no link fixes it."""
    bound = {c.key: c.bound_by for c in desk.page.controls}
    keypoints(
        part.poses,
        key=poses_key(desk.page),
        id=f"{desk.state.get('visit', 0)} {part.id}",
        joint=part.joint,
        hidden=desk.moment.hidden is not None,
        still=bool(part.moves) and lesson().holds(bound[part.moves]),
        arrows=part.arrows,
        by_truth=part.by_truth,
        ground=part.ground,
    )


def poses_key(page: Page) -> str:
    """The key of the component that shows a page's poses."""
    return f"{page.address}.poses"


LOOKS: dict[str, Callable[..., Any]] = {
    "info": st.info,
    "warning": st.warning,
    "success": st.success,
    "error": st.error,
}


def says(desk: Desk, part: Says) -> None:
    """A text."""
    LOOKS[part.look](part.text)


def numbers(desk: Desk, part: Numbers) -> None:
    """Taken away by the menu "Save"."""


def chart(desk: Desk, part: Chart) -> None:
    """A chart, and its numbers as tables when they are asked for."""
    from poolviz.figures.enlarge import enlarged  # Plotly, only where there is a chart
    from poolviz.figures.tabled import tabled

    figure = part.figure()
    st.plotly_chart(
        enlarged(figure) if lesson().present else figure,
        key=desk.key(part, "chart"),
        config={"displayModeBar": False},
        alt=part.alt,
    )
    folded = st.popover(
        _("The numbers as tables"), type="tertiary", icon=":material/table:",
        key=desk.key(part, "numbers"), on_change="rerun",
    )  # fmt: skip
    if folded.open:
        with folded:
            for table in tabled(figure):
                st.table(table, hide_index=True, alt=part.alt)


def picture(desk: Desk, part: Picture) -> None:
    """Pixels as they are."""
    st.image(
        png_within(part.pixels(), part.width),
        part.caption,
        width=part.width or "stretch",
        output_format="PNG",
        alt=part.alt,
    )


def pictures(desk: Desk, part: Pictures) -> None:
    """All of them as one element."""
    if not part.screen:
        return
    st.image(
        [png_within(shot.pixels(), part.width) for shot in part.shots],
        [shot.caption for shot in part.shots],
        width=part.width,
        output_format="PNG",
        alt=[shot.alt for shot in part.shots],
    )


def planes(desk: Desk, part: Planes) -> None:
    """All of them as one element: two side by side on a phone, four on a laptop."""
    st.html(planes_html(part))


def table(desk: Desk, part: Table) -> None:
    """Rows of text."""
    small_table(part.columns)


def program(desk: Desk, part: Program) -> None:
    """Folded: programs with a copy button each, and the files that they load."""
    folded = st.expander(
        part.title, icon=":material/code:", key=desk.key(part, "open"), on_change="rerun"
    )
    if not folded.open:
        return
    loaded: dict[str, np.ndarray] = {}
    with folded:
        if part.note:
            st.caption(part.note)
        places = st.tabs(list(part.make)) if len(part.make) > 1 else [st.container()]
        for place, make in zip(places, part.make.values(), strict=True):
            texts, files = make()
            loaded |= files
            for tab, text in zip(place.tabs(list(texts)), texts.values(), strict=True):
                tab.code(text, language="python")
        for name, values in loaded.items():
            label = _("Download {file}, which the code loads").format(file=name)
            download_button(label, partial(npy_bytes, values), name, desk.key(part, name))


def metrics(desk: Desk, part: Metrics) -> None:
    """A row of numbers under their labels, as one element."""
    labels, texts = zip(*part.items, strict=True)
    head = " | ".join(map(plain, labels))
    st.markdown(f"| {head} |\n|{'---|' * len(labels)}\n| **{'** | **'.join(map(plain, texts))}** |")


def code(desk: Desk, part: Code) -> None:
    """A text with a copy button, and where it leads."""
    st.code(part.text, language=None, wrap_lines=True)
    if part.opens:
        st.link_button(part.opens, part.text or "/", icon=":material/open_in_new:")


def deck(desk: Desk, part: Deck) -> None:
    """All cards as one element; what a card sets may move anything on the page."""
    opened = shown_deck(part.cards, desk.key(part, "deck"))
    if opened is not None:
        desk.state.update(opened.sets)
        st.rerun()


def way(desk: Desk, part: Way) -> None:
    """A list of links, each with its picture; one element."""
    st.html(f"<ol class='way'>{''.join(map(_stop, part.stops))}</ol>")


def _stop(stop: Stop) -> str:
    title, text = escape(stop.title), escape(stop.text)
    data = b64encode(stop.picture().encode()).decode()
    image = f"<img alt='' src='data:image/svg+xml;base64,{data}'>"
    return f"<li><a href='{stop.address}'>{image}<b>{title}</b></a><span>{text}</span></li>"


def file(desk: Desk, part: File) -> None:
    """Taken away by the menu "Save"."""


def row(desk: Desk, part: Row) -> None:
    """Side by side."""
    shown = [p for p in part.parts if desk.moment.shows(p)]
    if not shown:
        return
    widths = list(part.widths) if len(part.widths) == len(shown) else len(shown)
    for column, each in zip(st.columns(widths), shown, strict=True):
        with column:
            show_parts(desk, (each,))


def stack(desk: Desk, part: Stack) -> None:
    """One below the other."""
    show_parts(desk, part.parts)


def fold(desk: Desk, part: Fold) -> None:
    """Made when it is opened."""
    if any(map(lesson().holds, part.moves)):
        return
    folded = st.expander(
        part.title,
        expanded=part.opened,
        icon=f":material/{part.icon}:" if part.icon else None,
        key=desk.key(part, "open"),
        on_change="rerun",
    )
    if folded.open:
        with folded:
            show_parts(desk, part.make())


def sets(desk: Desk, part: Sets) -> None:
    """Buttons that set controls."""
    if any(map(lesson().holds, part.moves)):
        return
    held = {c.key for c in desk.page.controls if c.bound_by and lesson().holds(c.bound_by)}
    with st.container(horizontal=True):
        for i, (label, changes) in enumerate(part.choices):
            if held & set(changes):
                continue
            st.button(
                label, key=desk.key(part, f"sets.{i}"), on_click=desk.state.update,
                args=(changes,), type="primary" if part.onwards and i == 0 else "secondary",
            )  # fmt: skip


def acts(desk: Desk, part: Acts) -> None:
    """The acts in one row, which forgets at once what was clicked."""
    there = {c.key: c for c in desk.page.present(desk.values)}
    named = {act.name: act for act in part.acts}
    key = desk.key(part, "acts")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        draw([there[name] for name in part.beside if name in there], desk.state, desk.values)
        st.pills(
            part.title, list(named), key=key, format_func=lambda name: named[name].label,
            help=part.note or None, on_change=_act, args=(desk, named, key),
        )  # fmt: skip


def _act(desk: Desk, named: dict[str, Act], key: str) -> None:
    act = named.get(st.session_state.get(key) or "")
    st.session_state[key] = None
    if act is not None:
        bound = {c.key: c.bound_by for c in desk.page.controls}
        changes = act.sets(desk.page.values(desk.state))
        desk.state.update({k: v for k, v in changes.items() if not lesson().holds(bound[k])})


def place(desk: Desk, part: Place) -> None:
    """Controls beside a part."""
    there = {c.key: c for c in desk.page.present(desk.values)}
    place = st.container(horizontal=True) if part.across else nullcontext()
    with place:
        draw([there[key] for key in part.keys if key in there], desk.state, desk.values)


def leads(desk: Desk, part: Leads) -> None:
    """A link to another page in a state."""
    page = page_of(part.address)
    if page is None:
        return
    given = {**(left(part.address) if part.as_left else {}), **part.parameters}
    label = part.label.format(page=page.title)
    st.page_link(page, label=label, icon=page.icon, query_params=given or None)


PARTS: dict[type[Part], Callable[[Desk, Any], None]] = {
    Play: play,
    Posed: posed,
    Still: still,
    Says: says,
    Numbers: numbers,
    Chart: chart,
    Picture: picture,
    Pictures: pictures,
    Planes: planes,
    Table: table,
    Program: program,
    Metrics: metrics,
    Code: code,
    Deck: deck,
    File: file,
    Way: way,
    Row: row,
    Stack: stack,
    Fold: fold,
    Sets: sets,
    Acts: acts,
    Place: place,
    Leads: leads,
}
"""Kind -> what shows it."""
