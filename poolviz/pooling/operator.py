"""Operators: poolings with a shape of their own. Called on x, they give an ``Operated``.

Most are pooling runs put in a row or side by side. An operator names its ``stages`` (each a
``Pooled``) and what the output is made of; picture, gradient and sentence follow from there. One
that is not made of windows writes ``combine``, ``table`` and ``pull`` itself.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from poolviz.numbers import number, products
from poolviz.pooling.array import array
from poolviz.pooling.engine import Pooled, pool
from poolviz.pooling.operator_table import Table, stage_table
from poolviz.pooling.table import Geometry, Windows
from poolviz.pooling.variant import Names, Param, Variant, check_fields
from poolviz.text import _


@dataclass(frozen=True)
class Example:
    """The golden case of an operator: x, its output, and the fields that are not the defaults."""

    x: tuple
    output: tuple
    fields: tuple[tuple[str, Any], ...] = ()


class PerAxis(Param):
    """A whole number, or one for each axis: of two, unless ``length`` says another number."""

    @property
    def allowed(self) -> str:
        words = _("an integer of at least {least}, or two")
        if self.length is not None:
            words = _("an integer of at least {least}, or one an axis")
        words = words.format(least=f"{self.low:g}")
        return _("{what} or None").format(what=words) if self.optional else words

    def admits(self, value: Any) -> bool:
        one = Param(self.help, low=self.low, kind="int")
        if isinstance(value, tuple):
            fits = len(value) == 2 or (self.length is not None and len(value) > 0)
            return fits and all(one.admits(v) for v in value)
        return one.admits(value) or (value is None and self.optional)


class Operator:
    """Base of all operators: the same facts as a ``Variant``, and ``op(x)``.

    By default an operator is one ``variant`` over one ``geometry``.
    """

    title: ClassVar[str]
    family: ClassVar[str]
    formula: ClassVar[str]
    gradient: ClassVar[str]
    reference: ClassVar[str]
    year: ClassVar[int | None] = None  # of publication, if not the first in reference
    story: ClassVar[str]
    names: ClassVar[Names] = Names()
    domain: ClassVar[str] = "real"
    worked: ClassVar[Example]
    differentiable: ClassVar[bool] = True
    why_not_differentiable: ClassVar[str] = ""

    @property
    def variant(self) -> Variant:
        """What happens in a window, or in the first stage's."""
        raise TypeError(f"{type(self).__name__} declares no variant")

    @property
    def geometry(self) -> Geometry:
        """Which cells a window has, or the first stage's."""
        raise TypeError(f"{type(self).__name__} declares no geometry")

    @property
    def ndim(self) -> int:
        """Number of axes of x, the last ones, that are pooled."""
        return self.geometry.ndim

    @property
    def selects(self) -> bool:
        """Whether each output is one cell of the input, so that it has a location."""
        return self.variant.selects

    @property
    def stochastic(self) -> bool:
        """Whether the output depends on ``seed``."""
        return False

    def __post_init__(self) -> None:
        check_fields(self)

    def __call__(self, x: np.ndarray) -> "Operated":
        """Pool x ``(*batch, *spatial)``. Errors: ``ValueError`` naming the argument."""
        x = array("x", x)
        if x.ndim < self.ndim:
            raise ValueError(
                f"x must have at least {self.ndim} axes for {type(self).__name__}, "
                f"got shape {x.shape}"
            )
        return Operated(self, x)

    def stages(self, x: np.ndarray) -> tuple[Pooled, ...]:
        """The pooling runs that the operator is made of."""
        return (pool(x, self.variant, self.geometry),)

    def combine(self, run: "Operated") -> np.ndarray:
        """The output, from the stages."""
        return run.stages[-1].output

    def locations(self, run: "Operated") -> np.ndarray | None:
        """Flat position in the plane of the selected cell of each output, -1 for none."""
        return run.stages[0].locations if self.selects else None

    def table(self, run: "Operated") -> Table:
        """The cells of each output, with their gradient and their share."""
        return stage_table(run.stages[0])

    def pull(self, run: "Operated", dy: np.ndarray) -> np.ndarray:
        """dL/dy -> dL/dx."""
        return run.stages[0].backward(dy)

    def arithmetic(self, run: "Operated", cell: tuple[int, ...]) -> str:
        """The formula of one output cell with its numbers."""
        return written(run.stages[0], cell)


class Operated:
    """The result of an operator: ``output`` is there at once, the rest when asked for.

    As with ``Pooled``: ``windows`` (its ``out_shape`` is that of the output), ``locations``,
    ``jacobian()``, ``contributions()``, ``backward(dy)``. x must not be changed while it is in use.
    """

    def __init__(self, operator: Operator, x: np.ndarray):
        self.operator, self.x = operator, x
        with np.errstate(all="ignore"):
            self.stages = operator.stages(x)
            output = operator.combine(self)
            self.output = output.astype(x.dtype, copy=False) if x.dtype.kind == "f" else output

    @cached_property
    def table(self) -> Table:
        """Windows, jacobian and contributions together."""
        with np.errstate(all="ignore"):
            return self.operator.table(self)

    @property
    def windows(self) -> Windows:
        """Which cells each output cell is made of."""
        return self.table.windows

    @cached_property
    def locations(self) -> np.ndarray | None:
        """int64, shape of ``output``: where each output was taken from; None if it is a blend."""
        return self.operator.locations(self)

    def jacobian(self) -> np.ndarray:
        """dy/dx ``(*batch, *out, K)`` of the cells in ``windows``."""
        return self.table.jacobian.astype(self._gradient_dtype, copy=False)

    def contributions(self) -> np.ndarray:
        """How much of the output each cell is, ``(*batch, *out, K)``; signed if it takes away."""
        return self.table.contributions

    def odds(self) -> None:
        """None: where an operator draws, it draws windows and not cells."""

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """dL/dy, shape of ``output`` -> dL/dx, shape of x."""
        dy = array("dy", dy)
        if dy.shape != self.output.shape:
            raise ValueError(f"dy must have the output's shape {self.output.shape}, got {dy.shape}")
        with np.errstate(all="ignore"):
            dx = self.operator.pull(self, dy)
        return dx.astype(self._gradient_dtype, copy=False)

    def arithmetic(self, cell: tuple[int, ...]) -> str:
        """The formula of one output cell with its numbers: "max(1, 3, 4, 7) = 7"."""
        with np.errstate(all="ignore"):
            return self.operator.arithmetic(self, cell)

    @property
    def _gradient_dtype(self) -> np.dtype[Any]:
        return self.x.dtype if self.x.dtype.kind == "f" else np.dtype(np.float64)


def pair(value: int | tuple[int, int]) -> tuple[int, int]:
    """A ``PerAxis`` value as one number for each of two axes."""
    return value if isinstance(value, tuple) else (value, value)


def written(stage: Pooled, cell: tuple[int, ...]) -> str:
    """The sentence of one window of a run."""
    return stage.variant.arithmetic(*stage.window(cell))


def weighed(run: Operated, cell: tuple[int, ...]) -> str:
    """One output cell as the weighted sum of its cells."""
    table = run.table
    index = np.broadcast_to(table.windows.index, table.jacobian.shape)[cell]
    weights = table.jacobian[cell]
    kept = (index >= 0) & (weights != 0)
    plane = run.x[cell[: run.x.ndim - run.operator.ndim]].reshape(-1)
    return f"{products(weights[kept], plane[index[kept]])} = {number(run.output[cell])}"
