"""Three tiny tasks and a net of one block for each: does the task need to ask?

A map of 8 x 8 cells holds eight dots of six numbers: one of four kinds (one is 1), a value
in [0, 1], a flag. The net is relu(6 -> 8), a block, relu, 8 -> out; about 213 weights.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from poolviz.attention.attended import Attended
from poolviz.attention.block import Attention, Block
from poolviz.attention.context import SimplifiedNonLocal
from poolviz.attention.flow import Parameters, Value, linear, relu
from poolviz.attention.measures import distance_of_rows, one_for_all
from poolviz.attention.nonlocal_block import NonLocal
from poolviz.text import N_

WEIGHTS = Path(__file__).resolve().parents[2] / "assets" / "weights" / "attention"
SIDE, DOTS, KINDS, CHANNELS, HIDDEN = 8, 8, 4, 6, 8
VALUE, FLAG = 4, 5
"""Channels: the kinds are the first four."""

BLOCKS: Mapping[str, Block] = {
    "NL": NonLocal(scale=True, inner=4),
    "SNL": SimplifiedNonLocal(),
}
"""What stands in the middle: a map for every query, or one for all."""


@dataclass(frozen=True, eq=False)
class Maps:
    """``n`` maps as tokens ``(n, 64, 6)``, where their dots lie ``(n, 8)``, and what is wanted:
    a class ``(n,)``, or numbers ``(n, 64)`` at the cells that are ``asked`` ``(n, 64)``."""

    x: np.ndarray
    dots: np.ndarray
    wanted: np.ndarray
    asked: np.ndarray

    @property
    def single(self) -> "Maps":
        """The same in float32, which halves the time of a training."""
        return replace(self, x=self.x.astype(np.float32))


@dataclass(frozen=True)
class TinyTask:
    """A task: ``draw(rng, n)`` makes maps of it, the net gives ``outputs`` numbers a cell."""

    name: str
    title: str
    says: str
    outputs: int
    draw: Callable[[np.random.Generator, int], Maps]

    @property
    def classifies(self) -> bool:
        """Whether one answer is wanted for the whole map: the mean over its cells."""
        return self.outputs > 1

    def loss(self, given: np.ndarray, maps: Maps) -> tuple[float, np.ndarray]:
        """The loss of ``given (n, 64, outputs)`` and its gradient: cross-entropy of the mean over
        the cells, or the mean squared error at the cells that are asked."""
        n = len(given)
        if self.classifies:
            logits = given.mean(1)
            logits = logits - logits.max(-1, keepdims=True)
            shares = np.exp(logits)
            shares /= shares.sum(-1, keepdims=True)
            right = shares[np.arange(n), maps.wanted]
            slope = (shares - (np.arange(KINDS) == maps.wanted[:, None])) / (n * given.shape[1])
            slope = np.broadcast_to(slope[:, None], given.shape)
            return float(-np.log(right.clip(1e-30)).mean()), slope
        error = np.where(maps.asked, given[..., 0] - maps.wanted, 0)
        count = maps.asked.sum()
        slope = (2 * error / count)[..., None].astype(given.dtype)
        return float((error**2).sum() / count), slope


def _scattered(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Empty maps, the places of their dots, and an index of the maps that fits the places."""
    dots = rng.random((n, SIDE * SIDE)).argsort(-1)[:, :DOTS]
    return np.zeros((n, SIDE * SIDE, CHANNELS)), dots, np.arange(n)[:, None]


