"""Operators over regions of a plane: the bins of a pyramid, and the bins of boxes (RoIs)."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from poolviz.pooling.arguments import plane
from poolviz.pooling.operator import Example, Operator, PerAxis, pair
from poolviz.pooling.selecting import Max
from poolviz.pooling.table import OUTSIDE, Geometry, Windows, fits
from poolviz.pooling.variant import Names, Param, Variant, param
from poolviz.text import N_, _

__all__ = ["SpatialPyramid", "RoIPool"]  # noqa: RUF022  (menu order)

Span = tuple[int, int]
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
        (3, 2, 1), N_("Bins along an axis, level by level."), of=_Levels, kind="weights"
    )
    bins: str = param(
        "paper",
        N_("The paper's windows, or windows that cover every cell."),
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
        boxes = [
            (rows, cols)
            for b in self.levels
            for rows in self.spans(in_shape[0], b)
            for cols in self.spans(in_shape[1], b)
        ]
        return Windows(in_shape, (len(boxes),), _rectangles(boxes, in_shape))

    def spans(self, n: int, b: int) -> list[Span]:
        """(start, end) of the b bins over n cells."""
        if self.bins == "adaptive":
            return [(i * n // b, -(-(i + 1) * n // b)) for i in range(b)]
        if b > n:
            raise ValueError(
                f'levels must be at most the {n} cells of an axis with bins="paper", got {b}'
            )
        return [(i * (n // b), i * (n // b) - (-n // b)) for i in range(b)]


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
class RoIPool(Operator):
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

    rois: tuple[Box, ...] | None = param(
        None, N_("Boxes (x1, y1, x2, y2); empty: the whole plane."), of=Boxes, kind="boxes"
    )
    output_size: int | tuple[int, int] = param(2, N_("Bins of a box."), of=PerAxis, low=1)
    spatial_scale: float = param(1.0, N_("Cells to a pixel of the boxes."), low=0, open_low=True)

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
        height, width = plane(in_shape, 2)
        rois = ((0.0, 0.0, width - 1.0, height - 1.0),)
        scale = 1.0 if self.rois is None else self.scale
        boxes = []
        for x1, y1, x2, y2 in self.rois or rois:
            rows = self.spans(y1 * scale, y2 * scale, self.bins[0], height)
            cols = self.spans(x1 * scale, x2 * scale, self.bins[1], width)
            boxes += [(r, c) for r in rows for c in cols]
        index = _rectangles(boxes, in_shape)
        out_shape = (len(self.rois or rois), *self.bins)
        return Windows(in_shape, out_shape, index.reshape(*out_shape, -1))

    @staticmethod
    def spans(low: float, high: float, bins: int, n: int) -> list[Span]:
        """(start, end) of each bin, clipped to the plane."""
        start, end = (int(np.copysign(np.floor(abs(v) + 0.5), v)) for v in (low, high))
        size = max(end - start + 1, 1)
        spans = ((start + i * size // bins, start - (-(i + 1) * size // bins)) for i in range(bins))
        return [(min(max(a, 0), n), min(max(b, 0), n)) for a, b in spans]


def _rectangles(boxes: list[tuple[Span, Span]], in_shape: tuple[int, ...]) -> np.ndarray:
    """``(len(boxes), K)``: the cells of each rectangle of (row span, column span), row by row."""
    width = in_shape[1]
    size = max((b - a) * (d - c) for (a, b), (c, d) in boxes)
    fits(len(boxes) * max(size, 1), "the regions")
    index = np.full((len(boxes), max(size, 1)), OUTSIDE, dtype=np.intp)
    for row, ((a, b), (c, d)) in zip(index, boxes, strict=True):
        cells = (np.arange(a, b)[:, None] * width + np.arange(c, d)).ravel()
        row[: len(cells)] = cells
    return index
