"""What stands under a scene: the shape calculation, what to notice, and where it comes from."""

import numpy as np
import streamlit as st

from poolviz.numbers import number
from poolviz.pooling import Pooled, Variant
from poolviz.text import _
from poolviz.wings.pooling.core.shapes import shape_lines


def shapes(run: Pooled) -> None:
    """The output size of each axis, with the numbers in it."""
    st.subheader(
        _("Why {rows} × {columns} outputs?").format(
            rows=run.output.shape[0], columns=run.output.shape[1]
        )
    )
    for line, place in zip(
        shape_lines(run.geometry, run.windows.in_shape), st.columns(2), strict=True
    ):
        with place:
            st.markdown(f"**{line.axis}**")
            st.latex(line.latex)
            if line.note:
                st.caption(line.note)


def notice(run: Pooled) -> None:
    """What to look for in this state, with its numbers."""
    st.subheader(_("What to notice"))
    cells, outputs = run.x.size, run.output.size
    lines = [
        _("{cells} numbers became {outputs}: {share} % of them.").format(
            cells=cells, outputs=outputs, share=number(round(100 * outputs / cells, 1))
        )
    ]
    if run.locations is not None:
        lines.append(_deciding(np.unique(run.locations[run.locations >= 0]).size, cells))
    else:
        lines.append(_("Every cell of a window has a say: the areas show how much."))
    times = (run.windows.index >= 0).sum()
    if times > cells:
        lines.append(
            _("Windows overlap: a cell is looked at {times} times on average.").format(
                times=number(round(float(times / cells), 2))
            )
        )
    if times < cells:
        lines.append(_("Some cells lie in no window: they cannot change anything."))
    if run.variant.stochastic:
        lines.append(_("The draw is fixed by the seed: another seed, another output."))
    st.markdown("\n".join(f"- {line}" for line in lines))


def _deciding(winners: int, cells: int) -> str:
    if winners == cells:
        return _("Every cell decides at least one output.")
    told = _(
        "{winners} of the {cells} cells decide everything. Change one of the others a little, and "
        "no output moves."
    )
    if winners == 1:
        told = _(
            "One of the {cells} cells decides everything. Change one of the others a little, and "
            "no output moves."
        )
    return told.format(winners=winners, cells=cells)


def sources(variant: Variant) -> None:
    """Where the variant comes from and what it is called elsewhere."""
    names = variant.names
    st.caption(_("Source: {reference}").format(reference=_(variant.reference)))
    called = [
        f"{framework}: `{name}`"
        for framework, name in (
            ("PyTorch", names.pytorch),
            ("Keras", names.keras),
            ("ONNX", names.onnx),
        )
        if name
    ]
    if called:
        st.caption(" · ".join(called))
