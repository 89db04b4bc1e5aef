"""Experiment: a Go board, where a point more or less is another game, and pooling merges points."""

from dataclasses import dataclass

import numpy as np

from poolviz.pooling import Average, Max, Min, Sliding, Variant, pool
from poolviz.samples import sample
from poolviz.stage.question import Question, choices
from poolviz.text import _

POOLS: tuple[Variant, ...] = (Max(), Average(), Min())


@dataclass(frozen=True)
class Told:
    """What one pool leaves of the board: outputs that say black, white, or something between."""

    title: str
    output: np.ndarray
    black: int
    white: int
    between: int


@dataclass(frozen=True, eq=False)
class Board:
    """``board`` (19, 19), black 1, white -1; what each pool makes of it; and a second position,
    one stone moved ``start`` -> ``end``, that max pooling cannot tell from the first.
    """

    board: np.ndarray
    told: tuple[Told, ...]
    other: np.ndarray
    start: tuple[int, int]
    end: tuple[int, int]

    @property
    def stones(self) -> tuple[int, int]:
        """How many black and white stones stand on the board."""
        return int((self.board > 0).sum()), int((self.board < 0).sum())

    @property
    def unseen(self) -> int:
        """Points that no window of kernel 2 and stride 2 covers: the last row and column."""
        return int(self.board.size - 4 * (self.board.shape[0] // 2) * (self.board.shape[1] // 2))


def go_experiment() -> Board:
    """The ear-reddening game after move 127, under 2 x 2 pools of stride 2."""
    board = sample("go-board")
    told = []
    for variant in POOLS:
        y = pool(board, variant, Sliding(2)).output
        black, white = int((y == 1).sum()), int((y == -1).sum())
        between = int(((y != 0) & (np.abs(y) != 1)).sum())
        told.append(Told(_(variant.title), y, black, white, between))
    other, start, end = twin(board)
    return Board(board, tuple(told), other, start, end)


def twin(board: np.ndarray) -> tuple[np.ndarray, tuple[int, int], tuple[int, int]]:
    """Another position with the same max-pooled board: one stone moved to a free neighbour.

    A black stone that is alone in its window moves to a free point of the same window.
    """
    pooled = pool(board, Max(), Sliding(2)).output
    middle = np.array(board.shape) / 2
    black = sorted(np.argwhere(board == 1).tolist(), key=lambda at: np.abs(at - middle).sum())
    for row, col in black:
        for end in ((row, col ^ 1), (row ^ 1, col)):
            if max(end) >= min(board.shape) or board[end] != 0:
                continue
            other = board.copy()
            other[row, col], other[end] = 0, 1
            if (pool(other, Max(), Sliding(2)).output == pooled).all():
                return other, (row, col), (int(end[0]), int(end[1]))
    raise ValueError("board must have a black stone with a free neighbour in its window")


def go_question(found: Board) -> Question:
    """How many white stones does max pooling leave?"""
    black, white = found.stones
    left = found.told[0].white
    right = _(
        "−1 is left only where a whole window is white: black is 1 and an empty point 0, and both "
        "are larger. The board has {white} white and {black} black stones."
    ).format(white=white, black=black)
    four = _("Look for windows of four white stones.")
    traps = [
        (white, _("Every window that holds an empty point or a black stone hides its white ones.")),
        (-(-white // 4), _("One in four would be left if the stones came in blocks of four.")),
        (
            found.told[2].white,
            _("That is min pooling: it keeps white, and hides the black stones instead."),
        ),
        (left + 1, four),
        (left + 2, four),
    ]
    text = _(
        "The board has {white} white stones (−1), {black} black (1). Max pooling, 2 × 2: how many "
        "of the {outputs} outputs still say “white”?"
    ).format(white=white, black=black, outputs=found.told[0].output.size)
    return Question(text, choices([(left, right), *traps]))
