"""From windows back to the plane: what their cells are sent, and where those lie."""

import numpy as np

from poolviz.pooling.table import Windows


def flow_of(local: np.ndarray, dy: np.ndarray) -> np.ndarray:
    """What each cell of a window is sent: jacobian ``(..., K)`` times dy ``(...)``."""
    dy = dy[..., None]
    flow = local * dy.astype(np.promote_types(dy.dtype, np.float32), copy=False)
    if np.isfinite(flow).all():
        return flow
    # No gradient, no flow: 0 * inf would make a NaN where nothing is sent.
    return np.where((local == 0) | (dy == 0), 0, flow)


def places_of(windows: Windows, position: np.ndarray) -> np.ndarray:
    """Where in the plane the selected cells lie, -1 for none."""
    table = np.broadcast_to(windows.index, (*position.shape, windows.size))
    place = np.take_along_axis(table, np.maximum(position, 0)[..., None], -1)[..., 0]
    return np.where((position < 0) | (place < 0), -1, place).astype(np.int64, copy=False)


def reduced(dx: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """dx summed over the axes along which a table with a ``lead`` read one plane several times."""
    if dx.shape == shape:
        return dx
    dx = dx.sum(axis=tuple(range(dx.ndim - len(shape))))
    repeated = tuple(i for i, n in enumerate(shape) if n != dx.shape[i])
    return dx.sum(axis=repeated, keepdims=True)
