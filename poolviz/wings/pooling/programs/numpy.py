"""A pooling run as a NumPy program that stands on its own."""

from math import prod

import numpy as np

from poolviz.wings.pooling.programs.plan import (
    Plan,
    cells,
    indented,
    large,
    looped,
    number,
    values_of,
)
from poolviz.wings.pooling.programs.translate import helpers
from poolviz.wings.pooling.programs.way import after


def numpy_code(p: Plan) -> str:
    """The program. It leaves ``y``; ``dx`` if it goes backward, ``out`` if it unpools."""
    body = _loops(p) if p.loops else _slides(p)
    view = "from numpy.lib.stride_tricks import sliding_window_view\n" if not p.loops else ""
    code = p.code.setup + p.code.value + ("" if p.task == "forward" else p.code.slope)
    name = "out" if p.way else {"forward": "y", "backward": "dx"}[p.task]
    return "\n".join(
        [
            f"import numpy as np\n{view}{helpers(code)}",
            _input(p) + _padded(p),
            *([_draws(p)] if p.code.seed is not None else []),
            body,
            *after(p, "np", False),
            *(["", *put_back(p)] if p.task == "unpool" else []),
            f"print({name})\n",
        ]
    )


def matrix(name: str, x: np.ndarray) -> str:
    """The lines that make a matrix."""
    values = values_of(name, x, "np")
    return f"{name} = {values if large(x) else f'np.array({values}, dtype=float)'}\n"


def gradient(p: Plan) -> str:
    """The lines that make dy."""
    assert p.dy is not None
    if (p.dy == p.dy.flat[0]).all():
        value = "" if p.dy.flat[0] == 1 else f" * {number(p.dy.flat[0], 'np')}"
        return f"dy = np.ones({p.dy.shape}){value}\n"
    return matrix("dy", p.dy)


def source(p: Plan) -> str:
    """The plane that is pooled: x, or x with its padding."""
    return "x" if p.pads is None else "p"


def _input(p: Plan) -> str:
    return matrix("x", p.run.x) + (gradient(p) if p.task == "backward" else "")


def _padded(p: Plan) -> str:
    if p.pads is None:
        return ""
    fill = "" if p.fill == 0 else f", constant_values={number(p.fill, 'np')}"
    return f"p = np.pad(x, {p.pads}{fill})\n"


def _draws(p: Plan) -> str:
    return f"u = np.random.default_rng({p.code.seed}).random({p.out})  # one draw a window\n"


def _slides(p: Plan) -> str:
    """All windows at once."""
    rows, cols = p.axes
    steps = (rows.stride, cols.stride, rows.dilation, cols.dilation)
    kept = steps if max(steps[2:]) > 1 else steps[:2]
    cut = f"[{', '.join('::' + str(s) for s in kept)}]" if max(steps) > 1 else ""
    span = f"({rows.effective}, {cols.effective})"
    lines = [
        f"# {p.out[0]} x {p.out[1]} windows, each a row of {prod(p.kernel)} cells",
        f"a = sliding_window_view({source(p)}, {span}){cut}.reshape({p.out[0]}, {p.out[1]}, -1)",
        *([p.code.setup] if p.code.setup else []),
        p.code.value,
    ]
    if p.task == "backward":
        rows_, cols_ = (cells(line, i, "")[1] for line, i in zip(p.axes, "ij", strict=True))
        place = f"{_bare(rows_)}, {_bare(cols_)}"
        lines += [
            p.code.slope + ("" if "#" in p.code.slope else "  # dy/da of every window"),
            "",
            f"dx = np.zeros({source(p)}.shape)",
            f"for i in range({p.out[0]}):",
            f"    for j in range({p.out[1]}):",
            f"        dx[{place}] += dy[i, j] * g[i, j].reshape{p.kernel}",
            *_cropped(p),
        ]
    if p.task == "unpool":
        lines += [p.code.slope, *found(p)]
    return "\n".join(lines)


def found(p: Plan) -> list[str]:
    """The lines that say where every y came from; g marks its place in the window."""
    rows, cols = p.axes
    places = []
    for line, part in ((rows, f"k // {p.kernel[1]}"), (cols, f"k % {p.kernel[1]}")):
        part = part if line.dilation == 1 else f"{line.dilation} * ({part})"
        start = f"np.arange({line.out})" + ("[:, None]" if line is rows else "")
        start = start if line.stride == 1 else f"{line.stride} * {start}"
        places.append(f"{start} + {part}")
    return [
        "k = np.argmax(g, -1)  # the place of the chosen cell in its window",
        f"row = {places[0]}",
        f"col = {places[1]}",
    ]


