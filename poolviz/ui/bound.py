"""A control on the page that a person sees, bound to the state, the link and the lesson."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from poolviz.stage.control import (
    Control,
    Values,
)
from poolviz.text import _
from poolviz.ui.lesson import lesson
from poolviz.ui.share import State

NARROW = 150
"""Width of a number, in pixels: five controls stand in a row on a laptop, two on a phone."""
MENU, WIDE = 220, 480
"""Of a menu, and of one with long titles."""
SEVERAL = 460
"""Of a list of which several are chosen: four short names stand side by side."""


@dataclass(frozen=True)
class Bound:
    """A control on the page that a person sees: its declaration, the state that it moves."""

    control: Control
    state: State
    values: Values

    @property
    def key(self) -> str:
        """The key of its value in the state."""
        return self.control.key

    @property
    def widget(self) -> str:
        """The key of its widget."""
        return f"control.{self.control.key}"

    @property
    def held(self) -> bool:
        """Whether a teacher's link fixes it."""
        return lesson().holds(self.control.bound_by)

    @property
    def now(self) -> Values:
        """The values at this moment, which a click finds where it may have moved on."""
        return Values({key: self.state.get(key, value) for key, value in self.values.items()})

    @property
    def label(self) -> str:
        """What stands beside it."""
        return _(self.control.label)

    @property
    def help(self) -> str | None:
        """What it says when asked."""
        return _(self.control.help) or None

    def shows(self, value: Any, part: str = "", overwrite: bool = True) -> str:
        """The key of a widget, which is made to show a value; ``part`` of several."""
        widget = f"{self.widget}.{part}" if part else self.widget
        if overwrite or widget not in st.session_state:
            st.session_state[widget] = value
        return widget

    def take(self, value: Any) -> None:
        """A person moved it: the state takes the value before the page runs."""
        self.state.update({**(self.control.resets or {}), self.key: value})

    def take_from(self, widget: str, convert: Callable[[Any], Any]) -> None:
        """The same from a widget; an emptied box keeps what was there."""
        value = st.session_state.get(widget)
        if value is not None:
            self.take(convert(value))
