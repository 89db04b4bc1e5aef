"""Pictures to take away: the step on the screen, or the run, drawn when they are asked for."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

import streamlit as st

from poolviz.stage.scene import Scene
from poolviz.text import _
from poolviz.ui.download import download_button

KEPT_BYTES = 24_000_000
"""Of GIFs that were made lately, for all sessions together."""
Make = Callable[[], bytes]


class Films:
    """The GIFs made lately, the oldest forgotten first; for all sessions, at most so many bytes."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.most, self._guard = most, Lock()
        self._held: OrderedDict[str, Any] = OrderedDict()

    def get(self, name: str) -> Any:
        """The one of this name, if it is still there."""
        with self._guard:
            if name in self._held:
                self._held.move_to_end(name)
            return self._held.get(name)

    def put(self, name: str, made: Any) -> None:
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
    from poolviz.figures.export import animation, thinned  # Matplotlib, only where it draws

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


def _hear(bar: Any, share: float) -> None:
    bar.progress(share, _("Drawing the run, step by step"))
