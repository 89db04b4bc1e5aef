"""Training of a tiny net, a few steps at a time: whoever trains may look, go on, or stop."""

from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np

from poolviz.attention.tiny import Net

STEPS, BATCH = 1200, 24
"""Of a training; a batch is drawn fresh at each step."""
FIRST, LAST = 1e-2, 1e-4
"""The learning rate falls from the first to the last."""
DECAY, SQUARES = 0.9, 0.999
"""How slowly Adam forgets: the mean of the gradients, and of their squares."""


@dataclass(eq=False)
class Training:
    """A net on its way: after ``step`` steps, with the loss of each of them.

    >>> training = Training.fresh("partner", "SNL")
    >>> training.advance(3)
    >>> training.step, training.done, len(training.losses)
    (3, False, 3)
    """

    net: Net
    seed: int = 0
    steps: int = STEPS
    losses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._draw = np.random.default_rng((self.seed, 1))
        self._mean = {name: np.zeros(w.shape) for name, w in self.net.weights.items()}
        self._square = {name: np.zeros(w.shape) for name, w in self.net.weights.items()}

    @classmethod
    def fresh(cls, task: str, block: str, seed: int = 0, steps: int = STEPS) -> "Training":
        """At its start."""
        return cls(Net.fresh(task, block, seed), seed, steps)

    @property
    def step(self) -> int:
        """Steps that are done."""
        return len(self.losses)

    @property
    def done(self) -> bool:
        """Whether it is at its end."""
        return self.step >= self.steps

    @property
    def rate(self) -> float:
        """The learning rate of the next step: half a cosine from the first to the last."""
        share = min(self.step / max(self.steps - 1, 1), 1.0)
        return LAST + (FIRST - LAST) * (1 + float(np.cos(np.pi * share))) / 2

    def copy(self) -> "Training":
        """The same, which may go on apart from this one."""
        return deepcopy(self)

    def advance(self, steps: int) -> None:
        """So many steps of Adam, or as many as are left.

        m <- .9 m + .1 g, v <- .999 v + .001 g^2, w <- w - rate m^ / (sqrt(v^) + 1e-8), m^ and v^
        free of their start at 0 (Kingma & Ba, ICLR 2015, algorithm 1).
        """
        for _each in range(min(steps, self.steps - self.step)):
            maps = self.net.task.draw(self._draw, BATCH).single
            loss, slopes = self.net.run(maps).gradient()
            rate, t = self.rate, self.step + 1
            moved = {}
            for name, g in slopes.items():
                m = self._mean[name] = DECAY * self._mean[name] + (1 - DECAY) * g
                v = self._square[name] = SQUARES * self._square[name] + (1 - SQUARES) * g * g
                lean = np.sqrt(v / (1 - SQUARES**t)) + 1e-8
                moved[name] = self.net.weights[name] - rate * m / (1 - DECAY**t) / lean
            self.net = Net(self.net.task, self.net.block, moved)
            self.losses.append(loss)
