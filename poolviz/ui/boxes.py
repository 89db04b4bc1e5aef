"""A box for a number: what it cannot take it says in a sentence under itself.

Streamlit's own limits turn a box red and keep the reason in a hint that nobody opens, and the
number that stands there is not the one that the page shows. So the box takes any number: the
nearest one that is possible stands, and the sentence says which are.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import streamlit as st

from poolviz.numbers import number
from poolviz.text import _


class Ends(NamedTuple):
    """The least and the most that a box takes; None: what is too much, the page says."""

    least: float
    most: float | None


class Refusal(NamedTuple):
    """A number that was typed, and the nearest that is possible."""

    asked: float
    given: float
    ends: Ends


def number_box(
    label: str, ends: Ends, widget: str, take: Callable[[Any], None], **look: Any
) -> None:
    """A box for a number between two ends; ``take`` is told the nearest that is possible."""
    st.number_input(label, key=widget, on_change=_take, args=(ends, widget, take), **look)
    refusal: Refusal | None = st.session_state.pop(_refused(widget), None)
    if refusal is not None:
        st.warning(sentence(label, refusal))


def sentence(label: str, refusal: Refusal) -> str:
    """What was typed, what stands instead, and what is possible."""
    least, most = refusal.ends
    text = _("{name} was {asked}; {given} is the nearest that is possible here: {range}.")
    span = _("at least {least}") if most is None else _("{least} to {most}")
    return text.format(
        name=label, asked=written(refusal.asked), given=written(refusal.given),
        range=span.format(least=written(least), most="" if most is None else written(most)),
    )  # fmt: skip


def written(value: float) -> str:
    """A number as a person would type it: a whole one in full.

    >>> written(4294967295), written(0.25), written(-10.0)
    ('4294967295', '0.25', '−10')
    """
    return f"{value:.0f}".replace("-", "−") if value == round(value) else number(value)


def _refused(widget: str) -> str:
    return f"{widget}.refused"


def _take(ends: Ends, widget: str, take: Callable[[Any], None]) -> None:
    asked = st.session_state.get(widget)
    if asked is None:  # an emptied box keeps what was there
        return
    given = max(asked, ends.least)
    if ends.most is not None:
        given = min(given, ends.most)
    if given != asked:
        st.session_state[_refused(widget)] = Refusal(asked, given, ends)
    take(given)
