"""Operators over regions of a plane: the bins of a pyramid, and the bins of boxes (RoIs)."""

from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np

from poolviz.pooling.arguments import LARGEST, plane
from poolviz.pooling.layout import Boxes as Bins
from poolviz.pooling.layout import bound
from poolviz.pooling.limits import MAX_BOXES, fits
from poolviz.pooling.operator import Example, Operator, PerAxis, pair
from poolviz.pooling.selecting import Max
from poolviz.pooling.table import Geometry, Windows
from poolviz.pooling.variant import Names, Param, Variant, param
from poolviz.text import N_, _

__all__ = ["SpatialPyramid", "RoIPool"]  # noqa: RUF022  (menu order)

Box = tuple[float, float, float, float]


class _Levels(Param):
    """How many bins each level has along an axis."""

    @property
    def allowed(self) -> str:
        return _("a tuple of whole numbers of at least 1")

    def admits(self, value: Any) -> bool:
        one = Param(self.help, low=1, kind="int")
        return isinstance(value, tuple) and len(value) > 0 and all(one.admits(v) for v in value)


@dataclass(frozen=True)
class SpatialPyramid(Operator):
    """The max of b x b bins for each level b, in one row of fixed length whatever the size of x.

    x ``(..., H, W)`` -> ``(..., sum b^2)``, levels in order, bins row by row. ``bins="paper"``:
    windows of ceil(n/b) cells, floor(n/b) apart, which may leave the last cells uncovered (n = 10,
    b = 4 misses cell 9); ``"adaptive"``: floor(i n/b) to ceil((i + 1) n/b), which covers all. A
    level with more bins than cells needs the latter.

    >>> x = np.arange(16.0).reshape(4, 4)
    >>> SpatialPyramid(levels=(2, 1))(x).output
    array([ 5.,  7., 13., 15., 15.])
    """

    levels: tuple[int, ...] = param(
        (3, 2, 1),
        N_("Bins along an axis, level by level."),
        title=N_("Bins, level by level"),
        of=_Levels,
        kind="weights",
    )
    bins: str = param(
        "paper",
        N_("The paper's windows, or windows that cover every cell."),
        title=N_("Windows"),
        called=(N_("As in the paper"), N_("Covering every cell")),
        choices=("paper", "adaptive"),
    )

    title = N_("Spatial pyramid")
    family = N_("Regions")
    formula = (
        r"y_{b,i,j} = \max \text{ over bin } (i, j) \text{ of } b \times b, \quad "
        r"k = \lceil n / b \rceil,\ s = \lfloor n / b \rfloor"
    )
    gradient = (
        r"\frac{\partial y_{b,i,j}}{\partial x} = [\text{first } \arg\max \text{ of the bin}]"
    )
    reference = "He, Zhang, Ren & Sun, ECCV 2014"
    story = "select"
    worked = Example(
        ((1, 3, 2, 1), (4, 7, 1, 0), (2, 2, 5, 3), (0, 6, 1, 8)),
        (7, 2, 6, 8, 8),
        (("levels", (2, 1)),),
    )

    @property
    def variant(self) -> Max:
        return Max()

    @property
    def geometry(self) -> Geometry:
        return _Pyramid(self.levels, self.bins)


