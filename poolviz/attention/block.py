"""What a block declares, and what follows from it: its run, its gradients, its cost.

A block is a frozen dataclass. Its fields are switches, paper's and code's; its class attributes
facts. ``shapes`` names its parameters, ``forward`` composes the operations of ``flow``, ``receipt``
says what each part costs. A new block is one class in one file of this folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod, sqrt
from typing import Any, ClassVar, NamedTuple

import numpy as np

from poolviz.attention.attended import Attended
from poolviz.attention.cross import Cross
from poolviz.attention.flow import Grid, Parameters, Value, attended
from poolviz.attention.worked import Worked
from poolviz.pooling.variant import check_fields
from poolviz.text import _

Map = Attended | Cross
"""A map of weights: who looks at whom."""


@dataclass(frozen=True)
class Names:
    """What libraries call a block, and how; an empty string where they have none."""

    pytorch: str = ""
    keras: str = ""
    onnx: str = ""
    elsewhere: str = ""


@dataclass(frozen=True)
class Choices:
    """The five choices of a block, in words (N_): who asks, who may be asked, how strongly, what is
    taken, and what is done with it."""

    asks: str
    asked: str
    strength: str
    taken: str
    done: str


class Cost(NamedTuple):
    """A line of a receipt: what it is, and its multiply-adds for one map."""

    what: str
    macs: int


@dataclass(eq=False)
class Made:
    """What ``forward`` gives: tokens, the size of their map, the maps of weights on the way, and
    values by name that are worth looking at."""

    tokens: Value
    grid: Grid
    maps: tuple[Map, ...] = ()
    named: dict[str, Value] = field(default_factory=dict)


class BlockGradients(NamedTuple):
    """What an upstream gradient gives the input, each parameter by name, and the second input."""

    x: np.ndarray
    parameters: dict[str, np.ndarray]
    low: np.ndarray | None


class Block:
    """Base of all blocks: the declaration, and what follows from it.

    ``block(x, parameters)`` takes maps ``(..., C, H, W)`` and gives a ``BlockRun``.
    """

    title: ClassVar[str]
    family: ClassVar[str]
    formula: ClassVar[str]
    gradient: ClassVar[str]
    reference: ClassVar[str]
    year: ClassVar[int]
    names: ClassVar[Names] = Names()
    choices: ClassVar[Choices]
    worked: ClassVar[Worked]
    page: ClassVar[str]
    """The address of the page that shows it."""
    zeros: ClassVar[tuple[str, ...]] = ()
    """Parameters that start at 0, so that a fresh block leaves its input as it is."""
    differentiable: ClassVar[bool] = True
    two_inputs: ClassVar[bool] = False
    """Whether keys and values come from a second map."""

    def __post_init__(self) -> None:
        check_fields(self)

    def shapes(self, channels: int) -> dict[str, tuple[int, ...]]:
        """Each parameter's shape, for maps of so many channels."""
        raise TypeError(f"{type(self).__name__} declares no parameters")

    def forward(self, x: Value, grid: Grid, p: Parameters, low: tuple[Value, Grid] | None) -> Made:
        """Tokens ``(..., N, C)`` of a map -> what the block makes of them."""
        raise TypeError(f"{type(self).__name__} declares no forward rule")

    def lines(self) -> str:
        """The block in a few lines that NumPy and PyTorch share: x (C, H, W) and the parameters
        ``p`` by name -> z. The functions that they call stand in
        wings/attention/core/block_programs.py."""
        raise TypeError(f"{type(self).__name__} declares no lines")

    def receipt(self, channels: int, grid: Grid) -> tuple[Cost, ...]:
        """What each part costs for one map, in multiply-adds. Not counted: biases, softmax,
        pooling, gates."""
        raise TypeError(f"{type(self).__name__} declares no cost")

    def entries(self, channels: int, grid: Grid) -> int:
        """How many weights its maps have."""
        return 0

    def start(self, name: str) -> str:
        """What a parameter starts as: "zeros", "ones" or "normal"."""
        if name in self.zeros or name.endswith(".bias"):
            return "zeros"
        return "ones" if name.endswith("norm.weight") else "normal"

    def init(self, channels: int, seed: int = 0) -> dict[str, np.ndarray]:
        """Fresh parameters, float64: weights normal with variance 1 / fan-in, biases 0, and the
        published start at 0 where the block has one."""
        draw = np.random.default_rng(seed)
        made = {}
        for name, shape in self.shapes(channels).items():
            start = self.start(name)
            fan_in = max(prod(shape[1:]) if len(shape) > 1 else prod(shape), 1)
            drawn = draw.normal(size=shape) / sqrt(fan_in)
            fixed = np.full(shape, 1.0 if start == "ones" else 0.0)
            made[name] = drawn if start == "normal" else fixed
        return made

    def parameters(self, channels: int) -> int:
        """How many numbers it learns."""
        return sum(prod(shape) for shape in self.shapes(channels).values())

    def macs(self, channels: int, height: int, width: int) -> int:
        """Multiply-adds for one map; a FLOP count is twice as much."""
        return sum(cost.macs for cost in self.receipt(channels, (height, width)))

    def memory(self, channels: int, height: int, width: int) -> int:
        """Bytes of its maps of weights in float32."""
        return 4 * self.entries(channels, (height, width))

    def __call__(self, x: Any, parameters: Mapping[str, Any], low: Any = None) -> "BlockRun":
        """The block on maps ``x (..., C, H, W)``, float; ``low`` is a second map where it has one.

        Errors: ``ValueError`` that names a parameter that is missing, unknown, or of another shape.
        """
        x = as_maps(x, "x")
        if self.two_inputs != (low is not None):
            wanted = _("two maps, x and low") if self.two_inputs else _("one map, x")
            raise ValueError(_("{block} takes {wanted}").format(block=self.title, wanted=wanted))
        shapes = self.shapes(x.shape[-3])
        if set(parameters) != set(shapes):
            raise ValueError(
                _("parameters must be {names}, got {got}").format(
                    names=", ".join(shapes) or _("none"), got=", ".join(parameters) or _("none")
                )
            )
        dtype = x.dtype
        values = {}
        for name, shape in shapes.items():
            array = np.asarray(parameters[name], dtype)
            if array.shape != shape:
                raise ValueError(
                    _("{name} must have shape {shape}, got {got}").format(
                        name=name, shape=shape, got=array.shape
                    )
                )
            values[name] = Value(array)
        second = None if low is None else as_maps(low, "low").astype(dtype, copy=False)
        return BlockRun.of(self, x, values, second)


