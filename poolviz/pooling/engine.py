"""``pool``: a variant applied to the windows of a geometry, and all that can be asked of it."""

from functools import cached_property
from typing import Any

import numpy as np

from poolviz.pooling.kernels import fast
from poolviz.pooling.table import Geometry, Windows
from poolviz.pooling.variant import Variant, identity, take


class Pooled:
    """The result of ``pool``. The output is there at once; the rest is computed when asked for.

    ``output`` has shape ``(*batch, *out_shape)``. x must not be changed while the result is in use.
    """

    def __init__(self, x: np.ndarray, variant: Variant, geometry: Geometry, locations: bool = True):
        self.x, self.variant, self.geometry = x, variant, geometry
        self._fast = fast(x, variant, geometry, locations)
        if self._fast is not None:
            self.output: np.ndarray = self._fast.output
        elif variant.selects:
            self.output = take(self.cells, self._position, identity(variant, self.cells.dtype))
        else:
            self.output = self._rule("forward", self._dtype)

    @cached_property
    def windows(self) -> Windows:
        """The bound geometry: ``.index``, ``.valid``, ``.in_shape``, ``.out_shape``."""
        return self.geometry.bind(self.x.shape[self.x.ndim - self.geometry.ndim :])

    @cached_property
    def seen(self) -> np.ndarray:
        """True for the cells that the variant sees; shape of ``windows.index``."""
        return self.windows.index >= -1 if self.variant.sees_padding else self.windows.valid

    @cached_property
    def cells(self) -> np.ndarray:
        """The windows as the variant sees them: ``(*batch, *out_shape, K)``, working dtype."""
        fill = identity(self.variant, self.x.dtype)
        return self.windows.gather(self.x, fill).astype(self._working, copy=False)

    @cached_property
    def _position(self) -> np.ndarray:
        """Of each window, the place that a selecting variant selects; -1 for none."""
        return self._rule("select")

    @cached_property
    def locations(self) -> np.ndarray | None:
        """int64, shape of ``output``: flat index in the spatial plane of the selected cell.

        -1 where a window has none; None if the variant blends.
        """
        if not self.variant.selects:
            return None
        if self._fast is not None:
            return self._fast.locations
        position = self._position
        table = np.broadcast_to(self.windows.index, self.cells.shape)
        place = np.take_along_axis(table, np.maximum(position, 0)[..., None], -1)[..., 0]
        return np.where((position < 0) | (place < 0), -1, place)

    def jacobian(self) -> np.ndarray:
        """dy/da ``(*batch, *out_shape, K)``: what each cell receives of its output's gradient."""
        return self._rule("jacobian", self._gradient_dtype)

    def contributions(self) -> np.ndarray:
        """How much of the output each cell is: ``(*batch, *out_shape, K)``; area in pictures."""
        return self._rule("contributions")

    def odds(self) -> np.ndarray | None:
        """Probability that each cell is drawn, ``(*batch, *out_shape, K)``; None without a draw."""
        draws = type(self.variant).odds is not Variant.odds
        return self._rule("odds") if draws else None

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """dL/dy, shape of ``output`` -> dL/dx, shape of x: local jacobian, then scatter-add.

        Windows that overlap accumulate. Errors: ``ValueError`` if the shapes differ.
        """
        dy = array("dy", dy)
        if dy.shape != self.output.shape:
            raise ValueError(f"dy must have the output's shape {self.output.shape}, got {dy.shape}")
        dx = None if self._fast is None else self._fast.backward(dy)
        if dx is not None:
            return dx.astype(self._gradient_dtype, copy=False)
        with np.errstate(all="ignore"):
            local, dy = self._rule("jacobian"), dy[..., None]
            flow = local * dy.astype(np.promote_types(dy.dtype, np.float32), copy=False)
            if not np.isfinite(flow).all():
                # No gradient, no flow: 0 * inf would make a NaN where nothing is sent.
                flow = np.where((local == 0) | (dy == 0), 0, flow)
            dx = _reduced(self.windows.scatter(flow), self.x.shape)
            return dx.astype(self._gradient_dtype, copy=False)

    @property
    def _dtype(self) -> np.dtype[Any]:
        """Of the output: floats stay, integers stay where cells are selected, else float64."""
        floats = self.x.dtype.kind == "f"
        if floats or (self.variant.selects and self.windows.weights is None):
            return self.x.dtype
        return np.dtype(np.float64)

    @property
    def _gradient_dtype(self) -> np.dtype[Any]:
        return self.x.dtype if self.x.dtype.kind == "f" else np.dtype(np.float64)

    @property
    def _working(self) -> np.dtype[Any]:
        if self._dtype == np.float16 and not self.variant.selects:
            return np.dtype(np.float32)
        return self._dtype

    def _rule(self, name: str, dtype: np.dtype[Any] | None = None) -> np.ndarray:
        """A rule of the variant for all windows; infinities and NaN pass without a warning."""
        cells, seen = self.cells, np.broadcast_to(self.seen, self.cells.shape)
        if cells.size == 0:  # an empty batch: no rule needs to know of it
            shape = (
                cells.shape if name in ("jacobian", "contributions", "odds") else cells.shape[:-1]
            )
            empty = np.int64 if name == "select" else self._working if dtype is None else dtype
            return np.zeros(shape, dtype=empty)
        with np.errstate(all="ignore"):
            result: np.ndarray = getattr(self.variant, name)(cells, seen)
            return result if dtype is None else result.astype(dtype, copy=False)


