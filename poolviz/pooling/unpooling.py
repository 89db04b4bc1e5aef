"""Unpooling by a rule instead of by memory, the way back of each, and what a round trip loses.

``unpool`` puts values where they came from; these spread them over their window without knowing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, ClassVar

import numpy as np

from poolviz.pooling.arguments import integer, per_axis
from poolviz.pooling.array import array
from poolviz.pooling.engine import Pooled
from poolviz.pooling.limits import BLOCK, MAX_FILLED, MAX_WORK, fits
from poolviz.pooling.table import Windows
from poolviz.pooling.unpool import unpool
from poolviz.pooling.variant import Names, check_fields, param
from poolviz.pooling.windows import Sliding
from poolviz.text import N_

__all__ = ["NearestUnpool", "AverageUnpool", "BedOfNails"]  # noqa: RUF022  (menu order)


class Unpooling:
    """Base: ``kernel_size`` cells an axis for each value, and the share that each takes."""

    title: ClassVar[str]
    formula: ClassVar[str]
    gradient: ClassVar[str]
    reference: ClassVar[str]
    names: ClassVar[Names] = Names()
    copies: ClassVar[bool] = True  # whether values are written as they are, integers too
    kernel_size: int
    rank: int

    def __post_init__(self) -> None:
        check_fields(self)

    def share(self, valid: np.ndarray) -> np.ndarray:
        """What each cell of a window takes of its value, ``(*out, K)``."""
        raise TypeError(f"{type(self).__name__} declares no shares")

    def __call__(
        self, values: np.ndarray, output_size: int | tuple[int, ...] | None = None
    ) -> "Unpooled":
        """values ``(*batch, *spatial)`` -> ``(*batch, *output_size)``, by default kernel_size fold.

        A larger ``output_size`` (less than one window more) leaves zeros at the end, a smaller one
        cuts the last windows: the size that was pooled, in floor or in ceil mode. Errors:
        ``ValueError``.
        """
        values = array("values", values)
        if values.ndim < self.rank:
            raise ValueError(
                f"values must have at least {self.rank} axes, got shape {values.shape}"
            )
        spatial, k = values.shape[values.ndim - self.rank :], self.kernel_size
        if output_size is None:
            size = tuple(n * k for n in spatial)
        else:
            size = per_axis("output_size", output_size, self.rank, least=1)
        for n, given in zip(spatial, size, strict=True):
            if not (n - 1) * k < given < (n + 1) * k:
                raise ValueError(
                    f"output_size must lie between {(n - 1) * k + 1} and {(n + 1) * k - 1} for "
                    f"{n} values, got {given}"
                )
        return Unpooled(self, values, size)


class Unpooled:
    """The result of an unpooling: ``output`` ``(*batch, *output_size)``, and the way back."""

    def __init__(self, unpooling: Unpooling, values: np.ndarray, size: tuple[int, ...]):
        self.unpooling, self.values, self.size = unpooling, values, size
        planes, cells = prod(self._batch), prod(size)
        fits(planes * cells, "kernel_size and output_size", MAX_FILLED, "cells in all planes")
        output = np.zeros((planes, cells), self._dtype)
        flat = values.reshape(planes, prod(self._spatial))
        with np.errstate(all="ignore"):
            for windows, part, shares in self._walk():
                spread = np.where(shares == 0, 0, flat[:, windows, None] * shares)
                spread += 0  # as adding up does: there is no negative zero
                output[:, part.index[part.valid]] = spread[:, part.valid]
        self.output = output.reshape(*self._batch, *size)

    @property
    def _spatial(self) -> tuple[int, ...]:
        return self.values.shape[self.values.ndim - len(self.size) :]

    @property
    def _batch(self) -> tuple[int, ...]:
        return self.values.shape[: self.values.ndim - len(self.size)]

    @cached_property
    def _geometry(self) -> Sliding:
        k = self.unpooling.kernel_size
        pads = tuple(
            (0, max(n * k - given, 0)) for n, given in zip(self._spatial, self.size, strict=True)
        )
        return Sliding((k,) * len(self.size), padding=pads)

    def _walk(self) -> Iterator[tuple[slice, Windows, np.ndarray]]:
        """All windows, some at a time: which, their cells and the shares of these."""
        layout, planes = self._geometry.layout(self.size), max(prod(self._batch), 1)
        fits(planes * layout.places, "kernel_size", MAX_WORK)
        fits(planes * layout.size, "kernel_size", what="cells of one window", cost=2)
        for windows in layout.stretches(BLOCK // planes):
            part = layout.part(windows)
            yield windows, part, np.where(part.valid, self.unpooling.share(part.valid), 0)

    @cached_property
    def windows(self) -> Windows:
        """The cells of each value: ``out_shape`` is the values', ``in_shape`` the output's."""
        return self._geometry.bind(self.size)

    @cached_property
    def shares(self) -> np.ndarray:
        """What each cell takes of its value, ``(*spatial, K)``."""
        return np.where(self.windows.valid, self.unpooling.share(self.windows.valid), 0)

    @property
    def _dtype(self) -> np.dtype[Any]:
        stays = self.values.dtype.kind == "f" or self.unpooling.copies
        return self.values.dtype if stays else np.dtype(np.float64)

    def jacobian(self) -> np.ndarray:
        """d(cell)/d(value) ``(*batch, *spatial, K)``: the shares, for pictures."""
        return np.broadcast_to(self.shares, (*self.values.shape, self.windows.size))

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """dL/doutput -> dL/dvalues: a value gathers the gradients of its cells, by their share."""
        dout = array("dout", dout)
        if dout.shape != self.output.shape:
            raise ValueError(
                f"dout must have the output's shape {self.output.shape}, got {dout.shape}"
            )
        planes, working = prod(self._batch), np.promote_types(dout.dtype, np.float32)
        dtype = self._dtype if self._dtype.kind == "f" else np.float64
        dvalues = np.zeros((planes, prod(self._spatial)), dtype)
        flat = dout.astype(working, copy=False).reshape(planes, *self.size)
        with np.errstate(all="ignore"):
            for windows, part, shares in self._walk():
                flow = np.where(shares == 0, 0, part.gather(flat) * shares)
                dvalues[:, windows] = flow.sum(-1)
        return dvalues.reshape(self.values.shape)


@dataclass(frozen=True)
class NearestUnpool(Unpooling):
    """Every cell of a window takes its value. Backward: the sum of the window.

    Undone by average pooling, and by max pooling.

    >>> NearestUnpool()(np.array([[1.0, 2.0]])).output
    array([[1., 1., 2., 2.],
           [1., 1., 2., 2.]])
    """

    kernel_size: int = param(2, N_("Side of a window."), low=1)
    rank: int = param(2, N_("How many of the last axes are unpooled."), low=1, high=3)

    title = N_("Nearest unpooling")
    formula = r"x_c = y_{w(c)}"
    gradient = r"\frac{\partial L}{\partial y_w} = \sum_{c \in w} \frac{\partial L}{\partial x_c}"
    reference = "torch.nn.Upsample(mode='nearest'); Odena, Dumoulin & Olah, Distill, 2016"
    names = Names("torch.nn.Upsample(scale_factor=k)", "keras.layers.UpSampling2D", "Resize")

    def share(self, valid: np.ndarray) -> np.ndarray:
        return valid.astype(np.float64)


@dataclass(frozen=True)
class AverageUnpool(Unpooling):
    """Every cell of a window takes value / n: the adjoint of average pooling. Backward: the mean.

    >>> AverageUnpool()(np.array([[4.0]])).output
    array([[1., 1.],
           [1., 1.]])
    """

    kernel_size: int = param(2, N_("Side of a window."), low=1)
    rank: int = param(2, N_("How many of the last axes are unpooled."), low=1, high=3)

    title = N_("Average unpooling")
    copies = False
    formula = r"x_c = \frac{1}{n} y_{w(c)}"
    gradient = (
        r"\frac{\partial L}{\partial y_w} = \frac1n \sum_{c \in w} \frac{\partial L}{\partial x_c}"
    )
    reference = "The adjoint of LeCun et al., Neural Computation 1 (4), 1989"

    def share(self, valid: np.ndarray) -> np.ndarray:
        return valid / np.maximum(valid.sum(-1, keepdims=True), 1)


@dataclass(frozen=True)
class BedOfNails(Unpooling):
    """One fixed cell of a window takes the value, the rest is 0. Backward: its gradient.

    ``corner`` "first" is the top left cell, "last" the bottom right one that is inside.

    >>> BedOfNails()(np.array([[4.0]])).output
    array([[4., 0.],
           [0., 0.]])
    """

    kernel_size: int = param(2, N_("Side of a window."), low=1)
    rank: int = param(2, N_("How many of the last axes are unpooled."), low=1, high=3)
    corner: str = param("first", N_("Which cell takes the value."), choices=("first", "last"))

    title = N_("Bed of nails")
    formula = r"x_c = y_{w(c)}\, [\, c = \text{corner of } w \,]"
    gradient = r"\frac{\partial L}{\partial y_w} = \frac{\partial L}{\partial x_{\text{corner}}}"
    reference = "Dosovitskiy, Springenberg & Brox, CVPR 2015"

    def share(self, valid: np.ndarray) -> np.ndarray:
        size = valid.shape[-1]
        last = size - 1 - valid[..., ::-1].argmax(-1)
        at = valid.argmax(-1) if self.corner == "first" else last
        return np.where(np.arange(size) == at[..., None], valid, 0).astype(np.float64)


def unpool_backward(
    dout: np.ndarray, locations: np.ndarray, ndim: int = 2, duplicates: str = "sum"
) -> np.ndarray:
    """The way back of ``unpool``: dout ``(*batch, *output_size)`` -> dvalues, shape of locations.

    Each value takes the gradient of its cell, 0 where the location is -1. ``"sum"`` is PyTorch's
    rule for all duplicates, and the adjoint of adding them; ``"last"`` is that of keeping the last:
    the others were overwritten and receive 0. ``ndim`` is the number of unpooled axes.

    >>> locations = np.array([[5, 5]])
    >>> unpool_backward(np.arange(16.0).reshape(4, 4), locations)
    array([[5., 5.]])
    >>> unpool_backward(np.arange(16.0).reshape(4, 4), locations, duplicates="last")
    array([[0., 5.]])
    """
    dout, locations = array("dout", dout), array("locations", locations)
    if duplicates not in ("last", "sum"):
        raise ValueError(f'duplicates must be "last" or "sum", got {duplicates!r}')
    if locations.dtype.kind not in "iu":
        raise ValueError(f"locations must be integers, got dtype {locations.dtype}")
    split = dout.ndim - integer("ndim", ndim, least=1)
    batch, size, out = dout.shape[:split], dout.shape[split:], locations.shape[split:]
    if split < 0 or locations.ndim != dout.ndim or locations.shape[:split] != batch:
        raise ValueError(
            f"dout must have the batch axes of locations {locations.shape} and {ndim} more, "
            f"got {dout.shape}"
        )
    cells = prod(size)
    flat, at = dout.reshape(*batch, cells), locations.reshape(*batch, prod(out))
    if at.size and not -1 <= at.min() <= at.max() < cells:
        raise ValueError(
            f"locations must lie in [-1, {cells - 1}] for dout of shape {dout.shape}, "
            f"got {at.min()} to {at.max()}"
        )
    kept, place = at >= 0, np.maximum(at, 0)
    if duplicates == "last":
        order = np.broadcast_to(np.arange(prod(out)).reshape(out), locations.shape)
        latest = unpool(order, locations, size).reshape(flat.shape)
        kept = kept & (np.take_along_axis(latest, place, -1) == order.reshape(at.shape))
    return np.where(kept, np.take_along_axis(flat, place, -1), 0).reshape(locations.shape)


@dataclass(frozen=True, eq=False)
class RoundTrip:
    """What is left of x after pooling and unpooling, as arrays and as numbers.

    ``kept`` marks the cells that came back because their location was remembered, ``accidental``
    those that match for another reason, as a zero that was filled in where a zero had been.
    """

    x: np.ndarray
    output: np.ndarray
    kept: np.ndarray
    accidental: np.ndarray

    @property
    def residual(self) -> np.ndarray:
        """x - output, what is lost, in float64."""
        return self.x.astype(np.float64) - self.output

    @property
    def error(self) -> float:
        """|residual| / |x|, the relative error; 0 for an x of zeros that came back."""
        lost, whole = (np.square(v).sum() for v in (self.residual, self.x.astype(np.float64)))
        return float(np.sqrt(lost / whole)) if whole else float(lost > 0)

    @property
    def energy(self) -> float:
        """|output|^2 / |x|^2, the share of energy kept; above 1 where large values are repeated."""
        whole = np.square(self.x.astype(np.float64)).sum()
        return float(np.square(self.output.astype(np.float64)).sum() / whole) if whole else 1.0

    @property
    def restored(self) -> float:
        """The share of cells that have their value again, for either reason."""
        return float((self.kept | self.accidental).mean()) if self.x.size else 1.0


def round_trip(
    run: Pooled, unpooling: Unpooling | None = None, duplicates: str = "last"
) -> RoundTrip:
    """Unpool the output of a run to the size of its x: by its locations, or by an ``Unpooling``.

    Errors: ``ValueError`` if the run has no locations and no unpooling is given.

    >>> from poolviz import Max, Sliding, pool
    >>> x = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]])
    >>> trip = round_trip(pool(x, Max(), Sliding(2)))
    >>> trip.restored, int(trip.kept.sum()), int(trip.accidental.sum())
    (0.375, 4, 2)
    """
    size, at = run.windows.in_shape, run.locations
    if unpooling is not None:
        output = unpooling(run.output, size).output
    elif at is not None:
        output = unpool(run.output, at, size, duplicates)
    else:
        raise ValueError(
            f"unpooling must be given for {type(run.variant).__name__}, which has no locations, "
            f"got None"
        )
    remembered = np.zeros(run.x.shape, dtype=bool)
    if at is not None:
        remembered = unpool(np.ones(at.shape, dtype=bool), at, size)
    same = (output == run.x) | (np.isnan(output) & np.isnan(run.x))
    return RoundTrip(run.x, output, same & remembered, same & ~remembered)
