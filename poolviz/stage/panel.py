"""Panels: titled grids of numbers, which may change with the step or lie over a picture."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from poolviz.text import _, listed

SHOWN = ("always", "written", "summed", "replaced")
PALETTES = ("sequence", "diverging", "grey")


class Kind(IntEnum):
    """What a cell of a panel is."""

    CELL = 0
    PADDING = 1
    """Around the input: hatched, its value shown (−∞, 0) or said to be excluded."""
    OUTSIDE = 2
    """Past the padded plane (overrun of ceil mode): drawn empty, never counted."""
    SECRET = 3
    """An answer that is withheld: drawn as "?", its value is not in the data."""


PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


@dataclass(frozen=True, eq=False)
class Ground:
    """A picture under a panel, stretched over all its cells.

    ``image``: uint8 ``(H, W)`` or ``(H, W, 3)``, or the bytes of a PNG or JPEG file. ``alt`` says
    what it shows. ``veil`` in [0, 1]: how opaque a panel's cell of the largest |value| is over the
    picture; opacity falls with |value| to nothing at 0. 0: the panel's own values are not drawn.
    """

    image: np.ndarray | bytes
    alt: str
    veil: float = 0.0

    def __post_init__(self) -> None:
        if isinstance(self.image, bytes):
            if not self.image.startswith((PNG, JPEG)):
                raise ValueError("image must be a PNG or a JPEG file, or an array")
        elif self.image.dtype != np.uint8 or self.image.ndim not in (2, 3) or not self.image.size:
            raise ValueError(
                f"image must be uint8 (H, W) or (H, W, 3), got {self.image.dtype} "
                f"{self.image.shape}"
            )
        elif self.image.ndim == 3 and self.image.shape[2] != 3:
            raise ValueError(f"image must be uint8 (H, W) or (H, W, 3), got {self.image.shape}")
        if not 0 <= self.veil <= 1:
            raise ValueError(f"veil must be in [0, 1], got {self.veil}")

    @property
    def type(self) -> str:
        """ "png", "jpeg", or "" for an array."""
        if isinstance(self.image, bytes):
            return "png" if self.image.startswith(PNG) else "jpeg"
        return ""


@dataclass(frozen=True, eq=False)
class Panel:
    """A titled grid of numbers with one fixed colour range.

    ``values`` (rows, cols), float; or (S, rows, cols), **frames**: what it holds at each step.
    ``kind``, of the same shape or (rows, cols), of ``Kind``; None: all cells. ``shown``: "always";
    "written", a cell appears at the step that writes it; "summed", a cell shows the sum of what
    the steps so far added, from the first that lights it on (after the last step all do);
    "replaced", for frames: each step writes the panel anew, whereas an
    "always" panel of frames holds its step's frame from the step's beginning. ``origin`` is the
    (row, col) that the top left cell is called: (-1, -1) with one padding row and column.
    ``padding_text`` is what padding cells hold. ``palette``: "sequence", "diverging" (0 in the
    middle) or "grey" (pictures). ``ground``: a picture under the cells.

    Errors: ``ValueError`` where a shape or a word is none of these.
    """

    name: str
    title: str
    values: np.ndarray
    low: float
    high: float
    palette: str = "sequence"
    shown: str = "always"
    kind: np.ndarray | None = None
    padding_text: str = ""
    origin: tuple[int, int] = (0, 0)
    row_labels: tuple[str, ...] = ()
    col_labels: tuple[str, ...] = ()
    ground: Ground | None = None
    breaks: bool = False
    """It begins a row of panels."""

    def __post_init__(self) -> None:
        frames = np.ndim(self.values) == 3
        if np.ndim(self.values) not in (2, 3):
            raise ValueError(
                f"values of {self.name!r} must be (rows, cols) or (steps, rows, cols), "
                f"got {np.shape(self.values)}"
            )
        allowed = {np.shape(self.values), self.shape}
        if self.kind is not None and np.shape(self.kind) not in allowed:
            raise ValueError(
                f"kind of {self.name!r} must be {self.shape}, got {np.shape(self.kind)}"
            )
        for word, words, value in (
            ("palette", PALETTES, self.palette),
            ("shown", SHOWN, self.shown),
        ):
            if value not in words:
                raise ValueError(f"{word} must be one of {', '.join(words)}, got {value!r}")
        if frames and self.shown in ("written", "summed"):
            raise ValueError(f'frames of {self.name!r} are shown "always" or "replaced"')
        if self.shown == "replaced" and not frames:
            raise ValueError(f'{self.name!r} has no frames that could be shown "replaced"')

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, cols = np.shape(self.values)[-2:]
        return int(rows), int(cols)

    @property
    def frames(self) -> int:
        """How many frames it has, 0: its values are the same at every step."""
        return len(self.values) if np.ndim(self.values) == 3 else 0

    def values_at(self, s: int) -> np.ndarray:
        """The values at step s ``(rows, cols)``, written or not."""
        return np.asarray(self.values[s] if self.frames else self.values)

    def kind_at(self, s: int) -> np.ndarray:
        """What its cells are at step s ``(rows, cols)``."""
        if self.kind is None:
            return np.zeros(self.shape, np.uint8)
        return np.asarray(self.kind[s] if np.ndim(self.kind) == 3 else self.kind)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the panel without its padding and what lies outside."""
        if self.kind is None:
            return self.shape
        kind = self.kind_at(0)
        real = (kind == Kind.CELL) | (kind == Kind.SECRET)
        return int(real.any(1).sum()), int(real.any(0).sum())

    @property
    def told(self) -> np.ndarray:
        """The values without those that are withheld, which are NaN here."""
        if self.kind is None:
            return self.values
        return np.where(np.asarray(self.kind) == Kind.SECRET, np.nan, self.values)

    @property
    def heading(self) -> str:
        """Its title with its size: "Input 4 × 4"."""
        rows, cols = self.size
        return _("{title} {rows} × {columns}").format(title=self.title, rows=rows, columns=cols)

    def label(self, cell: int) -> str:
        """What a cell is called: its labels, or "row 0, column 1"."""
        row, col = divmod(int(cell), self.shape[1])
        if self.row_labels or self.col_labels:
            names = [t[i] for t, i in ((self.row_labels, row), (self.col_labels, col)) if t]
            return listed(names)
        return _("row {row}, column {column}").format(
            row=row + self.origin[0], column=col + self.origin[1]
        )
