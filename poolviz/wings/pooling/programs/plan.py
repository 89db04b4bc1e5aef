"""What a program that pools must do with the plane: pad it or not, slide windows or loop over them.

Code, comments included, is English in every language.
"""

from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np

from poolviz.pooling import Adaptive, Geometry, Global, Pooled, Sliding, Unpooling
from poolviz.pooling.code import Code, Native
from poolviz.wings.pooling.unpooling.between import Between

LARGEST = 16
"""Longest side of a matrix that is written into the code; a larger one is loaded from a file."""


@dataclass(frozen=True)
class Line:
    """One axis: windows start at ``stride * i - before``; ``past`` cells reach beyond the input.

    ``kernel`` cells each, ``dilation`` apart. ``counted``: how many of ``past`` are padding (the
    rest is the overrun of ceil mode). ``spans``: windows follow PyTorch's adaptive rule instead,
    and ``kernel`` is the longest.
    """

    n: int
    out: int
    kernel: int
    stride: int
    dilation: int = 1
    before: int = 0
    past: int = 0
    counted: int = 0
    spans: bool = False

    @property
    def effective(self) -> int:
        return self.dilation * (self.kernel - 1) + 1

    @property
    def ragged(self) -> bool:
        """Whether some windows hold fewer cells than others."""
        return self.before > 0 or self.past > 0 or self.spans or self.stride == 0


def lines(geometry: Geometry, in_shape: tuple[int, ...]) -> tuple[Line, ...]:
    """The axes of a geometry over a plane.

    >>> lines(Sliding(3, 2, 1), (4, 4))[0]
    Line(n=4, out=2, kernel=3, stride=2, dilation=1, before=1, past=0, counted=0, spans=False)
    """
    if not _common(geometry):
        raise ValueError(
            f"run must be over windows that PyTorch has too, to be written as a program, "
            f"got {geometry!r:.200}"
        )
    if isinstance(geometry, Sliding):
        found = []
        for axis in geometry.axes(in_shape):
            end = (axis.out - 1) * axis.stride - axis.before + axis.effective
            past = max(0, end - axis.n)
            found.append(
                Line(
                    axis.n,
                    axis.out,
                    axis.kernel,
                    axis.stride,
                    axis.dilation,
                    axis.before,
                    past,
                    min(past, axis.after),
                )
            )
        return tuple(found)
    if not isinstance(geometry, Adaptive):  # Global: one window over everything
        return tuple(Line(n, 1, n, n) for n in in_shape)
    spans = zip(in_shape, geometry.axes(in_shape), strict=True)
    return tuple(_adaptive(n, each, geometry.rule) for n, each in spans)


def _common(geometry: Geometry) -> bool:
    """Whether a geometry asks for nothing that only some frameworks have."""
    if isinstance(geometry, Sliding):
        asked = geometry.wide_padding, geometry.ceil_padding, geometry.allow_empty
        return not any(asked) and np.all(np.asarray(geometry.base_dilation) == 1).item()
    if isinstance(geometry, Adaptive):
        return geometry.rule != "split"
    return not isinstance(geometry, Global) or geometry.mask is None


