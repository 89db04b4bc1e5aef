"""Programs with a copy button each, and the files that they load."""

from functools import partial

import numpy as np
import streamlit as st

from poolviz.scenes.snippets import Snippets
from poolviz.text import _
from poolviz.ui.takeaway import npy_bytes


def show_programs(given: Snippets, key: str, files: dict[str, np.ndarray] | None = None) -> None:
    """Folded: PyTorch, Keras and NumPy for exactly this state; ``files`` can be downloaded."""
    with st.expander(_("The same in PyTorch, Keras and NumPy"), icon=":material/code:"):
        st.caption(_("For exactly this state. The NumPy lines need NumPy alone."))
        programs = {"PyTorch": given.pytorch, "Keras": given.keras, "NumPy": given.numpy}
        for tab, program in zip(st.tabs(list(programs)), programs.values(), strict=True):
            tab.code(program, language="python")
        for name, values in (files or {}).items():
            st.download_button(
                _("Download {file}, which the code loads").format(file=name),
                partial(npy_bytes, values),
                name,
                "application/octet-stream",
                key=f"{key}.{name}",
                on_click="ignore",
            )
