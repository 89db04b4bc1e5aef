"""RoI align: boxes read at unrounded places."""

from dataclasses import dataclass

import numpy as np

from poolviz.pooling.arguments import plane
from poolviz.pooling.limits import fits
from poolviz.pooling.means import Sum
from poolviz.pooling.operator import Example, Operated, pair, weighed
from poolviz.pooling.regions import Box, MaxOfRegion, OverBoxes, scaled_box
from poolviz.pooling.table import OUTSIDE, Geometry, Windows
from poolviz.pooling.variant import Names, Variant, param
from poolviz.text import N_

__all__ = ["RoIAlign"]


@dataclass(frozen=True)
class RoIAlign(OverBoxes):
    """Bilinear samples in the bins of each box, unrounded; their mean, or the largest.

    ``rois`` are boxes (x1, y1, x2, y2), times ``spatial_scale`` in cells; None: the whole plane.
    Every bin has ``sampling_ratio`` samples an axis; 0: ceil(box side / bins). ``aligned`` shifts
    by half a pixel (ONNX ``half_pixel``); not aligned (``output_half_pixel``) does not, and box
    sides are at least 1. A sample more than one cell outside counts as 0. ``mode="max"`` is ONNX's:
    the largest single weighted corner, not the largest sample. x ``(..., H, W)`` -> ``(..., R,
    *output_size)``. Source: torchvision.ops.roi_align and ONNX RoiAlign.

    >>> x = np.arange(16.0).reshape(4, 4)
    >>> RoIAlign(rois=((0, 0, 4, 4),), output_size=2)(x).output
    array([[[ 2.5,  4.5],
            [10.5, 12.5]]])
    """

    sampling_ratio: int = param(
        0,
        N_("Samples of a bin along an axis; 0: as many as cells."),
        title=N_("Samples in a bin"),
        low=0,
    )
    mode: str = param(
        "avg",
        N_("The mean of the samples, or the largest."),
        title=N_("Of the samples"),
        called=(N_("Mean"), N_("Largest")),
        choices=("avg", "max"),
    )
    aligned: bool = param(True, N_("Shift by half a pixel."), title=N_("Half a pixel back"))

    title = N_("RoI align")
    family = N_("Regions")
    formula = (
        r"y = \frac{1}{S} \sum_s \sum_{uv} w_{s,uv}\, x_{uv}, \quad "
        r"w_{s,uv} = \max(0, 1 - |u - u_s|)\, \max(0, 1 - |v - v_s|)"
    )
    gradient = r"\frac{\partial y}{\partial x_{uv}} = \frac{1}{S} \sum_s w_{s,uv}"
    reference = "He, Gkioxari, Dollár & Girshick, ICCV 2017 (Mask R-CNN); ONNX RoiAlign"
    story = "filter"
    names = Names("torchvision.ops.roi_align", "", "RoiAlign")
    worked = Example(
        ((0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11), (12, 13, 14, 15)),
        (((2.5, 4.5), (10.5, 12.5)),),
        (("rois", ((0.0, 0.0, 4.0, 4.0),)),),
    )

    @property
    def selects(self) -> bool:
        return False

    @property
    def variant(self) -> Variant:
        return Sum() if self.mode == "avg" else MaxOfRegion()

    @property
    def geometry(self) -> Geometry:
        return _Sampled(
            self.rois,
            pair(self.output_size),
            self.spatial_scale,
            self.sampling_ratio,
            self.aligned,
            self.mode == "avg",
        )

    def arithmetic(self, run: Operated, cell: tuple[int, ...]) -> str:
        return weighed(run, cell)


@dataclass(frozen=True)
class _Sampled:
    """The corners of every bilinear sample, with their weights; over their number if ``mean``."""

    rois: tuple[Box, ...] | None
    bins: tuple[int, int]
    scale: float
    ratio: int
    aligned: bool
    mean: bool
    ndim: int = 2

    def bind(self, in_shape: tuple[int, ...]) -> Windows:
        height, width = plane(in_shape, 2)
        scale = 1.0 if self.rois is None else self.scale
        rois = self.rois or ((0.0, 0.0, float(width), float(height)),)
        boxes = [scaled_box(box, scale) for box in rois]
        places = max(
            self._samples(y1, y2, self.bins[0]) * self._samples(x1, x2, self.bins[1])
            for x1, y1, x2, y2 in boxes
        )
        # A sample reads four cells, and a cell has a position and a weight.
        cells = len(boxes) * self.bins[0] * self.bins[1] * max(4 * places, 1)
        fits(cells, "output_size and sampling_ratio", cost=4)
        return self._table(boxes, in_shape)

    def _samples(self, low: float, high: float, bins: int) -> int:
        """Samples of a bin along one axis."""
        size = high - low if self.aligned else max(high - low, 1.0)
        return self.ratio or max(int(np.ceil(size / bins)), 0)

    def _table(self, boxes: list[Box], in_shape: tuple[int, ...]) -> Windows:
        height, width = in_shape
        tables = []
        for x1, y1, x2, y2 in boxes:
            rows = self._corners(y1, y2, self.bins[0], height)
            cols = self._corners(x1, x2, self.bins[1], width)
            index = rows[0][:, None, :, None] * width + cols[0][None, :, None, :]
            weights = rows[1][:, None, :, None] * cols[1][None, :, None, :]
            samples = max(rows[0].shape[1] * cols[0].shape[1] // 4, 1)
            flat = (*self.bins, index.shape[2] * index.shape[3])
            tables.append(
                (index.reshape(flat), weights.reshape(flat) / (samples if self.mean else 1))
            )
        size = max(1, *(index.shape[-1] for index, _ in tables))
        places = np.full((len(tables), *self.bins, size), OUTSIDE, dtype=np.intp)
        shares = np.zeros(places.shape)
        for r, (index, weights) in enumerate(tables):
            places[r, ..., : index.shape[-1]] = index
            shares[r, ..., : index.shape[-1]] = weights
        return Windows(in_shape, places.shape[:-1], places, shares)

    def _corners(self, low: float, high: float, bins: int, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Along one axis: the two cells around each sample and their weights, ``(bins, 2 * n)``."""
        shift = 0.5 if self.aligned else 0.0
        low, high = low - shift, high - shift
        size = high - low if self.aligned else max(high - low, 1.0)
        count = self._samples(low, high, bins)
        step = (np.arange(count) + 0.5) / max(count, 1)
        at = low + (np.arange(bins)[:, None] + step) * (size / bins)
        outside = (at < -1) | (at > n)
        at = np.clip(at, 0, n - 1)
        cell = np.minimum(np.floor(at).astype(np.intp), n - 1)
        far = at - cell
        cells = np.stack([cell, np.minimum(cell + 1, n - 1)], -1)
        weights = np.where(outside[..., None], 0, np.stack([1 - far, far], -1))
        return cells.reshape(bins, -1), weights.reshape(bins, -1)
