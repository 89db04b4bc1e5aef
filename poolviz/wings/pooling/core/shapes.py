"""The shape calculation with its numbers in, and where the formula that is often quoted differs."""

from dataclasses import dataclass

from poolviz.pooling import Sliding
from poolviz.pooling.windows import Axis
from poolviz.text import _, together


@dataclass(frozen=True)
class ShapeLine:
    """One axis: its name, the calculation in LaTeX, the number of outputs, and what to notice."""

    axis: str
    latex: str
    out: int
    note: str = ""


def shape_lines(geometry: Sliding, in_shape: tuple[int, ...]) -> tuple[ShapeLine, ...]:
    """The calculation for each axis of a plane.

    >>> [line.out for line in shape_lines(Sliding(kernel_size=2), (5, 4))]
    [2, 2]
    """
    same = isinstance(geometry.padding, str) and geometry.padding != "valid"
    axes = zip((_("rows"), _("columns")), geometry.axes(in_shape), strict=True)
    return tuple(_sliding(name, axis, same) for name, axis in axes)


def quoted(n: int, kernel: int, stride: int, padding: int) -> int:
    """ceil((n + 2 padding - kernel) / stride) + 1, the formula of many texts; no library uses it.

    >>> quoted(5, 2, 2, 0)
    3
    """
    return -(-(n + 2 * padding - kernel) // stride) + 1


def _sliding(name: str, axis: Axis, same: bool) -> ShapeLine:
    if same:
        latex = rf"\left\lceil \frac{{{axis.n}}}{{{axis.stride}}} \right\rceil = {axis.out}"
        note = _("Padding is chosen to give this: {before} before, {after} after.").format(
            before=axis.before, after=axis.after
        )
        return ShapeLine(name, latex, axis.out, note)
    left, right = (r"\lceil", r"\rceil") if axis.ceil_mode else (r"\lfloor", r"\rfloor")
    span = str(axis.kernel)
    if axis.dilation > 1:
        span = rf"({axis.dilation} \cdot ({axis.kernel} - 1) + 1)"
    room = axis.n + axis.before + axis.after - axis.effective
    rounded = -(-room // axis.stride) if axis.ceil_mode else room // axis.stride
    less = rounded + 1 - axis.out
    tail = " - 1" if less else ""
    latex = (
        rf"\left{left} \frac{{{axis.n} + {axis.before} + {axis.after} - {span}}}{{{axis.stride}}} "
        rf"\right{right} + 1{tail} = {axis.out}"
    )
    return ShapeLine(name, latex, axis.out, _note(axis, bool(less)))


def _note(axis: Axis, less: bool) -> str:
    notes = []
    if less:
        notes.append(_("One less: the last window would start in the padding after the input."))
    over = (axis.out - 1) * axis.stride + axis.effective - (axis.n + axis.before + axis.after)
    if over > 0:
        notes.append(_("The last window reaches {over} past the padded input.").format(over=over))
    if over < 0:
        notes.append(
            _("Cells at the end of the padded input outside every window: {left}.").format(
                left=-over
            )
            if axis.stride <= axis.effective
            else _("Windows skip cells: the stride is larger than the window.")
        )
    often = quoted(axis.n, axis.effective, axis.stride, axis.before)
    if axis.before == axis.after and often != axis.out:
        notes.append(
            _(
                "The often quoted ⌈(in + 2p − k) / stride⌉ + 1 says {often}. PyTorch rounds down "
                "unless ceil_mode is set, and then drops a window that starts past the input."
            ).format(often=often)
        )
    return together(notes)
