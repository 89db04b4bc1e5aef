"""A tree of learned filters whose nodes mix by gates."""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number, products
from poolviz.pooling.cells import filled
from poolviz.pooling.code import Code, array
from poolviz.pooling.mixtures import sigmoid, stretched
from poolviz.pooling.variant import Variant, Worked, param
from poolviz.text import N_

__all__ = ["Tree"]


@dataclass(frozen=True)
class Tree(Variant):
    """A binary tree: leaf l gives v_l . a; a node t left + (1 - t) right, with t = sigmoid(u . a).

    Leaves and gates are learned filters over the window. ``leaves`` holds 2^depth rows, ``gates``
    2^depth - 1 rows (root first, level by level), each row after row; rows of another length than
    the window are interpolated. None: leaf l weighs cell i by (1 + cos 2 pi (p_i - l / leaves)) / K
    and gate m by cos(pi (m + 1) p_i) / 4, with p_i = (i + 1/2) / K. The rule for another length and
    the defaults are poolviz's own; the tree is that of the paper.

    >>> import poolviz as pv
    >>> x = np.array([[1.0, 3.0], [4.0, 7.0]])
    >>> even = pv.Tree(depth=1, leaves=(1.0, 0.0), gates=(0.0,))
    >>> pv.pool(x, even, pv.Sliding(2)).output
    array([[7.5]])
    """

    depth: int = param(
        2,
        N_("Levels of gates; the tree has 2^depth leaves."),
        title=N_("Levels of gates"),
        low=1,
        high=4,
    )
    leaves: tuple[float, ...] | None = param(
        None,
        N_("The filters of the leaves, one after the other."),
        title=N_("Weights of the leaves"),
        kind="weights",
        rows=lambda tree: 2**tree.depth,
    )
    gates: tuple[float, ...] | None = param(
        None,
        N_("The filters of the gates, the root's first."),
        title=N_("Weights of the gates"),
        kind="weights",
        rows=lambda tree: 2**tree.depth - 1,
    )

    title = N_("Tree")
    family = N_("Mixtures")
    formula = (
        r"y_l = v_l \cdot a, \quad y_m = \sigma(u_m \cdot a)\, y_{\text{left}} "
        r"+ \big(1 - \sigma(u_m \cdot a)\big)\, y_{\text{right}}, \quad y = y_{\text{root}}"
    )
    gradient = (
        r"\frac{\partial y_l}{\partial a} = v_l, \quad \frac{\partial y_m}{\partial a} = "
        r"t \frac{\partial y_{\text{left}}}{\partial a} + (1 - t) "
        r"\frac{\partial y_{\text{right}}}{\partial a} "
        r"+ t (1 - t) (y_{\text{left}} - y_{\text{right}})\, u_m, \quad t = \sigma(u_m \cdot a)"
    )
    reference = "Lee, Gallagher & Tu, AISTATS 2016"
    story = "tree"
    ordered = True
    worked = Worked(
        (2.309660, 2.544907, 7.323416, 4.344529),
        fields=(
            ("leaves", (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)),
            ("gates", (0.1, 0.1, 0.1, 0.1, -0.2, 0, 0, 0.2, 0.3, 0, -0.3, 0)),
        ),
    )

    def cost(self, size: int) -> int:
        return 2 + 2**self.depth

    def filters(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Leaves ``(2^depth, K)`` and gates ``(2^depth - 1, K)`` for windows of this size."""
        leaves, gates = 2**self.depth, 2**self.depth - 1
        p = (np.arange(size) + 0.5) / size
        v = (1 + np.cos(2 * np.pi * (p - np.arange(leaves)[:, None] / leaves))) / size
        u = np.cos(np.pi * (np.arange(gates)[:, None] + 1) * p) / 4
        if self.leaves is not None:
            rows = np.reshape(self.leaves, (leaves, -1))
            v = np.stack([stretched(row, size) for row in rows])
        if self.gates is not None:
            u = np.stack([stretched(row, size) for row in np.reshape(self.gates, (gates, -1))])
        return v, u

    def forward(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        v, u = self.filters(w.shape[-1])
        a = filled(w, valid, 0)
        level = [_dot(leaf, a) for leaf in v]
        for gates in reversed(range(self.depth)):
            shares = [sigmoid(_dot(gate, a)) for gate in u[2**gates - 1 : 2 ** (gates + 1) - 1]]
            level = [
                t * left + (1 - t) * right
                for t, left, right in zip(shares, level[::2], level[1::2], strict=True)
            ]
        return level[0]

    def jacobian(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        _, weights, through = self._climb(w, valid)
        return np.where(valid, weights + through, 0)

    def contributions(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        return np.where(valid, self._climb(w, valid)[1], 0)

    def arithmetic(self, w: np.ndarray, valid: np.ndarray) -> str:
        weights, y = self.contributions(w, valid)[valid], number(self.forward(w, valid))
        return f"{products(weights, w[valid])} = {y}"

    def nodes(self, w: np.ndarray, valid: np.ndarray) -> np.ndarray:
        v, u = self.filters(w.shape[-1])
        a = np.where(valid, w, 0).astype(np.float64)
        gates, level = sigmoid(np.matmul(a, u.T)), np.matmul(a, v.T)
        levels = [level]
        for first in (2**at - 1 for at in reversed(range(self.depth))):
            t = gates[..., first : 2 * first + 1]
            level = t * level[..., ::2] + (1 - t) * level[..., 1::2]
            levels.insert(0, level)
        return np.concatenate([*levels, gates], -1)

    def _climb(self, w: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The root's value, its weight of each cell, and the gradient through the gates."""
        v, u = self.filters(w.shape[-1])
        a = np.where(valid, w, 0).astype(np.float64)
        t = sigmoid(np.matmul(a, u.T))
        level = [(a @ leaf, leaf, np.zeros_like(a)) for leaf in v]
        for gates in reversed(range(self.depth)):
            first = 2**gates - 1
            level = [
                _node(t[..., first + m], u[first + m], level[2 * m], level[2 * m + 1])
                for m in range(2**gates)
            ]
        return level[0]

    def _setup(self, size: int) -> str:
        v, u = map(array, self.filters(size))
        leaves, gates = 2**self.depth, 2**self.depth - 1
        if self.leaves is None:
            turn = f"place - np.arange({leaves})[:, None] / {leaves}"
            v = f"(1 + np.cos(2 * np.pi * ({turn}))) / {size}"
        if self.gates is None:
            u = f"np.cos(np.pi * np.arange(1, {gates + 1})[:, None] * place) / 4"
        return f"place = (np.arange({size}) + 0.5) / {size}\nv = {v}\nu = {u}"

    def code(self, size: int) -> Code:
        up, slopes = (
            [
                "t = sigmoid(np.matmul(a, u.T))  # the gates, root first",
                "y = np.matmul(a, v.T)  # the leaves",
            ],
            [],
        )
        for level in reversed(range(self.depth)):
            gates = f"{2**level - 1}:{2 ** (level + 1) - 1}"
            mixed = "gate * {0}[..., 0::2{1}] + (1 - gate) * {0}[..., 1::2{1}]"
            up += [f"gate = t[..., {gates}]", f"y = {mixed.format('y', '')}"]
            slopes += [
                f"gate = t[..., {gates}, None]",
                "apart = (leaf[..., 0::2] - leaf[..., 1::2])[..., None]",
                f"g = {mixed.format('g', ', :')} + gate * (1 - gate) * apart * u[{gates}]",
                "gate = gate[..., 0]",
                f"leaf = {mixed.format('leaf', '')}",
            ]
        shape = "np.broadcast_to(v, (*a.shape[:-1], *v.shape))"
        return Code(
            "\n".join([*up, "y = y[..., 0]"]),
            "\n".join(["leaf = np.matmul(a, v.T)", f"g = {shape}", *slopes, "g = g[..., 0, :]"]),
            setup=self._setup(size),
            constants=("v", "u"),
        )


_Value = tuple[np.ndarray, np.ndarray, np.ndarray]


def _dot(weights: np.ndarray, a: np.ndarray) -> np.ndarray:
    return (weights * a).sum(-1)


def _node(t: np.ndarray, gate: np.ndarray, left: _Value, right: _Value) -> _Value:
    t, rest = t[..., None], 1 - t[..., None]
    contrast = (left[0] - right[0])[..., None]
    value = t[..., 0] * left[0] + rest[..., 0] * right[0]
    through = t * left[2] + rest * right[2] + t * rest * contrast * gate
    return value, t * left[1] + rest * right[1], through
