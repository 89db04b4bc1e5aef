"""The gradient of a page, checked against central differences before a person's eyes."""

import numpy as np
import streamlit as st

from poolviz.numbers import number
from poolviz.pooling import Pooled
from poolviz.stage.words import plain
from poolviz.text import _
from poolviz.ui.tex import tex
from poolviz.wings.pooling.gradients.check import Check, Kink


def difference_check(run: Pooled, found: Check | None) -> None:
    """The gradient against central differences, and why they disagree where they do."""
    st.subheader(_("Checked by central differences"))
    if found is None:
        st.markdown(
            _(
                "Not here: the window is too large, or the numbers are not all finite. "
                "Differences of infinities say nothing."
            )
        )
        return
    cells = found.rows * found.columns
    st.latex(r"\frac{\partial L}{\partial x} \approx \frac{L(x + h) - L(x - h)}{2h}")
    block = _("each of the {count} cells").format(count=cells)
    if cells == 1:
        block = _("the one cell")
    if 1 < cells < run.x.size:
        block = _("each of {count} cells, rows {r0} to {r1}, columns {c0} to {c1},").format(
            count=cells,
            r0=found.row,
            r1=found.row + found.rows - 1,
            c0=found.column,
            c1=found.column + found.columns - 1,
        )
    verdict = (
        _("the formula and the differences agree.")
        if found.fine
        else _("they disagree, and that has a reason.")
    )
    st.markdown(
        _(
            "Just now {block} was moved a little up and a little down. Largest relative error: "
            "${error}$: {verdict}"
        ).format(block=block, verdict=verdict, error=_power(found.error))
    )
    if run.variant.stochastic:
        st.caption(_("The draw is held: the cells that were drawn stay drawn while one moves."))
    if found.kinks:
        st.markdown("\n".join(f"- {plain(_kink(kink))}" for kink in found.kinks[:4]))
        st.caption(
            _(
                "At a tie or a kink the slope to the left is not the slope to the right. Central "
                "differences give their mean; the formula has to take a side, or to share."
            )
        )
    elif not found.fine:
        st.caption(
            _(
                "The two slopes agree, the formula differs: this variant's gradient is by its "
                "authors' choice not the derivative of what it computes."
            )
        )


def _kink(kink: Kink) -> str:
    return _(
        "The {value} in row {row}, column {column}: slope {left} downwards, {right} upwards. The "
        "formula says {given}."
    ).format(
        value=number(kink.value),
        row=kink.row,
        column=kink.column,
        **{
            name: number(v if not np.isfinite(v) else float(f"{v:.3g}"))
            for name, v in (("left", kink.left), ("right", kink.right), ("given", kink.given))
        },
    )


def _power(value: float) -> str:
    """An error as LaTeX: 3.1 x 10^-11."""
    if not np.isfinite(value) or value == 0:
        return tex(value)
    digits, power = f"{value:.1e}".split("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}"
