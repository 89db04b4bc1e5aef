"""Non-local means as a scene: each pixel asks which patches of its window look like its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import isqrt

import numpy as np

from poolviz.attention import NonLocalMeans
from poolviz.attention.rows import effective_keys
from poolviz.numbers import number
from poolviz.stage.scene import Kind, Overlay, Panel, Scene, Track, Weighing
from poolviz.stage.weighing import weigh
from poolviz.text import _
from poolviz.wings.attention.denoise.picture import decibel, margin, psnr, rows_of_offsets

SIDE = 22
"""A scene has at most SIDE x SIDE steps, so that it stays under 60 kB."""
KEYS = SIDE * SIDE * 121
"""At most so many keys lie in the windows of a scene."""
WHOLE = 21
"""A window of the whole picture counts as one of so many rows and columns."""


@dataclass(frozen=True)
class Crop:
    """The block of pixels that is played: its first pixel, its rows and columns."""

    row: int
    col: int
    rows: int
    cols: int

    @classmethod
    def within(
        cls, shape: tuple[int, ...], window: int, start: tuple[int, int] | None = None
    ) -> "Crop":
        """The block from ``start`` on, as near as the picture allows; None: the middle.

        >>> Crop.within((64, 64), 11), Crop.within((4, 9), 21, (3, 3))
        (Crop(row=21, col=21, rows=22, cols=22), Crop(row=0, col=0, rows=4, cols=9))
        """
        side = min(SIDE, max(4, isqrt(KEYS // (window or WHOLE) ** 2)))
        rows, cols = (min(n, side) for n in shape)
        room = shape[0] - rows, shape[1] - cols
        first = (room[0] // 2, room[1] // 2) if start is None else start
        row, col = (min(max(at, 0), most) for at, most in zip(first, room, strict=True))
        return cls(row, col, rows, cols)

    def __len__(self) -> int:
        return self.rows * self.cols

    @property
    def pixels(self) -> np.ndarray:
        """(row, col) of each pixel, row-major ``(S, 2)``."""
        grid = np.mgrid[self.row : self.row + self.rows, self.col : self.col + self.cols]
        return grid.reshape(2, -1).T

    def pixel(self, step: int) -> tuple[int, int]:
        """(row, col) of a step's pixel, of the last one where there are fewer."""
        row, col = divmod(min(step, len(self) - 1), self.cols)
        return self.row + row, self.col + col


