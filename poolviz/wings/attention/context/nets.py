"""The three nets on the page: the maps that they are shown, six queries of each, and trainings."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from poolviz.attention.tiny import FLAG, KINDS, SIDE, TASKS, VALUE, Maps, Measured, Net, measure
from poolviz.attention.training import STEPS, Training
from poolviz.numbers import number
from poolviz.stage.cache import kept
from poolviz.stage.work import long_work
from poolviz.text import N_, _

CHUNK = 40
"""Steps of a training between two looks at it."""
FRESH, HOW_MANY = 99, 24
"""Seed and number of the maps on which a net is measured."""
KIND_NAMES = (N_("disc"), N_("square"), N_("diamond"), N_("triangle"))
"""The four kinds, by the shape that an overlay gives a group."""
QUERIES = 6


@dataclass(frozen=True, eq=False)
class Shown:
    """A net before one map of its task: six cells of it ask."""

    net: Net
    maps: Maps

    @cached_property
    def queries(self) -> np.ndarray:
        """The cells that ask ``(6,)``: a flagged dot, four that have to answer, an empty cell."""
        dots = self.maps.dots[0]
        last = KINDS if self.net.task.name == "partner" else 1
        empty = np.setdiff1d(np.arange(SIDE * SIDE), dots)
        return np.array([dots[last], dots[0], *dots[last + 1 : last + 4], empty[len(empty) // 2]])

    @cached_property
    def rows(self) -> np.ndarray:
        """Their weights ``(6, 64)``."""
        return np.asarray(self.net.run(self.maps).rows[0, self.queries])

    def kind(self, cell: int) -> int:
        """The kind of a dot, -1 where there is none."""
        x = self.maps.x[0, cell]
        return int(x[:KINDS].argmax()) if x[:KINDS].any() else -1

    def flagged(self, cell: int) -> bool:
        """Whether a dot has the flag."""
        return bool(self.maps.x[0, cell, FLAG])

    def called(self, cell: int) -> str:
        """What a cell holds, in words."""
        if self.kind(cell) < 0:
            return _("an empty cell")
        name, value = _(KIND_NAMES[self.kind(cell)]), number(self.maps.x[0, cell, VALUE], 2)
        if self.flagged(cell):
            return _("the flagged {kind} ({value})").format(kind=name, value=value)
        return _("a {kind} ({value})").format(kind=name, value=value)

    def looks(self, query: int) -> str:
        """Who asks, and where it looks most: "a disc (0.4) → 98 % the flagged square (0.2)"."""
        cell, row = int(self.queries[query]), self.rows[query]
        most = int(row.argmax())
        text = _("{asks} → {percent} % at {target}")
        target = _("itself") if most == cell else self.called(most)
        return text.format(
            asks=self.called(cell), percent=round(100 * float(row[most])), target=target
        )


@kept
def drawn(task: str, seed: int) -> Maps:
    """One map of a task."""
    return TASKS[task].draw(np.random.default_rng((seed, 2)), 1)


@kept
def shown(task: str, block: str, unary: float, seed: int) -> Shown:
    """The net that is shipped, before the map of this seed."""
    return Shown(Net.shipped(task, block).unary(unary), drawn(task, seed))


@kept
def measured(task: str, block: str, unary: float) -> Measured:
    """What the shipped net does on fresh maps."""
    return measured_of(Net.shipped(task, block).unary(unary))


def measured_of(net: Net) -> Measured:
    """What a net does on fresh maps."""
    return measure(net, _fresh(net.task.name))


@kept
def _fresh(task: str) -> Maps:
    """The maps on which every net of a task is measured."""
    return TASKS[task].draw(np.random.default_rng(FRESH), HOW_MANY).single


def trained(task: str, block: str, seed: int, steps: int) -> Training:
    """A training after so many steps, not to be gone on with; a long way is shown as it goes."""
    far = steps > CHUNK and not _known(task, block, seed, steps)
    with long_work(_("Training"), far) as progress:
        for done in range(CHUNK, steps, CHUNK) if far else ():
            _after(task, block, seed, done)
            progress(done / steps)
        return _after(task, block, seed, steps)


_DONE: dict[tuple[str, str, int], int] = {}


def _known(task: str, block: str, seed: int, steps: int) -> bool:
    """Whether it is at most one look away from what was computed here before."""
    return _DONE.get((task, block, seed), 0) + CHUNK >= steps


@kept
def _after(task: str, block: str, seed: int, steps: int) -> Training:
    if steps <= 0:
        return Training.fresh(task, block, seed)
    before = _after(task, block, seed, (steps - 1) // CHUNK * CHUNK)
    training = before.copy()
    training.advance(min(steps, STEPS) - training.step)
    if len(_DONE) > 200:
        _DONE.clear()
    _DONE[task, block, seed] = max(steps, _DONE.get((task, block, seed), 0))
    return training


@kept
def looked_at(task: str, block: str, seed: int, steps: int) -> tuple[np.ndarray, float, Measured]:
    """The rows of six queries ``(6, 64)``, the loss and the measures after so many steps."""
    training = trained(task, block, seed, steps)
    net = training.net
    shown_now = Shown(net, drawn(task, seed))
    found = measured_of(net)
    return shown_now.rows, found.loss, found
