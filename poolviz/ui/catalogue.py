"""The catalogue: filters that the link holds, cards in rows, and one card that is open."""

from base64 import b64encode
from collections.abc import Callable
from functools import lru_cache
from html import escape
from math import ceil
from typing import Any

import streamlit as st

from poolviz.figures.card import card_svg
from poolviz.pooling import Operated
from poolviz.stage.link import one_of, searched, whole
from poolviz.stage.question import Question
from poolviz.stage.words import plain
from poolviz.text import _, language
from poolviz.ui import share
from poolviz.ui.catalogue_sheet import card_handout
from poolviz.ui.handouts import address_of
from poolviz.ui.lesson import lesson
from poolviz.ui.pictures import pictures
from poolviz.ui.pooling import pooling_settings
from poolviz.ui.programs import show_programs
from poolviz.ui.quiz import ask, quiz
from poolviz.ui.share import Setting, State
from poolviz.ui.stepper import stepper
from poolviz.ui.takeaway import downloads
from poolviz.wings.pooling.catalogue.cards import (
    Entry,
    Withheld,
    entries,
    families,
    found,
    guesses,
    years,
)
from poolviz.wings.pooling.core.filenames import slug
from poolviz.wings.pooling.core.operators import laid_out, operator_scene
from poolviz.wings.pooling.core.window_scene import window_scene
from poolviz.wings.pooling.programs.operators import card_code
from poolviz.wings.pooling.sequences.controls import POOLS

PER_PAGE = 12
"""Cards on a page: four rows of three."""
ACROSS = 3


def catalogue_settings(state: State) -> tuple[Setting, ...]:
    """What a link of the catalogue holds."""
    first, last = years()[0], years()[-1]
    return (
        Setting("words", "search", "", searched),
        Setting("families", "families", (), _read_families, ",".join),
        Setting("since", "since", first, whole(first, last)),
        Setting("until", "until", last, whole(first, last)),
        Setting("page", "page", 1, whole(1, 99)),
        Setting("card", "card", "", one_of("", *(entry.name for entry in entries()))),
    )


def _read_families(text: str) -> tuple[str, ...]:
    known = one_of(*families())
    return tuple(dict.fromkeys(known(part) for part in text.split(",")))


def guess() -> None:
    """The question in front of the cards."""
    progress = quiz(share_state(), language(), "catalogue_quiz")
    with st.container(border=True):
        ask(progress, _guesses(language()), "catalogue")


@lru_cache(maxsize=8)
def _guesses(spoken: str) -> tuple[Question, ...]:
    return guesses()


def share_state() -> State:
    """The catalogue's own state."""
    state: State = st.session_state["catalogue_state"]
    return state


def filters(state: State) -> list[Entry]:
    """Search, families and years; gives the entries that pass them all."""
    search, span = st.columns([2, 1], gap="medium")
    if lesson().shows("search"):
        search.text_input(
            _("Search names, authors, frameworks"),
            key=_shown("words", state["words"]),
            icon=":material/search:",
            disabled=lesson().holds("search"),
            on_change=_took,
            args=(state, "words", searched),
        )
    low, high = sorted((state["since"], state["until"]))
    if lesson().shows("since"):
        span.slider(
            _("Published"),
            years()[0],
            years()[-1],
            key=_shown("years", (low, high)),
            disabled=lesson().holds("since"),
            on_change=_took_years,
            args=(state,),
        )
    if lesson().shows("families"):
        st.pills(
            _("Family"),
            families(),
            selection_mode="multi",
            key=_shown("families", list(state["families"])),
            format_func=_,
            disabled=lesson().holds("families"),
            on_change=_took,
            args=(state, "families", tuple),
        )
    return list(_found(language(), state["words"], tuple(state["families"]), low, high))


@lru_cache(maxsize=128)
def _found(
    spoken: str, words: str, chosen: tuple[str, ...], since: int, until: int
) -> tuple[Entry, ...]:
    return tuple(found(words, chosen, since, until))


def _shown(key: str, value: Any) -> str:
    widget = f"catalogue.{key}"
    st.session_state[widget] = value
    return widget


def _took(state: State, key: str, convert: Callable[[Any], Any]) -> None:
    state[key] = convert(st.session_state[f"catalogue.{key}"])
    state.update(page=1, card="")


def _took_years(state: State) -> None:
    chosen = st.session_state["catalogue.years"]
    if isinstance(chosen, tuple) and len(chosen) == 2:
        state.update(since=chosen[0], until=chosen[1], page=1, card="")


def cards(state: State, shown: list[Entry]) -> None:
    """The cards of one page, and the open card above its row."""
    st.caption(_("{shown} of {all} ways to pool").format(shown=len(shown), all=len(entries())))
    if not shown:
        st.info(_("Nothing matches. Take a word away, or choose more families or years."))
        return
    pages = ceil(len(shown) / PER_PAGE)
    opened = next((i for i, entry in enumerate(shown) if entry.name == state["card"]), None)
    state["page"] = min(state["page"], pages) if opened is None else opened // PER_PAGE + 1
    first = (state["page"] - 1) * PER_PAGE
    for start in range(first, min(first + PER_PAGE, len(shown)), ACROSS):
        row = shown[start : start + ACROSS]
        for entry in row:
            if entry.name == state["card"]:
                _open_card(state, entry)
        for place, entry in zip(st.columns(ACROSS), row, strict=False):
            with place:
                _card(state, entry)
    if pages > 1:
        widget = f"catalogue.page.{pages}.{state['page']}"
        st.pagination(
            pages,
            default=state["page"],
            key=widget,
            on_change=_turned,
            args=(state, widget),
        )


def _turned(state: State, widget: str) -> None:
    state.update(page=int(st.session_state[widget]), card="")