@dataclass(frozen=True)
class _Pyramid:
    levels: tuple[int, ...]
    bins: str
    ndim: int = 2

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        return bound(self, in_shape)

    def layout(self, in_shape: tuple[int, ...]) -> Bins:
        """The bins of every level, as yet unwritten."""
        plane(in_shape, 2)
        bins = sum(b * b for b in self.levels)
        fits(bins, "levels", MAX_BOXES, "bins")
        boxes = [_crossed(*(self.spans(n, b) for n in in_shape)) for b in self.levels]
        return Bins(in_shape, (bins,), np.concatenate(boxes), "levels")

    def spans(self, n: int, b: int) -> np.ndarray:
        """``(b, 2)``: start and end of the b bins over n cells."""
        i = np.arange(b)[:, None]
        if self.bins == "adaptive":
            return np.concatenate([i * n // b, -(-(i + 1) * n // b)], axis=-1)
        if b > n:
            raise ValueError(
                f'levels must be at most the {n} cells of an axis with bins="paper", got {b}'
            )
        return i * (n // b) + np.array([0, -(-n // b)])


class Boxes(Param):
    """A tuple of boxes (x1, y1, x2, y2)."""

    @property
    def allowed(self) -> str:
        return _("a tuple of boxes (x1, y1, x2, y2) or None")

    def admits(self, value: Any) -> bool:
        one = Param(self.help, kind="weights")
        return value is None or (
            isinstance(value, tuple)
            and len(value) > 0
            and all(one.admits(box) and len(box) == 4 for box in value)
            and bool(np.isfinite(value).all())
        )


@dataclass(frozen=True)
class MaxOfRegion(Max):
    """Max that is 0 where the region has no cell."""

    identity = 0.0
    kernel: ClassVar[Any] = None


@dataclass(frozen=True)
class OverBoxes(Operator):
    """What poolings over boxes of a plane are told."""

    rois: tuple[Box, ...] | None = param(
        None,
        N_("Boxes (x1, y1, x2, y2); empty: the whole plane."),
        title=N_("Boxes"),
        of=Boxes,
        kind="boxes",
    )
    output_size: int | tuple[int, int] = param(
        2, N_("Bins of a box."), title=N_("Output size"), of=PerAxis, low=1
    )
    spatial_scale: float = param(
        1.0,
        N_("Cells to a pixel of the boxes."),
        title=N_("Cells to a pixel"),
        low=0,
        open_low=True,
    )


@dataclass(frozen=True)
class RoIPool(OverBoxes):
    """The max of ``output_size`` bins of each box, corners rounded to whole cells.

    ``rois`` are boxes (x1, y1, x2, y2) in pixels of the image, both corners inside, times
    ``spatial_scale`` in cells; None: the whole plane. x ``(..., H, W)`` -> ``(..., R,
    *output_size)``: every plane is pooled over every box. A bin without a cell gives 0. Source:
    torchvision.ops.roi_pool and ONNX MaxRoiPool.

    >>> x = np.arange(16.0).reshape(4, 4)
    >>> RoIPool(rois=((0, 0, 1, 3),), output_size=(2, 1))(x).output
    array([[[ 5.],
            [13.]]])
    """

    title = N_("RoI pool")
    family = N_("Regions")
    formula = (
        r"y_{r,i,j} = \max \big\{ x_{uv} : u \in [\lfloor i h / p \rfloor, "
        r"\lceil (i + 1) h / p \rceil) + u_r,\ v \text{ likewise} \big\}"
    )
    gradient = (
        r"\frac{\partial y_{r,i,j}}{\partial x} = [\text{first } \arg\max \text{ of the bin}]"
    )
    reference = "Girshick, ICCV 2015 (Fast R-CNN); torchvision.ops.roi_pool"
    story = "select"
    names = Names("torchvision.ops.roi_pool", "", "MaxRoiPool")
    worked = Example(
        ((1, 3, 2, 1), (4, 7, 1, 0), (2, 2, 5, 3), (0, 6, 1, 8)),
        (((7, 7), (7, 7)),),
        (("rois", ((0.0, 0.0, 2.0, 2.0),)),),
    )

    @property
    def variant(self) -> Variant:
        return MaxOfRegion()

    @property
    def geometry(self) -> Geometry:
        return _Quantised(self.rois, pair(self.output_size), self.spatial_scale)


@dataclass(frozen=True)
class _Quantised:
    """Bins of boxes with rounded corners."""

    rois: tuple[Box, ...] | None
    bins: tuple[int, int]
    scale: float
    ndim: int = 2

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        return bound(self, in_shape)

    def layout(self, in_shape: tuple[int, ...]) -> Bins:
        """The bins of every box, as yet unwritten."""
        height, width = plane(in_shape, 2)
        rois = ((0.0, 0.0, width - 1.0, height - 1.0),)
        scale = 1.0 if self.rois is None else self.scale
        out_shape = (len(self.rois or rois), *self.bins)
        fits(prod(out_shape), "output_size and rois", MAX_BOXES, "bins")
        boxes = []
        for box in self.rois or rois:
            x1, y1, x2, y2 = scaled_box(box, scale)
            rows = self.spans(y1, y2, self.bins[0], height)
            cols = self.spans(x1, x2, self.bins[1], width)
            boxes.append(_crossed(rows, cols))
        return Bins(in_shape, out_shape, np.concatenate(boxes), "output_size and rois")

    @staticmethod
    def spans(low: float, high: float, bins: int, n: int) -> np.ndarray:
        """``(bins, 2)``: start and end of each bin, clipped to the plane."""
        start, end = (int(np.copysign(np.floor(abs(v) + 0.5), v)) for v in (low, high))
        size, i = max(end - start + 1, 1), np.arange(bins, dtype=np.int64)[:, None]
        spans = [start + i * size // bins, start - (-(i + 1) * size // bins)]
        return np.clip(np.concatenate(spans, axis=-1), 0, n).astype(np.intp, copy=False)


def scaled_box(box: Box, scale: float) -> Box:
    """The corners of a box in cells; ``ValueError`` beyond what a position can be."""
    x1, y1, x2, y2 = (v * scale for v in box)
    if max(abs(x1), abs(y1), abs(x2), abs(y2)) > LARGEST:
        raise ValueError(
            f"rois times spatial_scale must lie within {LARGEST:,} cells, got {box} times {scale}"
        )
    return x1, y1, x2, y2


def _crossed(rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """``(r * c, 2, 2)``: every box of a span of rows ``(r, 2)`` and one of columns ``(c, 2)``."""
    shape = (len(rows), len(cols), 2)
    both = [np.broadcast_to(rows[:, None], shape), np.broadcast_to(cols, shape)]
    return np.stack(both, axis=-2).reshape(-1, 2, 2)