def _adaptive(n: int, spans: np.ndarray, rule: str) -> Line:
    out, longest = len(spans), int(np.ptp(spans, axis=-1).max())
    if rule == "equal" or n % out == 0:
        return Line(n, out, longest, n // out)
    return Line(n, out, longest, 0, spans=True)


@dataclass(frozen=True, eq=False)
class Way:
    """What follows the pooling: an operation, and a rule or fitted weights (kh, kw).

    With neither, the values go back by location.

    >>> Way().by_location
    True
    """

    between: Between = field(default_factory=Between)
    rule: type[Unpooling] | None = None
    weights: np.ndarray | None = None

    @property
    def by_location(self) -> bool:
        return self.rule is None and self.weights is None


@dataclass(frozen=True)
class Plan:
    """A run, made ready to be written down.

    ``pads``: how much the plane is widened first, filled with ``fill``; ``axes`` are those of the
    plane after that. ``loops``: whether the windows are visited one by one;
    ``empty``, whether one holds padding alone; ``nowhere``, whether one has no location. ``way``:
    what follows the pooling, if anything does.
    """

    run: Pooled
    task: str
    dy: np.ndarray | None
    duplicates: str
    code: Code
    native: Native | None
    plane: tuple[Line, Line]
    axes: tuple[Line, Line]
    pads: tuple[tuple[int, int], ...] | None
    fill: float
    loops: bool
    empty: bool
    nowhere: bool
    way: Way | None = None

    @property
    def out(self) -> tuple[int, int]:
        return self.axes[0].out, self.axes[1].out

    @property
    def kernel(self) -> tuple[int, int]:
        return self.axes[0].kernel, self.axes[1].kernel

    @property
    def ordered(self) -> bool:
        """Whether the cells of a window must keep their places, though some are missing."""
        return self.run.variant.ordered and self.loops

    @property
    def arguments(self) -> str:
        """What the reduction of one window takes."""
        return "a" + ", u" * (self.code.seed is not None) + ", at" * self.ordered

    @property
    def of_empty(self) -> float:
        """The output of a window that holds nothing but padding."""
        return float(self.run.variant.identity) if self.run.variant.selects else 0.0


def plan(
    run: Pooled, task: str, dy: np.ndarray | None, duplicates: str, way: Way | None = None
) -> Plan:
    """The plan of a run over a matrix (H, W). Errors: ``ValueError`` naming the argument."""
    if run.x.ndim != 2:
        raise ValueError(f"run must be over a matrix, got an input of shape {run.x.shape}")
    if task not in ("forward", "backward", "unpool"):
        raise ValueError(f'task must be "forward", "backward" or "unpool", got {task!r}')
    if task == "backward" and (dy is None or dy.shape != run.output.shape):
        raise ValueError(f"dy must have the output's shape {run.output.shape} for a backward pass")
    way = (way or Way()) if task == "unpool" else None
    if way is not None and not way.by_location:
        task, duplicates = "forward", "last"  # the way back asks for nothing but the values
    if task == "unpool" and run.locations is None:
        raise ValueError(f"run must have locations to unpool, {run.variant!r} has none")
    variant, plane = run.variant, lines(run.geometry, run.windows.in_shape)
    code = variant.code(run.windows.size)
    pads, axes = None, plane
    if code.neutral and task != "unpool":
        pads = tuple((line.before, line.past) for line in plane)
    elif variant.sees_padding:
        pads = tuple((line.before, line.counted) for line in plane)
    if pads is not None:
        axes = tuple(_widened(line, *pad) for line, pad in zip(plane, pads, strict=True))
        pads = pads if any(map(any, pads)) else None
    empty = bool((~(run.windows.index >= 0)).all(-1).any()) and pads is None
    nowhere = run.locations is not None and bool((run.locations < 0).any())
    loops = axes[0].ragged or axes[1].ragged or (nowhere and task == "unpool")
    if code.whole and not loops:
        code = replace(code, setup=code.whole)
    return Plan(
        run,
        task,
        dy,
        duplicates,
        code,
        variant.native(),
        (plane[0], plane[1]),
        (axes[0], axes[1]),
        pads,
        float(variant.identity),
        loops,
        empty,
        nowhere,
        way,
    )


def _widened(line: Line, before: int, after: int) -> Line:
    return Line(
        line.n + before + after,
        line.out,
        line.kernel,
        line.stride,
        line.dilation,
        0,
        line.past - after,
        0,
        line.spans,
    )


def literal(values: np.ndarray, lib: str) -> str:
    """A matrix as nested lists, a row a line; whole numbers without their point.

    >>> print(literal(np.array([[1.0, 0.5], [-np.inf, 2.0]]), "np"))
    [
        [1, 0.5],
        [-np.inf, 2],
    ]
    """
    rows = ["[" + ", ".join(number(v, lib) for v in row) + "]" for row in values.tolist()]
    if len(rows) == 1:
        return f"[{rows[0]}]"
    return "[\n" + "".join(f"    {row},\n" for row in rows) + "]"


def number(value: Any, lib: str) -> str:
    """One number as Python writes it: np.inf, torch.nan, 3, 0.25."""
    value = float(value)
    if value != value:
        return f"{lib}.nan" if lib != "ops" else 'float("nan")'
    if abs(value) == float("inf"):
        sign = "-" if value < 0 else ""
        return f"{sign}{lib}.inf" if lib != "ops" else f'float("{sign}inf")'
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def both(values: tuple[int, int]) -> str:
    """(2, 2) -> "2", (2, 3) -> "(2, 3)"."""
    return str(values[0]) if values[0] == values[1] else str(tuple(values))


def file_name(x: np.ndarray) -> str:
    """The file from which a large matrix is loaded.

    >>> file_name(np.zeros((28, 28)))
    'poolviz-input-28x28.npy'
    """
    return f"poolviz-input-{'x'.join(str(n) for n in x.shape)}.npy"


def gradient_name(dy: np.ndarray) -> str:
    """The file from which a large dy is loaded."""
    return file_name(dy).replace("input", "dy")


def large(x: np.ndarray) -> bool:
    """Whether a matrix is too large to be written down."""
    return max(x.shape) > LARGEST


def values_of(name: str, x: np.ndarray, lib: str) -> str:
    """The numbers of a matrix: written down, or loaded from the file of its name ("x" or "dy")."""
    if not large(x):
        return literal(x, lib)
    return f'np.load("{gradient_name(x) if name == "dy" else file_name(x)}")'


def indented(text: str, by: int = 4) -> str:
    """Every line of text moved to the right."""
    return "\n".join(" " * by + line if line else line for line in text.split("\n"))


def cells(line: Line, i: str, name: str) -> tuple[str, str]:
    """Where window i lies on an axis: a line that defines its start, and its slice of the plane."""
    if line.spans:
        return "", f"slice({i} * {line.n} // {line.out}, -(-({i} + 1) * {line.n} // {line.out}))"
    start = i if line.stride == 1 else f"{line.stride} * {i}"
    start = "0" if line.stride == 0 else start
    step = f", {line.dilation}" if line.dilation > 1 else ""
    if not line.before:
        end = line.effective if start == "0" else f"{start} + {line.effective}"
        return "", f"slice({start}, {end}{step})"
    first = f"{name} % {line.dilation}" if line.dilation > 1 else "0"
    opening = f"{name} = {start} - {line.before}"
    return opening, f"slice(max({name}, {first}), {name} + {line.effective}{step})"


def visited(p: Plan) -> list[str]:
    """The lines that say where window (i, j) lies: ``rows`` and ``cols``, slices of the plane."""
    found = [cells(p.axes[0], "i", "top"), cells(p.axes[1], "j", "left")]
    openings = [opening for opening, _ in found if opening]
    return [*openings, f"rows = {found[0][1]}", f"cols = {found[1][1]}"]


def places(p: Plan) -> str:
    """The line that says which places of a whole window the cells of ``a`` have."""
    corner = []
    for line, name, axis in zip(p.axes, ("top", "left"), ("rows", "cols"), strict=True):
        step = f" // {line.dilation}" if line.dilation > 1 else ""
        gap = f"({axis}.start - {name}){step}" if step else f"{axis}.start - {name}"
        corner.append(f"{gap} :" if line.before else ":")
    whole = f"np.arange({prod(p.kernel)}).reshape{p.kernel}"
    return f"at = {whole}[{', '.join(corner)}][: a.shape[0], : a.shape[1]].ravel()"


def looped(p: Plan, define: str, opening: list[str], cells: str, each: list[str]) -> str:
    """One window after the other: they differ in size, for padding is left out.

    ``define``: the function that pools one; ``cells`` of the window at ``rows`` and ``cols``;
    ``each``: the lines that are done with them.
    """
    inner = [*visited(p), f"a = {cells}", *([places(p)] if p.ordered else []), *each]
    loops = [f"for i in range({p.out[0]}):", f"    for j in range({p.out[1]}):"]
    return "\n".join([define, "", *opening, *loops, indented("\n".join(inner), 8)])