class Attention(Block):
    """A block that is ``attend`` of tokens: its five choices, each a method.

    ``asks`` gives queries and the size of their map, ``asked`` keys, ``may_look`` the mask,
    ``strength`` scale, norm and bias, ``taken`` values, ``done`` the block's output.
    """

    def forward(self, x: Value, grid: Grid, p: Parameters, low: tuple[Value, Grid] | None) -> Made:
        source, cells = low or (x, grid)
        q, size = self.asks(x, grid, p)
        k, v = self.asked(source, cells, p), self.taken(source, cells, p)
        y, run = attended(q, k, v, mask=self.may_look(grid), **self.strength(x, source, p))
        return Made(self.done(x, y, p), size, (run,))

    def asks(self, x: Value, grid: Grid, p: Parameters) -> tuple[Value, Grid]:
        """Who asks: queries ``(..., N, d)``, and the map whose cells they are."""
        raise TypeError(f"{type(self).__name__} declares no queries")

    def asked(self, x: Value, grid: Grid, p: Parameters) -> Value:
        """Who may be asked: keys ``(..., M, d)``."""
        raise TypeError(f"{type(self).__name__} declares no keys")

    def may_look(self, grid: Grid) -> np.ndarray | None:
        """Which keys a query may look at ``(N, M)``; None: at all."""
        return None

    def strength(self, x: Value, source: Value, p: Parameters) -> dict[str, Any]:
        """How strongly: ``scale``, ``norm`` and ``bias`` of ``attend``."""
        return {"scale": 1.0}

    def taken(self, x: Value, grid: Grid, p: Parameters) -> Value:
        """What is taken: values ``(..., M, e)``."""
        raise TypeError(f"{type(self).__name__} declares no values")

    def done(self, x: Value, y: Value, p: Parameters) -> Value:
        """What is done with it: the block's output."""
        return y