@dataclass(frozen=True, eq=False)
class Asking:
    """The pixels of a crop as queries: which cells of the noisy panel they may ask, and what each
    is told. The panel is the picture, with mirrored rows and columns where windows need them.
    """

    noisy: np.ndarray
    block: NonLocalMeans
    crop: Crop

    @cached_property
    def around(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Mirrored rows above and below, columns left and right."""
        reach, (rows, cols) = self.block.window // 2, self.noisy.shape
        c = self.crop
        return (
            (max(0, reach - c.row), max(0, c.row + c.rows + reach - rows)),
            (max(0, reach - c.col), max(0, c.col + c.cols + reach - cols)),
        )

    @cached_property
    def shown(self) -> np.ndarray:
        """The panel's values."""
        return np.pad(self.noisy, self.around, mode="reflect")

    @cached_property
    def kind(self) -> np.ndarray:
        """Which of its cells are mirrored."""
        cells = np.full(self.noisy.shape, Kind.CELL, np.uint8)
        return np.pad(cells, self.around, constant_values=Kind.PADDING)

    @cached_property
    def own(self) -> np.ndarray:
        """The panel's cell of each query ``(S,)``."""
        (top, _bottom), (left, _right) = self.around
        pixels = self.crop.pixels + np.array((top, left))
        return np.asarray(pixels @ (self.shown.shape[1], 1))

    @cached_property
    def cells(self) -> np.ndarray | None:
        """The cells of each window ``(S, K)``; None: every cell."""
        if not self.block.window:
            return None
        reach = np.arange(self.block.window) - self.block.window // 2
        offsets = (reach[:, None] * self.shown.shape[1] + reach).ravel()
        return np.asarray(self.own[:, None] + offsets)

    @property
    def own_patch(self) -> np.ndarray:
        """The panel's cells of each query's own patch ``(S, s²)``, as far as they are shown."""
        reach = np.arange(self.block.patch) - self.block.patch // 2
        row, col = np.divmod(self.own, self.shown.shape[1])
        rows, cols = row[:, None, None] + reach[:, None], col[:, None, None] + reach
        inside = (rows >= 0) & (rows < self.shown.shape[0])
        inside = inside & (cols >= 0) & (cols < self.shown.shape[1])
        flat = np.where(inside, rows * self.shown.shape[1] + cols, -1)
        return np.asarray(flat.reshape(len(self.crop), -1))

    def patches(self, values: np.ndarray) -> np.ndarray:
        """The patch of each cell of the panel, raw ``(M, s²)``, of these values of the picture."""
        s, edge = self.block.patch, self.block.patch // 2
        pads = [(a + edge, b + edge) for a, b in self.around]
        mirrored = np.pad(values, pads, mode="reflect")
        return np.lib.stride_tricks.sliding_window_view(mirrored, (s, s)).reshape(-1, s * s)

    @cached_property
    def distance(self) -> np.ndarray:
        """The mean squared difference of each query's patch and those of its keys ``(S, K)``."""
        if self.cells is None:
            patches = self.patches(self.noisy)
            squares, own = (patches**2).sum(-1), patches[self.own]
            found = squares[self.own][:, None] + squares - 2 * own @ patches.T
            return np.asarray(np.maximum(found, 0) / self.block.patch**2)
        c, beyond = self.crop, margin(self.block)
        padded = np.pad(self.noisy, beyond, mode="reflect")
        part = padded[c.row : c.row + c.rows + 2 * beyond, c.col : c.col + c.cols + 2 * beyond]
        found = np.stack([sums for sums, _there in rows_of_offsets(part, self.block)])
        return np.moveaxis(found, (2, 3), (0, 1)).reshape(len(c), -1) / self.block.patch**2

    @cached_property
    def weights(self) -> np.ndarray:
        """What each query takes of each of its keys ``(S, K)``: softmax of -D/h², ``attend``'s."""
        return weigh(-self.distance / self.block.h**2, "softmax")

    @cached_property
    def effective(self) -> np.ndarray:
        """How many keys each query really uses ``(S,)``."""
        return effective_keys(self.weights)

    def cell(self, step: int, key: int) -> int:
        """The panel's cell of a query's key."""
        return key if self.cells is None else int(self.cells[step, key])

    def place(self, cell: int) -> tuple[int, int]:
        """(row, col) in the picture of a cell of the panel."""
        row, col = divmod(cell, self.shown.shape[1])
        return row - self.around[0][0], col - self.around[1][0]

    def weighing(self) -> Weighing:
        """The rows as the browser makes them, from pixels in float16: what nobody asks is 0."""
        side = self.block.patch
        pads = [(a + side // 2, b + side // 2) for a, b in self.around]
        picture = np.pad(sent(self.noisy), pads, mode="reflect")
        if self.cells is not None:
            rows, cols = np.divmod(self.cells[[0, -1]].ravel()[[0, -1]], self.shown.shape[1])
            asked = np.zeros(picture.shape, bool)
            asked[rows[0] : rows[1] + side, cols[0] : cols[1] + side] = True
            picture = np.where(asked, picture, 0)
        return Weighing.of_patches(picture, side, self.own, 2 / (side * self.block.h) ** 2)


@dataclass(frozen=True)
class Boxed:
    """Pixels whose patches are framed at one step."""

    step: int
    places: tuple[tuple[int, int], ...]


def denoise_scene(
    asking: Asking, output: np.ndarray, clean: np.ndarray, hidden: int | None,
    boxed: Boxed | None = None,
) -> Scene:  # fmt: skip
    """The noisy picture with a veil of weights, and what becomes of it: a step a pixel.

    From step ``hidden`` on weights are withheld, and windows are outlined alone.
    """
    crop, steps = asking.crop, len(asking.crop)
    known = np.arange(steps) < (steps if hidden is None else hidden)
    (top, _bottom), (left, _right) = asking.around
    low, high = 0.0, 1.0
    written = np.asarray(crop.pixels @ (output.shape[1], 1))
    every = np.arange(asking.shown.size)
    cells = asking.cells if asking.cells is not None or known.all() else np.tile(every, (steps, 1))
    lit = cells if cells is None or known.all() else np.where(known[:, None], cells, -1)
    tracks = [  # the first has no weights, so that no bench comes between the two pictures
        Track("noisy", asking.own_patch, title=_("its own patch")),
        Track("noisy", lit, weighing=asking.weighing(), look="veil", title=_("whom it may ask")),
        Track("denoised", written=written),
    ]
    if cells is not None and not known.all():
        tracks.insert(2, Track("noisy", np.where(known[:, None], -1, cells)))
    seen = int(known.sum())
    sentences = (*_told(asking, output, clean, seen), *islice(_asks(crop), seen, None))
    return Scene(
        _("Non-local means"),
        (
            Panel(
                "noisy", _titled(_("Noisy"), asking.noisy, clean), sent(asking.shown), low, high,
                "grey", kind=asking.kind if asking.kind.any() else None, origin=(-top, -left),
            ),
            Panel(
                "denoised", _titled(_("Denoised"), output, clean), sent(output), low, high, "grey"
            ),
        ),
        tuple(tracks),
        sentences,
        "exp",
        overlays=_frames(asking, boxed),
    )  # fmt: skip


def _titled(title: str, picture: np.ndarray, clean: np.ndarray) -> str:
    """With how near it is to the clean picture."""
    return _("{title}, {decibels} dB,").format(title=title, decibels=decibel(psnr(picture, clean)))


def sent(values: np.ndarray) -> np.ndarray:
    """Values to three digits, which travel in half the room."""
    return values.astype(np.float16).astype(np.float64)


def _told(asking: Asking, output: np.ndarray, clean: np.ndarray, steps: int) -> Iterator[str]:
    """What is said at each of the first steps."""
    if not steps:
        return
    text = _("Row {row}, column {col}: {noisy} becomes {y}, true {clean}; {n} of {keys} keys count")
    keys, crop = asking.distance.shape[1], asking.crop
    pixels = crop.pixels[:steps]
    there = tuple(pixels.T)
    numbers = (each[there].tolist() for each in (asking.noisy, output, clean))
    for place, *values, n in zip(pixels.tolist(), *numbers, asking.effective[:steps], strict=True):
        noisy, y, true = map(_two, values)
        yield text.format(
            row=place[0], col=place[1], noisy=noisy, y=y, clean=true, n=number(n, 2), keys=keys
        )


def _two(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _asks(crop: Crop) -> Iterator[str]:
    text = _("Row {row}, column {col}: which patches look like its own … ?")
    return (text.format(row=row, col=col) for row, col in crop.pixels.tolist())


def _frames(asking: Asking, boxed: Boxed | None) -> tuple[Overlay, ...]:
    """The block in which every pixel can be asked, and patches that are asked about."""
    crop, frames = asking.crop, []
    if (crop.rows, crop.cols) != asking.noisy.shape:
        block = np.array([[crop.col, crop.row, crop.cols, crop.rows]], float)
        frames.append(Overlay("denoised", _("pixels that can be asked"), boxes=block))
    if boxed is not None:
        (top, _bottom), (left, _right) = asking.around
        size = asking.block.patch
        corner = np.array(boxed.places, float)[:, ::-1] + (left, top) - size // 2
        boxes = np.full((len(crop), len(corner), 4), np.nan)
        boxes[boxed.step] = np.hstack((corner, np.full_like(corner, size)))
        frames.append(Overlay("noisy", _("patches to compare"), boxes=boxes))
    return tuple(frames)
