"""The link: what a page shows, in its URL, by the API's own names.

State is one dict of primitives in the session. A page calls ``load`` before its controls, which
reads the URL when a person arrives by a link, and ``save`` after them, which writes it back. Bad
values fall back to their defaults, each with a sentence that the page shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from poolviz.stage.lesson import FRAME
from poolviz.stage.link import LONGEST
from poolviz.stage.page import Page
from poolviz.text import _
from poolviz.ui.lesson import lesson, parameters
from poolviz.ui.streamlit_patches import went_back

DEFAULTS = "defaults"
"""In the state: the defaults of the page that was shown last."""
OVERTAKEN = 5.0
"""Seconds for which the browser may still send an address that has been replaced."""


@dataclass(frozen=True)
class Setting:
    """One value of the state: its key there, its name in the URL, its default, the two ways across.

    ``read`` takes the URL's text and gives the value or raises ``ValueError`` whose message says
    what is needed; ``write`` gives the text. A setting without a ``name`` stays out of the URL.
    """

    key: str
    name: str
    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    with_: str = ""
    """The name by which a teacher's link hides or fixes it, where it is not its own."""


State = dict[str, Any]
Settings = Callable[[State], tuple[Setting, ...]]
"""The settings that a state has: which they are may depend on the values of the first ones."""


def settings_of(page: Page) -> Settings:
    """The settings of a page in a state, from the controls that it declares."""

    def settings(state: State) -> tuple[Setting, ...]:
        return tuple(
            Setting(c.key, c.name, c.default, c.kind.read, c.kind.write, c.with_)
            for c in page.present(page.values(state))
        )

    return settings


def load(wing: str, settings: Settings) -> State:
    """The state of a wing; read from the URL when the URL is not the one that we wrote."""
    state: State = st.session_state.setdefault(f"{wing}_state", {"complaints": (), "visit": 0})
    given = {name: text for name, text in st.query_params.to_dict().items() if name not in KEPT}
    if given != state.get("written") and _is_news(state, given):
        state["complaints"] = read_url(state, given, settings)
        state["visit"] += 1
        state["written"] = given
    else:
        _begin_as_the_page_does(state, settings)
    for setting in settings(state):
        state.setdefault(setting.key, setting.default)
    state[DEFAULTS] = {setting.key: setting.default for setting in settings(state)}
    hold(state, settings)
    return state


def _begin_as_the_page_does(state: State, settings: Settings) -> None:
    """What still is as another page of the wing begins, nobody has chosen: this page begins with
    its own, as the example that it is about."""
    before = state.get(DEFAULTS, {})
    for setting in settings(state):
        if setting.key in before and state.get(setting.key) == before[setting.key]:
            state[setting.key] = setting.default


def hold(state: State, settings: Settings) -> None:
    """Give back to the state what a teacher's link holds, whatever has moved it.

    ``held`` has the values as the link gave them. With hidden answers the mode is to predict, and
    the step of the link is the one that is asked about, wherever a person goes.
    """
    held: State = state.setdefault("held", {})
    for _round in range(2):  # the first settings may bring further ones
        for setting in settings(state):
            now = state.get(setting.key, setting.default)
            if setting.key == "step" and lesson().answers_hidden:
                held.setdefault("step", now)
            elif lesson().holds(setting.with_ or setting.name):
                hidden_mode = setting.key == "mode" and lesson().answers_hidden
                first = setting.default if hidden_mode else now
                state[setting.key] = held.setdefault(setting.key, first)


def asked_step(state: State) -> int:
    """The step that a class is asked about: the link's, as far as answers are hidden."""
    return int(state.get("held", {}).get("step", state["step"]))


def _is_news(state: State, given: dict[str, str]) -> bool:
    """Whether an address that we have not just written is one to be read.

    One without parameters is a page that was chosen in the navigation, and its state stays as it
    was left; unless Back leads to where nothing had been changed.
    """
    if went_back():
        return bool(given) or _here() in state.get("plain", ())
    return bool(given) and not _overtaken(state, given)


def _overtaken(state: State, given: dict[str, str]) -> bool:
    """Whether this is an address of our own that we have just replaced.

    A person who types fast sends the next edit before the browser has taken over the address of the
    last one; read as a new link, it would undo that edit.
    """
    now = monotonic()
    return any(given == old and now - t < OVERTAKEN for t, old in state.get("recent", ()))


def _here() -> str:
    """Which page this is: wings share a state."""
    return urlsplit(str(st.context.url or "")).path


def read_url(state: State, given: dict[str, str], settings: Settings) -> tuple[str, ...]:
    """Set the state to the defaults and what the URL gives; a sentence for each unusable value."""
    complaints, done = [], set()
    for _round in range(2):  # the first settings may bring further ones
        for setting in settings(state):
            if setting.key in done:
                continue
            done.add(setting.key)
            state[setting.key] = setting.default
            text = given.get(setting.name)
            if text is None:
                continue
            try:
                if len(text) > LONGEST:
                    raise ValueError(_("at most {n} characters are read").format(n=LONGEST))
                state[setting.key] = setting.read(text)
            except (ValueError, OverflowError) as error:
                complaints.append(
                    _(
                        "The link's “{name}” could not be used: {reason}. The default stands."
                    ).format(name=setting.name, reason=str(error).rstrip("."))
                )
    return tuple(complaints)


def save(state: State, settings: Settings) -> None:
    """Write the state to the URL: only what differs from the defaults."""
    wanted = url_parameters(state, settings)
    here = st.query_params.to_dict()
    present = {name: text for name, text in here.items() if name not in KEPT}
    if wanted != state.get("written"):
        now = monotonic()
        recent = [(t, old) for t, old in state.get("recent", ()) if now - t < OVERTAKEN]
        state["recent"] = [*recent, (now, state.get("written", {}))]
        state["written"] = wanted  # first: Streamlit may end the run at its next call
    if not wanted:
        state["plain"] = {*state.get("plain", ()), _here()}
    if wanted != present:
        kept = {name: text for name, text in here.items() if name in KEPT}
        st.query_params.from_dict({**kept, **wanted})


KEPT = (*FRAME, "embed", "embed_options")
"""Parameters of the frame, which pages leave alone."""


def url_parameters(state: State, settings: Settings) -> dict[str, str]:
    """name -> text of every setting that is not at its default; what is held stays as it came."""
    values = {**state, **state.get("held", {})}
    return {
        setting.name: setting.write(values[setting.key])
        for setting in settings(state)
        if setting.name and values.get(setting.key, setting.default) != setting.default
    }


def link(state: State, settings: Settings) -> str:
    """The full address of this state; what a teacher's link asks for goes with it."""
    parts = urlsplit(str(st.context.url or ""))
    query = urlencode({**url_parameters(state, settings), **parameters()}, safe=",;:")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def show_complaints(state: State) -> None:
    """Say once, above the page, what of the link could not be used."""
    for sentence in state["complaints"]:
        st.warning(sentence)
