"""The code that a person would write for what the page shows."""

from functools import partial

import numpy as np
import streamlit as st

from poolviz.pooling import Pooled
from poolviz.scenes.snippet_plan import file_name, gradient_name, large
from poolviz.scenes.snippets import snippets
from poolviz.text import _
from poolviz.ui.takeaway import npy_bytes


def show_code(
    run: Pooled,
    key: str,
    task: str = "forward",
    dy: np.ndarray | None = None,
    duplicates: str = "last",
) -> None:
    """Folded: PyTorch, Keras and NumPy, each with a copy button (see ``scenes.snippets``).

    What is too large to be written into the code can be downloaded under the name that it loads.
    """
    with st.expander(_("The same in PyTorch, Keras and NumPy"), icon=":material/code:"):
        st.caption(
            _(
                "For exactly this state. The NumPy lines need NumPy alone. Where a framework has "
                "no layer of its own for it, the formula runs over its windows."
            )
        )
        given = snippets(run, task, dy, duplicates)
        programs = {"PyTorch": given.pytorch, "Keras": given.keras, "NumPy": given.numpy}
        for tab, program in zip(st.tabs(list(programs)), programs.values(), strict=True):
            tab.code(program, language="python")
        files = {file_name(run.x): run.x} if large(run.x) else {}
        if task == "backward" and dy is not None and large(dy):
            files[gradient_name(dy)] = dy
        for name, values in files.items():
            if f'"{name}"' in given.numpy:
                st.download_button(
                    _("Download {file}, which the code loads").format(file=name),
                    partial(npy_bytes, values.astype(np.float64)),
                    name,
                    "application/octet-stream",
                    key=f"{key}.{name}",
                    on_click="ignore",
                )