def _withheld(state: State, entry: Entry) -> Withheld:
    """All where a link hides answers; the outputs among which a question lets people choose."""
    if lesson().answers_hidden:
        return "all"
    return "output" if _(entry.cls.title) in _options(state) else "nothing"


def _options(state: State) -> set[str]:
    """What the open question lets people choose from; nothing when it has been answered."""
    progress, asked = quiz(state, language(), "catalogue_quiz"), _guesses(language())
    if progress["label"] is not None or progress["at"] >= len(asked):
        return set()
    return {choice.label for choice in asked[progress["at"]].choices}


def _card(state: State, entry: Entry) -> None:
    """One card, closed: picture, name, family, year."""
    is_open = entry.name == state["card"]
    withheld = _withheld(state, entry)
    with st.container(border=True):
        st.html(_face(entry, _theme(), language(), withheld))
        st.button(
            _("Close") if is_open else _("Open"),
            key=f"catalogue.open.{entry.name}",
            on_click=state.update,
            kwargs={"card": "" if is_open else entry.name},
            width="stretch",
        )


def _theme() -> str:
    return st.context.theme.type or "light"


@lru_cache(maxsize=512)
def _face(entry: Entry, theme: str, spoken: str, withheld: Withheld) -> str:
    """Picture, name, family and year in one element: a page holds a dozen cards."""
    about = escape(f"{_(entry.cls.family)} · {entry.year}")
    title = escape(_(entry.cls.title))
    return (
        f"{_picture(entry, theme, spoken, withheld)}"
        f'<div style="font-weight:600">{title}</div>'
        f'<div style="font-size:.875rem;opacity:.75">{about}</div>'
    )


@lru_cache(maxsize=512)
def _picture(entry: Entry, theme: str, spoken: str, withheld: Withheld = "nothing") -> str:
    sketch = entry.sketch.withheld(withheld)
    svg = card_svg(sketch, theme, gradient=entry.takes_windows)
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return f'<img src="{source}" alt="{escape(sketch.alt)}" style="width:100%">'


def _open_card(state: State, entry: Entry) -> None:
    """One card in full: formula, gradient, hyper-parameters, names, source, and the ways on."""
    with st.container(border=True, key="catalogue.opened"):
        title, close = st.columns([5, 1])
        title.subheader(_(entry.cls.title))
        close.button(
            _("Close"),
            key="catalogue.close",
            on_click=state.update,
            kwargs={"card": ""},
            width="stretch",
        )
        left, right = st.columns(2, gap="medium")
        with left:
            if lesson().answers_hidden:
                st.html(_picture(entry, _theme(), language(), "all"))
            else:
                _example(entry)
                values = laid_out(entry.run.output)
                downloads(values, f"catalogue-{slug(entry.name)}", "catalogue")
            card_handout(entry, address_of(state, catalogue_settings))
            _ways_on(entry)
        with right:
            st.caption(_("Formula"))
            st.latex(entry.cls.formula)
            st.caption(_("Gradient"))
            st.latex(entry.cls.gradient)
            if not entry.cls.differentiable:
                st.caption(plain(_(entry.cls.why_not_differentiable)))
            st.markdown("\n".join(f"- {line}" for line in _facts(entry)))
        show_programs("catalogue.code", lambda: (card_code(entry), {}))


def _example(entry: Entry) -> None:
    title, key, name = (
        _(entry.cls.title),
        f"catalogue.{entry.name}",
        f"catalogue-{slug(entry.name)}",
    )
    if isinstance(entry.run, Operated):
        scene = operator_scene(entry.run, title)
        pictures(scene, stepper(scene, key=key).step, name, key)
    else:
        st.html(_picture(entry, _theme(), language()))
        st.markdown(plain(entry.sentence))
        pictures(window_scene(entry.run, title), 0, name, key)


def _facts(entry: Entry) -> list[str]:
    lines = [
        _("Hyper-parameter `{name}` = {default}: {help} Allowed: {allowed}.").format(
            name=p.name, default=plain(p.default), help=plain(p.help), allowed=plain(p.allowed)
        )
        for p in entry.parameters
    ] or [_("No hyper-parameters.")]
    lines.append(_("Made for {domain}.").format(domain=entry.domain))
    lines += [
        f"{framework}: " + (f"`{name}`" if name else _("no layer of its own"))
        for framework, name in entry.names.items()
    ]
    return [*lines, _("Source: {reference}").format(reference=plain(_(entry.cls.reference)))]


def _ways_on(entry: Entry) -> None:
    """Links to the pages that can show it, with the input and geometry that are in use there."""
    from poolviz.ui.frame import table  # the frame knows the pages, and this page is one of them

    pages = {address: page for wing in table().values() for address, page in wing.items()}
    goals: dict[str, dict[str, str]] = {}
    if entry.takes_windows:
        given = _wing(entry.name)
        names = ["windows", "gradients", *["unpooling"] * entry.made.selects, "adaptive", "compare"]
        goals = {name: given for name in names if name in pages}
    else:
        goals = {"sequences": {"pool": entry.name}} if entry.name in POOLS else {}
        goals["compare"] = {"with": f"Max,Average,{entry.name}"}
    with st.container(horizontal=True):
        for address, query in goals.items():
            page = pages[address]
            st.page_link(
                page,
                label=_("{page} with it").format(page=page.title),
                icon=page.icon,
                query_params=query,
            )


def _wing(variant: str) -> dict[str, str]:
    """The link of the pooling wing as it stands, with another variant."""
    state: State = dict(st.session_state.get("pooling_state", {}))
    if not state:
        return {"variant": variant}
    state["variant"] = variant
    return {**share.url_parameters(state, pooling_settings), "variant": variant}