def as_maps(x: Any, name: str) -> np.ndarray:
    """Maps as an array of floats, float32 at least."""
    x = np.asarray(x)
    if x.ndim < 3 or x.dtype.kind not in "biuf" or 0 in x.shape[-3:]:
        raise ValueError(
            _("{name} must be numbers of shape (..., C, H, W), got {dtype} {shape}").format(
                name=name, dtype=x.dtype, shape=x.shape
            )
        )
    if x.dtype.kind != "f":
        return x.astype(np.float64)
    return x.astype(np.float32) if x.dtype == np.float16 else x


@dataclass(eq=False)
class BlockRun:
    """A run of a block: ``output``, ``maps`` and ``weights``, and ``backward``."""

    block: Block
    x: Value
    grid: Grid
    values: Mapping[str, Value]
    low: tuple[Value, Grid] | None
    made: Made

    @classmethod
    def of(
        cls, block: Block, x: np.ndarray, values: Mapping[str, Value], low: np.ndarray | None
    ) -> "BlockRun":
        """The block on maps, with these parameters."""
        tokens, grid = Value(tokens_of(x)), (x.shape[-2], x.shape[-1])
        second = None
        if low is not None:
            second = (Value(tokens_of(low)), (low.shape[-2], low.shape[-1]))
        made = block.forward(tokens, grid, values, second)
        return cls(block, tokens, grid, values, second, made)

    @cached_property
    def output(self) -> np.ndarray:
        """``(..., C, H, W)``; as many rows and columns as there are queries."""
        return maps_of(self.made.tokens.array, self.made.grid)

    @property
    def maps(self) -> tuple[Map, ...]:
        """The maps of weights, in the order in which they are made."""
        return self.made.maps

    @property
    def weights(self) -> np.ndarray | None:
        """The last map of weights, one row a query; None where the block has none."""
        return self.maps[-1].weights if self.maps else None

    def named(self, name: str) -> np.ndarray:
        """A value on the way, as "gate" or "context"."""
        return self.made.named[name].array

    def backward(self, dz: Any) -> BlockGradients:
        """What ``dz``, of the output's shape, gives input and parameters."""
        dz = np.asarray(dz, self.made.tokens.array.dtype)
        if dz.shape != self.output.shape:
            raise ValueError(
                _("dz must have the output's shape {shape}, got {got}").format(
                    shape=self.output.shape, got=dz.shape
                )
            )
        for value in (self.x, *self.values.values(), *(self.low or ())[:1]):
            value.gradient = None
        self.made.tokens.backward(tokens_of(dz))

        def of(value: Value) -> np.ndarray:
            return np.zeros(value.shape) if value.gradient is None else value.gradient

        return BlockGradients(
            maps_of(of(self.x), self.grid),
            {name: of(value) for name, value in self.values.items()},
            None if self.low is None else maps_of(of(self.low[0]), self.low[1]),
        )


def tokens_of(maps: np.ndarray) -> np.ndarray:
    """Maps ``(..., C, H, W)`` as tokens ``(..., H W, C)``."""
    return np.swapaxes(maps.reshape(*maps.shape[:-2], -1), -1, -2)


def maps_of(tokens: np.ndarray, grid: Grid) -> np.ndarray:
    """Tokens ``(..., H W, C)`` as maps ``(..., C, H, W)``."""
    return np.swapaxes(tokens, -1, -2).reshape(*tokens.shape[:-2], tokens.shape[-1], *grid)
