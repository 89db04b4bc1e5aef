"""Pictures to take away: the step on the screen, or the run, drawn when they are asked for."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

import streamlit as st

from poolviz.figures.enlarge import enlarged
from poolviz.figures.export import FORMATS, Animation, animation, saved, still
from poolviz.figures.redrawn import redrawn
from poolviz.figures.tabled import tabled
from poolviz.stage.offer import Drawn, Played
from poolviz.stage.scene import Scene
from poolviz.text import _
from poolviz.ui.download import download_button
from poolviz.ui.lesson import lesson
from poolviz.ui.offers import offer

KEPT_BYTES = 24_000_000
"""Of GIFs that were made lately, for all sessions together."""
Make = Callable[[], bytes]


def pictures(scene: Scene, step: int, name: str, key: str) -> None:
    """A folded column of buttons: the step as PNG, SVG or PDF, the run as GIF.

    Nothing is drawn before a person clicks; ``name`` begins the files' names.
    """
    offer(Played(name, scene, step))
    folded = st.popover(_("Save this picture"), key=f"{key}.files", on_change="rerun")
    if not folded.open:
        return
    with folded:
        for kind in FORMATS:
            _button(
                _("This step as {kind}").format(kind=kind.upper()),
                partial(still, scene, step, kind),
                f"{name}-step-{step + 1}",
                kind,
                key,
            )
        show_film(scene, name, key)


def picture_files(make: Callable[[str], bytes], name: str, key: str, label: str) -> None:
    """The same for a picture without steps; ``make`` gives the file of a kind."""
    offer(Drawn(name, make))
    icon, folded_key = ":material/download:", f"{key}.files"
    folded = st.popover(label, type="tertiary", icon=icon, key=folded_key, on_change="rerun")
    if not folded.open:
        return
    with folded:
        for kind in FORMATS:
            _button(kind.upper(), partial(make, kind), name, kind, key)


def show_chart(figure: Any, name: str, key: str, alt: str) -> None:
    """A chart, and under it the same as PNG, SVG or PDF, and as tables of its numbers."""
    chart = enlarged(figure) if lesson().present else figure
    st.plotly_chart(chart, key=key, config={"displayModeBar": False}, alt=alt)
    with st.container(horizontal=True):
        picture_files(
            lambda kind: saved(lambda: redrawn(figure), kind, alt), name, key, _("Save this chart")
        )
        label, icon = _("The numbers as tables"), ":material/table:"
        folded = st.popover(
            label, type="tertiary", icon=icon, key=f"{key}.numbers", on_change="rerun"
        )
    if folded.open:
        with folded:
            for table in tabled(figure):
                st.table(table, hide_index=True, alt=alt)


def _button(label: str, make: Make, name: str, kind: str, key: str) -> None:
    download_button(label, make, f"{name}.{kind}", f"{key}.{kind}", width="stretch")


class Films:
    """The GIFs made lately, the oldest forgotten first; for all sessions, at most so many bytes."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.most, self._guard = most, Lock()
        self._held: OrderedDict[str, Animation] = OrderedDict()

    def get(self, name: str) -> Animation | None:
        """The one of this name, if it is still there."""
        with self._guard:
            if name in self._held:
                self._held.move_to_end(name)
            return self._held.get(name)

    def put(self, name: str, made: Animation) -> None:
        """Keep it, and forget others until the bytes suffice."""
        with self._guard:
            self._held[name] = made
            while len(self._held) > 1 and self._bytes() > self.most:
                self._held.popitem(last=False)

    def _bytes(self) -> int:
        return sum(len(made.data) for made in self._held.values())


films = Films()


def show_film(scene: Scene, name: str, key: str) -> None:
    """Ask for the GIF, see it being made, fetch it."""
    ident = hashlib.blake2b(scene.wire.encode(), digest_size=12).hexdigest()
    made = films.get(ident)
    if made is None and st.session_state.pop(f"{key}.film_asked", None) == ident:
        bar = st.progress(0.0, _("Drawing the run, step by step"))
        made = animation(scene, progress=lambda share: _hear(bar, share))
        films.put(ident, made)
        bar.empty()
    if made is None:
        st.button(
            _("Make a GIF of the run"),
            key=f"{key}.film",
            on_click=st.session_state.update,
            args=({f"{key}.film_asked": ident},),
            width="stretch",
        )
        return
    data = made.data
    download_button(
        _("The run as GIF, {size} MB").format(size=f"{len(data) / 1e6:.1f}"),
        lambda: data,
        f"{name}.gif",
        f"{key}.gif",
        type="primary",
        width="stretch",
    )
    if told := thinned(made, scene):
        st.caption(told)


def thinned(made: Animation, scene: Scene) -> str:
    """What there is to say of a GIF that leaves steps out; "" if it shows them all."""
    if len(made.steps) == len(scene):
        return ""
    return _(
        "It shows {most} of the {steps} steps, evenly spread: more would be too large."
    ).format(most=len(made.steps), steps=len(scene))


def _hear(bar: Any, share: float) -> None:
    bar.progress(share, _("Drawing the run, step by step"))
