"""Programs with a copy button each, and the files that they load; made when they are opened."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from poolviz.stage.arrays import npy_bytes
from poolviz.text import _
from poolviz.ui.download import download_button
from poolviz.ui.lesson import lesson
from poolviz.wings.pooling.programs.snippets import Snippets

Files = dict[str, np.ndarray]
Make = Callable[[], tuple[Snippets, Files]]


def show_programs(key: str, make: Make) -> None:
    """Folded: PyTorch, Keras and NumPy for exactly this state; the files can be downloaded.

    Where a link hides the answers there are none, for they would tell them. ``make`` gives the
    programs and the arrays that they load by name; it is called when a person opens the fold, for
    most visitors never do.
    """
    show_several(key, {"": make})


def show_pose_programs(key: str, make: Callable[[], Mapping[str, str]]) -> None:
    """Folded: pycocotools and NumPy for exactly this state; ``make`` is called on opening."""
    if lesson().answers_hidden:
        return
    folded = st.expander(
        _("The same in pycocotools and NumPy"),
        icon=":material/code:",
        key=f"{key}.open",
        on_change="rerun",
    )
    if folded.open:
        _tabs(folded, make())


def _tabs(place: Any, programs: Mapping[str, str]) -> None:
    for tab, program in zip(place.tabs(list(programs)), programs.values(), strict=True):
        tab.code(program, language="python")


def show_several(key: str, named: Mapping[str, Make]) -> None:
    """The same for several programs over one input, each below its name."""
    if lesson().answers_hidden:
        return
    folded = st.expander(
        _("The same in PyTorch, Keras and NumPy"),
        icon=":material/code:",
        key=f"{key}.open",
        on_change="rerun",
    )
    if not folded.open:
        return
    loaded: Files = {}
    with folded:
        st.caption(_("For exactly this state. The NumPy lines need NumPy alone."))
        places = st.tabs(list(named)) if len(named) > 1 else [st.container()]
        for place, make in zip(places, named.values(), strict=True):
            given, files = make()
            loaded |= files
            programs = {"PyTorch": given.pytorch, "Keras": given.keras, "NumPy": given.numpy}
            _tabs(place, programs)
        for name, values in loaded.items():
            download_button(
                _("Download {file}, which the code loads").format(file=name),
                partial(npy_bytes, values),
                name,
                f"{key}.{name}",
            )
