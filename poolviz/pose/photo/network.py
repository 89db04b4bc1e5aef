"""MoveNet Lightning's layers in NumPy: a graph of 90 layers of four kinds, read from a file.

A picture goes in as ``(192, 192, 3)``, and four maps of 48 x 48 cells come out, the heads; what
they mean is ``heads``. Everything is float32 and (rows, columns, channels), as TensorFlow has it.
The weights are float16 in the file (assets/weights/movenet, whose README says whose they are).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

WEIGHTS = Path(__file__).resolve().parents[3] / "assets" / "weights" / "movenet"
SIDE = 192
"""Rows and columns of the picture that the network sees."""
BAND = 8
"""Rows of a map that are worked on at once: so many stay in a core's cache."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer: its ``kind``, whose outputs it takes (-1: the picture), its step, what comes
    ``then`` ("", "relu", "relu6"), its weights ``(kh, kw, in, out)`` and bias ``(out,)``."""

    name: str
    kind: str
    inputs: tuple[int, ...]
    stride: int = 1
    then: str = ""
    weights: np.ndarray | None = None
    bias: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Graph:
    """All layers, which of them are the four heads, and the constants behind these."""

    layers: tuple[Layer, ...]
    heads: Mapping[str, int]
    constants: Mapping[str, np.ndarray]

    @property
    def numbers(self) -> int:
        """How many weights and biases."""
        arrays = [a for each in self.layers for a in (each.weights, each.bias) if a is not None]
        return sum(a.size for a in arrays)


@cache
def movenet() -> Graph:
    """The network as it is shipped, its numbers as float32.

    >>> len(movenet().layers), sorted(movenet().heads)
    (90, ['center', 'heat', 'offset', 'regress'])
    """
    read = json.loads((WEIGHTS / "graph.json").read_text("utf-8"))
    data = (WEIGHTS / "weights.bin").read_bytes()

    def array(place: dict | None) -> np.ndarray | None:
        if place is None:
            return None
        shape = tuple(place["shape"])
        count = int(np.prod(shape))
        flat = np.frombuffer(data, place["dtype"], count, place["offset"])
        return flat.reshape(shape).astype(np.float32)

    layers = tuple(
        Layer(
            each["name"], each["kind"], tuple(each["inputs"]), each.get("stride", 1),
            each.get("then", ""), array(each.get("weights")), array(each.get("bias")),
        )
        for each in read["layers"]
    )  # fmt: skip
    constants = {name: np.asarray(array(place)) for name, place in read["constants"].items()}
    return Graph(layers, read["heads"], constants)


def same(x: np.ndarray, kernel: int, stride: int) -> np.ndarray:
    """``x`` with zeros around it, so that ceil(n / stride) places of the kernel fit.

    TensorFlow's "SAME": of an odd number of zeros the larger part is at the end.

    >>> same(np.ones((4, 4, 1)), 3, 2)[:, :, 0].astype(int).tolist()[-1], same(
    ...     np.ones((4, 4, 1)), 3, 2).shape
    ([0, 0, 0, 0, 0], (5, 5, 1))
    """
    pads = []
    for n in x.shape[:2]:
        missing = max((-(-n // stride) - 1) * stride + kernel - n, 0)
        pads.append((missing // 2, missing - missing // 2))
    if pads == [(0, 0), (0, 0)]:
        return x
    (top, bottom), (left, right) = pads
    rows, cols, channels = x.shape
    around = np.zeros((top + rows + bottom, left + cols + right, channels), x.dtype)
    around[top : top + rows, left : left + cols] = x  # np.pad takes several times as long
    return around


def convolve(x: np.ndarray, w: np.ndarray, stride: int) -> np.ndarray:
    """y(p) = sum over the kernel's cells k of x(stride·p + k) w(k): every cell is one product.

    ``x`` (H, W, in), ``w`` (k, k, in, out) -> (ceil(H / stride), ceil(W / stride), out).
    """
    rows, cols = (-(-n // stride) for n in x.shape[:2])
    k = len(w)
    if k == stride == 1:
        return (x.reshape(rows * cols, -1) @ w[0, 0]).reshape(rows, cols, -1)
    x = same(x, k, stride)
    y = np.zeros((rows * cols, w.shape[3]), x.dtype)
    for i in range(k):
        for j in range(k):
            seen = x[i : i + stride * rows : stride, j : j + stride * cols : stride]
            y += seen[:rows, :cols].reshape(rows * cols, -1) @ w[i, j]
    return y.reshape(rows, cols, -1)


def depthwise(x: np.ndarray, w: np.ndarray, stride: int) -> np.ndarray:
    """As ``convolve``, each channel for itself: ``w`` (k, k, channels, 1)."""
    rows, cols, channels = (*(-(-n // stride) for n in x.shape[:2]), x.shape[2])
    k = len(w)
    x = same(x, k, stride)
    y = np.zeros((rows, cols, channels), x.dtype)
    room = np.empty((BAND, cols, channels), x.dtype)
    for top in range(0, rows, BAND):
        here = y[top : top + BAND]
        product = room[: len(here)]
        for i in range(k):
            for j in range(k):
                first = stride * top + i
                seen = x[first : first + stride * len(here) : stride]
                seen = seen[:, j : j + stride * cols : stride][:, :cols]
                here += np.multiply(seen, w[i, j, :, 0], out=product)
    return y


def double(x: np.ndarray) -> np.ndarray:
    """Twice as many rows and columns, linear between the centres of cells (half pixels).

    Along an axis the new cells are ¾ of the nearer and ¼ of the other neighbour; at the rim the
    neighbour is the cell itself.

    >>> double(np.array([[[0.], [4.]]]))[0, :, 0].tolist()
    [0.0, 1.0, 3.0, 4.0]
    """
    for axis in (0, 1):
        x = np.moveaxis(x, axis, 0)
        before, after = np.concatenate([x[:1], x[:-1]]), np.concatenate([x[1:], x[-1:]])
        pairs = np.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], 1)
        x = np.moveaxis(pairs.reshape(2 * len(x), *x.shape[1:]), 0, axis)
    return x


def forward(picture: np.ndarray, graph: Graph | None = None) -> dict[str, np.ndarray]:
    """The four heads' maps, float32 ``(48, 48, channels)``, before any sigmoid.

    ``picture`` (192, 192, 3), whole numbers 0 to 255. Errors: ``ValueError`` for another shape.
    """
    if np.shape(picture) != (SIDE, SIDE, 3):
        raise ValueError(f"picture must be {(SIDE, SIDE, 3)}, got {np.shape(picture)}")
    graph = graph or movenet()
    scaled = np.asarray(picture, np.float32) * graph.constants["scale"].reshape(3)
    made: list[np.ndarray] = []
    for layer in graph.layers:
        x, *others = (made[i] if i >= 0 else scaled - graph.constants["less"] for i in layer.inputs)
        if layer.kind == "add":
            made.append(x + others[0])
            continue
        if layer.kind == "double":
            made.append(double(x))
            continue
        step = convolve if layer.kind == "convolve" else depthwise
        y = step(x, np.asarray(layer.weights), layer.stride)
        if layer.bias is not None:
            y += layer.bias
        if layer.then:
            np.clip(y, 0, 6 if layer.then == "relu6" else None, out=y)
        made.append(y)
    return {name: made[i] for name, i in graph.heads.items()}
