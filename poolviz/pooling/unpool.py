"""Unpooling: putting values back where they came from."""

from math import prod

import numpy as np

from poolviz.pooling.arguments import per_axis
from poolviz.pooling.array import array
from poolviz.pooling.limits import MAX_FILLED, fits


def unpool(
    values: np.ndarray,
    locations: np.ndarray,
    output_size: int | tuple[int, ...],
    duplicates: str = "last",
) -> np.ndarray:
    """out[location] = value, zeros elsewhere.

    values and locations ``(*batch, *out)`` -> ``(*batch, *output_size)``, dtype of values.
    Locations are flat in the spatial plane; -1 is skipped. ``output_size`` is a tuple, one length
    an axis; a bare int means 2-D. Where several windows remember one cell, ``duplicates="last"``
    keeps the last in row-major order (PyTorch on one thread), ``"sum"`` adds: only the latter is
    the adjoint of reading the locations, which is what PyTorch's gradient assumes.
    Errors: ``ValueError`` naming the argument, as when a location lies outside ``output_size``.
    Source: Zeiler & Fergus, ECCV 2014; torch.nn.MaxUnpool2d.

    >>> unpool(np.array([[7, 2], [6, 8]]), np.array([[5, 2], [13, 15]]), (4, 4))
    array([[0, 0, 2, 0],
           [0, 7, 0, 0],
           [0, 0, 0, 0],
           [0, 6, 0, 8]])
    """
    values, locations = array("values", values), array("locations", locations)
    size = per_axis("output_size", output_size, None, least=1)
    if duplicates not in ("last", "sum"):
        raise ValueError(f'duplicates must be "last" or "sum", got {duplicates!r}')
    if locations.dtype.kind not in "iu":
        raise ValueError(f"locations must be integers, got dtype {locations.dtype}")
    if locations.shape != values.shape:
        raise ValueError(
            f"locations must have the shape of values {values.shape}, got {locations.shape}"
        )
    if values.ndim < len(size):
        raise ValueError(f"values must have at least {len(size)} axes, got shape {values.shape}")
    cells = prod(size)
    if locations.size and not -1 <= locations.min() <= locations.max() < cells:
        raise ValueError(
            f"locations must lie in [-1, {cells - 1}] for output_size {size}, "
            f"got {locations.min()} to {locations.max()}"
        )
    batch = values.shape[: values.ndim - len(size)]
    planes = prod(batch)
    fits(planes * cells, "output_size", MAX_FILLED, "cells in all planes")
    given = prod(values.shape[len(batch) :])
    half = values.dtype == np.float16 and duplicates == "sum"
    out = np.zeros(planes * cells, dtype=np.float32 if half else values.dtype)
    place = locations.reshape(planes, given).astype(np.intp)
    kept = place >= 0
    place = (place + np.arange(planes)[:, None] * cells)[kept]
    taken = values.reshape(planes, given)[kept]
    if duplicates == "sum":
        with np.errstate(all="ignore"):
            np.add.at(out, place, taken.astype(out.dtype, copy=False))
            out = out.astype(values.dtype, copy=False)
    else:
        out[place] = taken
    return out.reshape(*batch, *size)
