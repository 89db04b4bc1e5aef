"""Experiment: the input moves by one pixel. What changes, and what does a blur repair?"""

from dataclasses import dataclass

import numpy as np

from poolviz.numbers import number
from poolviz.stage.question import Choice, Question
from poolviz.text import _
from poolviz.wings.pooling.compare.alias import POOLS as HALVINGS

MOST = 6
STRIDE = 2
MARGIN = 4
POOLS = {name: HALVINGS[name] for name in ("max", "average", "every", "blur")}
"""Each halves both axes: its title, and x (..., H, W) -> (..., H/2, W/2)."""


@dataclass(frozen=True, eq=False)
class Shift:
    """``errors[name]`` (shifts,): how far the output is from the one that moved along, as a share
    of its spread. ``lone[name]`` (places, outputs): a lone 1 at each place of a line, pooled.
    """

    shifts: np.ndarray
    errors: dict[str, np.ndarray]
    lone: dict[str, np.ndarray]

    def at_one(self, name: str) -> float:
        """The error when the input moves by one pixel, in percent."""
        return float(100 * self.errors[name][1])


def shift_experiment(x: np.ndarray) -> Shift:
    """Move x (H, W) to the right by 0 to 6 pixels, pool, enlarge, move back, and compare.

    The columns move in a circle and the border is left out, so that nothing but the pool matters.
    """
    x = even(x)
    shifts = np.arange(MOST + 1)
    moved = np.stack([np.roll(x, int(d), axis=1) for d in shifts])
    room = min(MARGIN + MOST, (x.shape[1] - 2) // 2)
    inside = slice(room, x.shape[1] - room)
    errors = {}
    for name, (_title, run) in POOLS.items():
        large = run(moved).repeat(STRIDE, -2).repeat(STRIDE, -1)[:, : x.shape[0], : x.shape[1]]
        back = np.stack([np.roll(y, -int(d), axis=1) for d, y in zip(shifts, large, strict=True)])
        back = back[:, :, inside]
        spread = float(back[0].std())
        off = np.sqrt(((back - back[0]) ** 2).mean((1, 2)))
        errors[name] = off / spread if spread > 0 else np.zeros(off.shape)
    return Shift(shifts, errors, lone_one())


def lone_one(places: int = 8) -> dict[str, np.ndarray]:
    """An upright line of ones at each place in turn, and a row of what each pool makes of it."""
    x = np.broadcast_to(np.eye(places)[:, None, :], (places, places, places))
    return {name: run(x)[:, 1, :] for name, (_title, run) in POOLS.items()}


def even(x: np.ndarray) -> np.ndarray:
    """x without its last row or column where they are odd in number; float64."""
    rows, cols = (n - n % STRIDE for n in x.shape)
    return np.asarray(x, dtype=np.float64)[:rows, :cols]


def shift_questions(found: Shift) -> tuple[Question, ...]:
    """Is pooling shift-invariant? (misconception 2) And which of the pools changes least?"""
    rows = found.lone["max"]
    same = [bool((rows[i] == rows[i + 1]).all()) for i in range(3)]
    assert same[:2] == [True, False]
    first = Question(
        _(
            "A lone 1 in a row, max with kernel 2 and stride 2. It moves from column 0 to 1, then "
            "from 1 to 2. When does the output change?"
        ),
        (
            Choice(
                _("never: pooling is shift-invariant"),
                False,
                _("Only moves inside one window go unseen; the next one is in another window."),
            ),
            Choice(
                _("only from 1 to 2"),
                True,
                _(
                    "Columns 0 and 1 share a window, column 2 lies in the next: whether a shift is "
                    "seen depends on where it begins."
                ),
            ),
            Choice(_("both times"), False, _("Columns 0 and 1 lie in the same window.")),
            Choice(
                _("only from 0 to 1"), False, _("Those two lie in the same window, 1 and 2 do not.")
            ),
        ),
    )
    least = min(found.errors, key=lambda name: found.errors[name][1])
    text = _(
        "The picture moves by one pixel; the output is enlarged and moved back. Which pool changed "
        "least?"
    )
    choices = tuple(
        Choice(
            _(title),
            name == least,
            _("It changed by {error} % of its spread; {best} is the least here, {least} %.").format(
                error=number(round(found.at_one(name), 1)),
                best=_(POOLS[least][0]),
                least=number(round(found.at_one(least), 1)),
            ),
        )
        for name, (title, _run) in POOLS.items()
    )
    return first, Question(text, choices)