def put_back(
    p: Plan, zeros: str = "np.zeros(x.shape)", add: str = "np.add.at(out, ({}), {})"
) -> list[str]:
    """The lines that put every y back to its row and col, -1 for none."""
    at, y = ("row[there], col[there]", "y[there]") if p.nowhere else ("row, col", "y")
    return [
        *(["there = row >= 0  # a cell was chosen"] if p.nowhere else []),
        f"out = {zeros}",
        f"out[{at}] = {y}" if p.duplicates == "last" else add.format(at, y),
    ]


def _bare(text: str) -> str:
    """slice(2 * i, 2 * i + 2) -> 2 * i : 2 * i + 2."""
    return " : ".join(text.removeprefix("slice(").removesuffix(")").split(", "))


def _cropped(p: Plan) -> list[str]:
    if p.pads is None:
        return []
    parts = [
        f"{before} : {before + line.n}" for (before, _), line in zip(p.pads, p.plane, strict=True)
    ]
    return [f"dx = dx[{', '.join(parts)}]"]


def _loops(p: Plan) -> str:
    given = call(p)
    each = {
        "forward": [f"y[i, j] = reduce({given})"],
        "backward": [
            f"y[i, j], g = reduce({given})",
            "dx[rows, cols] += dy[i, j] * g.reshape(a.shape)",
        ],
        "unpool": located(p, given),
    }[p.task]
    define = reduction(p, p.code.setup, p.code.value, p.code.slope)
    lines = looped(p, define, opening(p), f"{source(p)}[rows, cols]", each)
    return "\n".join([lines, *(_cropped(p) if p.task == "backward" else [])])


def call(p: Plan, cells: str = "a.ravel()") -> str:
    """What is handed to the reduction of window (i, j)."""
    return cells + ", u[i, j]" * (p.code.seed is not None) + ", at" * p.ordered


def located(p: Plan, given: str, argmax: str = "int(np.argmax(g))") -> list[str]:
    """The lines that pool window (i, j) and remember where its y came from."""
    rows, cols = (f"{line.dilation} * " if line.dilation > 1 else "" for line in p.axes)
    row, col = ("k // a.shape[1]", "k % a.shape[1]")
    row, col = (f"{step}({at})" if step else at for step, at in ((rows, row), (cols, col)))
    put = [f"k = {argmax}", f"row[i, j], col[i, j] = rows.start + {row}, cols.start + {col}"]
    if p.nowhere:
        put = ["if g.any():  # else no cell was chosen", *(f"    {line}" for line in put)]
    return [f"y[i, j], g = reduce({given})", *put]


def opening(p: Plan) -> list[str]:
    """The arrays that a loop fills."""
    more = {
        "backward": f"dx = np.zeros({source(p)}.shape)",
        "unpool": f"row, col = np.full({(2, *p.out)}, -1)  # where each y came from",
    }
    return [f"y = np.zeros({p.out})", *([more[p.task]] if p.task in more else [])]


def reduction(
    p: Plan, setup: str, value: str, slope: str, empty: str = "", pick: str = "{}[..., at]"
) -> str:
    """The function that pools the cells of one window, with its slope if that is asked for.

    ``empty``: the output of padding alone; ``pick`` takes the places of the cells from a constant.
    """
    left_out = p.plane[0].before or p.plane[0].past or p.plane[1].before or p.plane[1].past
    note = "cells outside are left out" if left_out else "the cells"
    lines = [f"def reduce({p.arguments}):  # one window, {note}"]
    both_ = p.task != "forward" and slope
    if p.empty:
        nothing = empty or number(p.of_empty, "np")
        lines += [
            "    if len(a) == 0:",
            f"        return {nothing}{', np.zeros(0)' if both_ else ''}  # padding alone",
        ]
    body = [setup] if setup else []
    if p.ordered:
        body += [f"{name} = {pick.format(name)}" for name in p.code.constants]
    if both_:
        body += [value, slope, "return y, g"]
    else:
        *most, last = value.split("\n")
        returns = last.startswith("y = ") and "#" not in last
        body += [*most, f"return {last[4:]}"] if returns else [value, "return y"]
    return "\n".join([*lines, indented("\n".join(body))])
