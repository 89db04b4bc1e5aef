"""Find a kernel, stride and padding that give this output or shape: every right one counts."""

from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from poolviz.exercises import Exercise, Option, Unsuited
from poolviz.exercises.exercise import place_name, sentence
from poolviz.numbers import number
from poolviz.pooling import Max, Sliding, pool
from poolviz.stage.task import LARGEST, Wholes
from poolviz.text import _
from poolviz.wings.pooling.exercises.material import Material
from poolviz.wings.pooling.exercises.pictures import Matrices

Given = tuple[int, int, int]
"""Kernel size, stride, padding."""
MOST = 64
SIZE = r"o = \lfloor (n + 2 p - k) / s \rfloor + 1"


def _form() -> Wholes:
    names = (_("Kernel size"), _("Stride"), _("Padding"))
    return Wholes(tuple((name, LARGEST) for name in names))


def sliding(given: Given, sizes: tuple[int, ...]) -> Sliding:
    """The geometry of an answer, or a ``ValueError`` that says what does not go."""
    kernel, stride, padding = given
    if not (1 <= kernel <= MOST and 1 <= stride <= MOST and padding >= 0):
        raise ValueError(_("Kernel and stride are at least 1 and at most 64, padding at least 0."))
    if 2 * padding > kernel:
        raise ValueError(
            _("Padding may be at most half of the kernel: {most} for kernel {kernel}.").format(
                most=kernel // 2, kernel=kernel
            )
        )
    if kernel > min(sizes) + 2 * padding:
        raise ValueError(
            _(
                "Kernel {kernel} does not fit length {n} with padding {padding} on both sides."
            ).format(kernel=kernel, n=min(sizes), padding=padding)
        )
    return Sliding(kernel, stride, padding)


def _hidden(m: Material, sizes: tuple[int, ...], largest: int) -> Sliding:
    """A geometry that gives at least two outputs and fewer than there are inputs."""
    every = [
        Sliding(k, s, p)
        for k, s in product(range(2, largest + 1), range(1, largest + 1))
        for p in range(k // 2 + 1)
        if k <= min(sizes) + 2 * p
    ]
    fitting = [
        g for g in every
        if 2 <= np.prod([a.out for a in g.axes(sizes)]) < np.prod(sizes)
    ]  # fmt: skip
    if not fitting:
        raise Unsuited
    return fitting[int(m.rng(4).integers(len(fitting)))]


def for_output(m: Material) -> Exercise:
    """Which geometry gives this output?"""
    if m.variant.stochastic or not np.isfinite(m.run.output).all():
        note = _("Your variant draws by chance, so this is max pooling over your numbers.")
        m = replace(m, variant=Max(), notes=(*m.notes, note))
    x, variant = m.x, m.variant
    secret = _hidden(m, x.shape, 4)
    wanted = pool(x, variant, secret).output
    if not np.isfinite(wanted).all() or np.ptp(wanted) == 0:
        raise Unsuited

    def check(given: Given) -> Option:
        run = pool(x, variant, sliding(given, x.shape))
        label, got = _label(given), run.output
        if got.shape != wanted.shape:
            return Option(label, False, _shapes(got.shape, wanted.shape))
        same = np.isclose(got, wanted, rtol=1e-9, atol=1e-12)
        if same.all():
            why = _("The engine gives exactly these {n} numbers with it.")
            return Option(label, True, why.format(n=wanted.size))
        row, col = np.argwhere(~same)[0]
        why = _(
            "The shape is right, and {right} of {n} numbers are; output {place} would be {got}, "
            "and {wanted} is wanted."
        ).format(
            right=int(same.sum()), n=wanted.size, place=place_name((int(row), int(col))),
            got=number(got[row, col]), wanted=number(wanted[row, col]),
        )  # fmt: skip
        return Option(label, False, why)

    text = _(
        "{variant} pooling made the output from the input. With which kernel, stride, padding?"
    ).format(variant=_(variant.title))
    shown = Matrices(text, ((_("Input"), x), (_("Output"), wanted)))
    return Exercise(
        text, _form(), check, lambda: check(_given(secret)), shown, notes=m.notes, again=True,
        formulas=(SIZE,),
    )  # fmt: skip


def for_shape(m: Material) -> Exercise:
    """Which geometry gives this output shape?"""
    rows, cols = m.x.shape if m.seed == 0 else m.rng(5).integers(8, 33, 2)
    sizes = (int(rows), int(cols))
    secret = _hidden(m, sizes, 4 if m.seed == 0 else 7)
    wanted = tuple(axis.out for axis in secret.axes(sizes))

    def check(given: Given) -> Option:
        if given[0] < 2:
            raise ValueError(_("The kernel is to be 2 or more: a kernel of 1 pools nothing."))
        got = tuple(axis.out for axis in sliding(given, sizes).axes(sizes))
        if got != wanted:
            return Option(_label(given), False, _shapes(got, wanted))
        kernel, stride, padding = given
        told = "; ".join(
            f"⌊({n} + 2·{padding} − {kernel}) / {stride}⌋ + 1 = {out}"
            for n, out in zip(sizes, wanted, strict=True)
        )
        return Option(_label(given), True, sentence(told))

    text = _(
        "Find a kernel (2 or more), stride and padding that make {rows} × {cols} cells into "
        "{out_rows} × {out_cols}. Every right one counts."
    ).format(rows=sizes[0], cols=sizes[1], out_rows=wanted[0], out_cols=wanted[1])
    solution = partial(check, _given(secret))
    return Exercise(text, _form(), check, solution, again=True, formulas=(SIZE,))


def _given(geometry: Any) -> Given:
    """A geometry of ``_hidden`` as an answer."""
    return geometry.kernel_size, geometry.stride, geometry.padding


def _label(given: Given) -> str:
    return _("Kernel {kernel}, stride {stride}, padding {padding}").format(
        kernel=given[0], stride=given[1], padding=given[2]
    )


def _shapes(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    return _("That gives {rows} × {cols} outputs; {out_rows} × {out_cols} are wanted.").format(
        rows=got[0], cols=got[1], out_rows=wanted[0], out_cols=wanted[1]
    )