def _one_flagged(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dots of any kind and value; the first of each map is flagged."""
    x, dots, at = _scattered(rng, n)
    kinds = rng.integers(KINDS, size=(n, DOTS))
    x[at, dots, kinds] = 1
    x[at, dots, VALUE] = rng.random((n, DOTS))
    x[at[:, 0], dots[:, 0], FLAG] = 1
    return x, dots, kinds


def _classify(rng: np.random.Generator, n: int) -> Maps:
    x, dots, kinds = _one_flagged(rng, n)
    return Maps(x, dots, kinds[:, 0], np.ones(x.shape[:2], bool))


def _reference(rng: np.random.Generator, n: int) -> Maps:
    x, dots, _kinds = _one_flagged(rng, n)
    flagged = x[np.arange(n), dots[:, 0], VALUE]
    asked = np.zeros(x.shape[:2], bool)
    asked[np.arange(n)[:, None], dots] = True
    return Maps(x, dots, x[..., VALUE] - flagged[:, None], asked)


def _partner(rng: np.random.Generator, n: int) -> Maps:
    """Dot c and dot c + 4 are a pair of kind c; the first has flag and value."""
    x, dots, at = _scattered(rng, n)
    x[at, dots, np.tile(np.arange(KINDS), 2)] = 1
    first, second = dots[:, :KINDS], dots[:, KINDS:]
    values = rng.random((n, KINDS))
    x[at, first, VALUE] = values
    x[at, first, FLAG] = 1
    wanted, asked = np.zeros(x.shape[:2]), np.zeros(x.shape[:2], bool)
    wanted[at, second], asked[at, second] = values, True
    return Maps(x, dots, wanted, asked)


TASKS: Mapping[str, TinyTask] = {
    task.name: task
    for task in (
        TinyTask(
            "classify", N_("classify"),
            N_("One answer for the map: of which kind is the flagged dot?"), KINDS, _classify,
        ),
        TinyTask(
            "reference", N_("reference"),
            N_("Every dot reports its value minus that of the flagged dot."), 1, _reference,
        ),
        TinyTask(
            "partner", N_("partner"),
            N_("Every dot without a value reports that of its partner, the other dot of its kind."),
            1, _partner,
        ),
    )
}  # fmt: skip
"""The tasks by name, from the one that asks least."""


@dataclass(frozen=True, eq=False)
class Net:
    """A task, its block ("NL" or "SNL"), and the weights of the net by name."""

    task: TinyTask
    block: str
    weights: Mapping[str, np.ndarray]

    @classmethod
    def fresh(cls, task: str, block: str, seed: int = 0) -> "Net":
        """Before any training: the block changes nothing yet.

        >>> [sum(w.size for w in Net.fresh(t, "NL").weights.values()) for t in TASKS]
        [240, 213, 213]
        """
        rng = np.random.default_rng(seed)
        out = TASKS[task].outputs
        weights = {
            "in.weight": rng.normal(size=(HIDDEN, CHANNELS)) / np.sqrt(CHANNELS),
            "in.bias": np.zeros(HIDDEN),
            "out.weight": rng.normal(size=(out, HIDDEN)) / np.sqrt(HIDDEN),
            "out.bias": np.zeros(out),
        }
        inner = BLOCKS[block].init(HIDDEN, seed)
        return cls(TASKS[task], block, weights | {f"block.{k}": v for k, v in inner.items()})

    @classmethod
    def shipped(cls, task: str, block: str) -> "Net":
        """As tools/train_tiny.py trained it, seed 0."""
        with np.load(WEIGHTS / f"{task}-{block}.npz", allow_pickle=False) as held:
            return cls(TASKS[task], block, {name: held[name].astype(float) for name in held.files})

    def unary(self, own: float) -> "Net":
        """The same with so much of each query's own part left: at 1 as it is, at 0 one query, the
        bias, serves all (W_theta <- own W_theta)."""
        weights = dict(self.weights)
        if "block.theta.weight" in weights:
            weights["block.theta.weight"] = own * weights["block.theta.weight"]
        return Net(self.task, self.block, weights)

    def run(self, maps: Maps, one_map: bool = False) -> "NetRun":
        """What it makes of maps; ``one_map``: every query of a map is given the mean row of all."""
        values = {k: Value(w.astype(maps.x.dtype, copy=False)) for k, w in self.weights.items()}
        hidden = relu(linear(Value(maps.x), values["in.weight"], values["in.bias"]))
        inner = {k.removeprefix("block."): v for k, v in values.items() if k.startswith("block.")}
        block, grid = BLOCKS[self.block], (SIDE, SIDE)
        made = block.forward(hidden, grid, inner, None)
        (seen,) = made.maps
        assert isinstance(seen, Attended)
        tokens = made.tokens
        if one_map and isinstance(block, Attention):
            told = one_for_all(seen.weights, seen.v)
            tokens = block.done(hidden, Value(np.broadcast_to(told, seen.output.shape)), inner)
        y = linear(relu(tokens), values["out.weight"], values["out.bias"])
        return NetRun(self, maps, values, y, seen)


@dataclass(frozen=True, eq=False)
class NetRun:
    """A run of a net: its outputs ``(n, 64, out)``, and who looks at whom."""

    net: Net
    maps: Maps
    values: Parameters
    made: Value
    seen: Attended

    @property
    def output(self) -> np.ndarray:
        """``(n, 64, out)``."""
        return self.made.array

    @property
    def rows(self) -> np.ndarray:
        """The weights of every query ``(n, 64, 64)``; under one context they are all the same."""
        n = len(self.output)
        return np.broadcast_to(self.seen.weights, (n, SIDE * SIDE, SIDE * SIDE))

    @property
    def loss(self) -> float:
        """Of these maps."""
        return self.net.task.loss(self.output, self.maps)[0]

    @property
    def accuracy(self) -> float:
        """The share of maps whose class is right."""
        return float((self.output.mean(1).argmax(-1) == self.maps.wanted).mean())

    def gradient(self) -> tuple[float, dict[str, np.ndarray]]:
        """The loss, and its gradient with respect to each weight."""
        loss, slope = self.net.task.loss(self.output, self.maps)
        self.made.backward(slope)
        return loss, {
            name: np.zeros(value.shape) if value.gradient is None else value.gradient
            for name, value in self.values.items()
        }


@dataclass(frozen=True)
class Measured:
    """What a net does on fresh maps. ``loss_of_one``: if every query is given the mean map;
    ``distance`` of the rows of all cells and ``at_dots`` alone; effective keys of a dot; the share
    of maps that are classified, and with one map; None where there is no class."""

    loss: float
    loss_of_one: float
    distance: float
    at_dots: float
    effective: float
    accuracy: float | None
    accuracy_of_one: float | None


def measure(net: Net, maps: Maps) -> Measured:
    """The measures of a net on these maps."""
    run, swapped = net.run(maps), net.run(maps, one_map=True)
    at = np.arange(len(maps.x))[:, None]
    dots = run.rows[at, maps.dots]
    classes = net.task.classifies
    effective = np.broadcast_to(run.seen.effective, run.rows.shape[:2])
    return Measured(
        run.loss,
        swapped.loss,
        float(distance_of_rows(run.rows).mean()),
        float(distance_of_rows(dots).mean()),
        float(effective[at, maps.dots].mean()),
        run.accuracy if classes else None,
        swapped.accuracy if classes else None,
    )
