"""Which matrix of an array of more axes is read: channels first or last, and which plane."""

import math
from dataclasses import dataclass

from poolviz.readers.reading import Layout, Planes, ReadError, check_side
from poolviz.text import _, counted

LAYOUTS: tuple[Layout, ...] = ("first", "last")
MOST_AXES = 8
_MOST_CHANNELS = 4
"""A last axis up to it, shorter than the two before it, is taken as colours."""


@dataclass(frozen=True)
class Plane:
    """``array[index]`` is the matrix (rows, cols); ``planes`` None if there was nothing to choose.

    ``index`` has an int or ``slice(None)`` an axis.
    """

    rows: int
    cols: int
    index: tuple[int | slice, ...]
    notes: tuple[str, ...] = ()
    planes: Planes | None = None


def choose_plane(shape: tuple[int, ...], layout: Layout | None = None, plane: int = 0) -> Plane:
    """Rows, columns and their place in an array of this shape, or a ``ReadError``.

    Without a ``layout``, axes of length 1 are left out first; then channels stand last if that
    axis has at most 4 and is shorter than the two before it, else first. What was taken is said.

    >>> choose_plane((4, 5, 3)).planes
    Planes(shape=(4, 5, 3), layout='last', plane=0, count=3)
    >>> choose_plane((4, 5, 3), "first", plane=1).index[0]
    1
    """
    if layout is not None and layout not in LAYOUTS:
        raise ValueError(f"layout must be one of {', '.join(LAYOUTS)}, got {layout!r}")
    if not 1 <= len(shape) <= MOST_AXES:
        raise ReadError(
            _("The array has {n} axes: 1 to {most} are read.").format(n=len(shape), most=MOST_AXES)
        )
    spatial, taken, notes = _spatial(shape, layout)
    if len(spatial) == 1:
        rows, cols = 1, shape[spatial[0]]
        notes = (
            *notes,
            counted(
                cols,
                _("The array has one axis: its one number is taken as one row."),
                _("The array has one axis: its {n} numbers are taken as one row."),
            ),
        )
    else:
        rows, cols = (shape[axis] for axis in spatial)
    check_side(rows, cols)
    others = [n for axis, n in enumerate(shape) if axis not in spatial]
    count = math.prod(others)
    if count < 1:
        raise ReadError(_("The array is {shape}: it holds no number.").format(shape=_named(shape)))
    if not 0 <= plane < count:
        raise ReadError(
            _("Plane {plane} is asked for: the array has {n}, counted from 0.").format(
                plane=plane, n=count
            )
        )
    index = _index(shape, spatial, plane)
    if count == 1:
        return Plane(rows, cols, index, notes)
    note = _choice(shape, taken, index, plane, count, guessed=layout is None)
    return Plane(rows, cols, index, (note,), Planes(shape, taken, plane, count))


def _spatial(
    shape: tuple[int, ...], layout: Layout | None
) -> tuple[tuple[int, ...], Layout, tuple[str, ...]]:
    """The axes of rows and columns (or the only axis), the layout, and notes."""
    axes = tuple(range(len(shape)))
    notes: tuple[str, ...] = ()
    if len(shape) <= 2:
        return axes, "first", notes
    if layout is None:
        long = tuple(axis for axis in axes if shape[axis] != 1)
        if len(long) < 2:  # a row, a column or one number: the last two axes say which
            long = axes[-2:]
        if len(long) < len(axes):
            axes = long
            notes = (
                _("The array is {shape}: its axes of length 1 are left out.").format(
                    shape=_named(shape)
                ),
            )
        if len(axes) == 2:
            return axes, "first", notes
        lengths = [shape[axis] for axis in axes]
        last = lengths[-1] <= _MOST_CHANNELS and lengths[-1] < min(lengths[-3:-1])
        layout = "last" if last else "first"
    return (axes[-2:] if layout == "first" else axes[-3:-1]), layout, notes


def _index(shape: tuple[int, ...], spatial: tuple[int, ...], plane: int) -> tuple[int | slice, ...]:
    index: list[int | slice] = []
    for axis in reversed(range(len(shape))):
        if axis in spatial:
            index.append(slice(None))
        else:
            plane, place = divmod(plane, shape[axis])
            index.append(place)
    return tuple(reversed(index))


def _choice(
    shape: tuple[int, ...],
    layout: Layout,
    index: tuple[int | slice, ...],
    plane: int,
    count: int,
    *,
    guessed: bool,
) -> str:
    """What was read of several planes, and how another is asked for."""
    read = "x[" + ", ".join(":" if isinstance(each, slice) else str(each) for each in index) + "]"
    if not guessed:
        text = _("The array is {shape}: {read} is read, plane {plane} of 0 to {most}.")
    elif layout == "last":
        text = _(
            "The array is {shape}: its last axis is taken as channels, and {read} is read, plane "
            "{plane} of 0 to {most}. If channels stand first, give x[0]."
        )
    else:
        text = _(
            "The array is {shape}: its last two axes are taken as rows and columns, and {read} is "
            "read, plane {plane} of 0 to {most}. If channels stand last, give x[..., 0]."
        )
    return text.format(shape=_named(shape), read=read, plane=plane, most=count - 1)


def _named(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