def _reduced(dx: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """dx summed over the axes along which a table with a ``lead`` read one plane several times."""
    if dx.shape == shape:
        return dx
    dx = dx.sum(axis=tuple(range(dx.ndim - len(shape))))
    repeated = tuple(i for i, n in enumerate(shape) if n != dx.shape[i])
    return dx.sum(axis=repeated, keepdims=True)


def pool(x: np.ndarray, variant: Variant, geometry: Geometry, *, locations: bool = True) -> Pooled:
    """Pool x ``(*batch, *spatial)`` with a variant over the windows of a geometry.

    dtype: floats stay (float16 accumulates in float32); integers stay where the variant selects and
    become float64 where it blends. ``locations=False`` gives the values only; locations come later
    if they are asked for. x is not modified. Errors: ``ValueError`` naming the argument.

    >>> from poolviz import Max, Sliding
    >>> x = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]])
    >>> run = pool(x, Max(), Sliding(kernel_size=2))
    >>> run.output
    array([[7, 2],
           [6, 8]])
    >>> run.locations
    array([[ 5,  2],
           [13, 15]])
    >>> run.backward(np.ones((2, 2))).sum()
    np.float64(4.0)
    """
    x = array("x", x)
    if isinstance(variant, type) or not isinstance(variant, Variant):
        raise ValueError(f"variant must be an instance such as Max(), got {variant!r}")
    if isinstance(geometry, type) or not hasattr(geometry, "bind"):
        raise ValueError(f"geometry must be an instance such as Sliding(2), got {geometry!r}")
    if x.ndim < geometry.ndim:
        raise ValueError(
            f"x must have at least {geometry.ndim} axes for {geometry!r}, got shape {x.shape}"
        )
    return Pooled(x, variant, geometry, locations)


def array(name: str, value: object) -> np.ndarray:
    """value as an array of real numbers or booleans, or a ``ValueError`` that names it."""
    try:
        a = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array of numbers: {error}") from None
    except (TypeError, RuntimeError) as error:  # a tensor of bfloat16, with a gradient, on a GPU
        raise ValueError(
            f"{name} must be an array that NumPy can read, got {type(value).__name__}; of a "
            f"PyTorch tensor pass {name}.detach().cpu().float() ({error})"
        ) from None
    if a.dtype.kind not in "fiub":
        raise ValueError(f"{name} must be an array of real numbers, got dtype {a.dtype}")
    return a.astype(a.dtype.newbyteorder("="), copy=False)
