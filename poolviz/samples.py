"""The named inputs. Each exists for a reason, and the reason is shown beside it.

``SAMPLES`` is in menu order, the default first; ``sample(name)`` gives the numbers. Pictures are in
``assets/images``, where CREDITS.md says whose they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np

from poolviz.text import N_

IMAGES = Path(__file__).resolve().parents[1] / "assets" / "images"

# Honinbo Shusaku (black) against Gennan Inseki (white), 1846, after move 127, the "ear-reddening
# move" (row 8, column 9): the record of a game is a fact of history. X black, O white.
EAR_REDDENING = """
.........XOO.......
...X.....XO.O.OOX..
..OO.X..OXXOO.OX...
...........XXX..X..
.....X....X....XX..
..O............XOO.
.............OOOXXX
..............XOOOX
.........X..XOOXXX.
............OOX.XO.
..O...........OXXO.
..............OXOX.
............O.OXOO.
..O......X.XO.OX...
......X.O..XOXOXO..
..X.X..X...XOOXOO..
.....XOXO.OOXXXXOO.
......XO.OO.OXX.XO.
........O..O.X.X.X.
"""


@dataclass(frozen=True)
class Sample:
    """A named input: ``name`` stands in links, ``title`` and ``why`` are shown, ``make`` computes.

    ``make() -> float64 (H, W)``. ``palette``: the colours that show it, as ``Panel`` has it.
    """

    name: str
    title: str
    why: str
    make: Callable[[], np.ndarray]
    palette: str = "sequence"


def _numbers(rows: Sequence[Sequence[float]]) -> np.ndarray:
    return np.array(rows, dtype=np.float64)


def _lone_one() -> np.ndarray:
    x = np.zeros((6, 6))
    x[2, 0] = 1
    return x


def _stones() -> np.ndarray:
    value = {"X": 1, "O": -1, ".": 0}
    return _numbers([[value[point] for point in row] for row in EAR_REDDENING.split()])


@cache
def _decoded(file: str) -> np.ndarray:
    from PIL import Image  # a page without pictures does not wait for it

    with Image.open(IMAGES / file) as picture:
        x = np.asarray(picture.convert("L"), dtype=np.float64)
    x.setflags(write=False)
    return x


SAMPLES: tuple[Sample, ...] = (
    Sample(
        "worked-example",
        N_("Worked example, 4 × 4"),
        N_("Max, min, average, L2, stochastic and SoftPool all differ in its first 2 × 2 window."),
        partial(_numbers, [[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]]),
    ),
    Sample(
        "ties",
        N_("Ties"),
        N_("Equal largest values: which cell is chosen, and where does the gradient go?"),
        partial(_numbers, [[2, 2, 1, 1], [2, 2, 0, 1], [3, 0, 4, 4], [0, 3, 4, 0]]),
    ),
    Sample(
        "all-negative",
        N_("All negative"),
        N_("With padding 1, max pooling still answers −1: it pads with −∞, not with zeros."),
        partial(np.full, (4, 4), -1.0),
        "diverging",
    ),
    Sample(
        "ramp",
        N_("Ramp, 5 × 5"),
        N_("Values rise evenly, and 5 is odd: see what a stride of 2 leaves at the edge."),
        lambda: np.arange(25, dtype=np.float64).reshape(5, 5),
    ),
    Sample(
        "checkerboard",
        N_("Checkerboard"),
        N_("The finest pattern there is, and 2 × 2 pooling turns it into one flat value."),
        lambda: np.indices((8, 8)).sum(axis=0).astype(np.float64) % 2,
    ),
    Sample(
        "lone-one",
        N_("A lone 1"),
        N_("Move the 1 by one column and then by another: is pooling blind to shifts?"),
        _lone_one,
    ),
    Sample(
        "digit",
        N_("Handwritten digit, 28 × 28"),
        N_("A real 2 from MNIST: pooling shrinks it, and it can still be read."),
        partial(_decoded, "digit.png"),
        "grey",
    ),
    Sample(
        "photograph",
        N_("Photograph, 64 × 64"),
        N_("Edges, sky and grass: max, average and min each keep something else of a picture."),
        partial(_decoded, "photographer.png"),
        "grey",
    ),
    Sample(
        "cat",
        N_("Cat, 224 × 224"),
        N_("The size that image networks take in: thousands of windows, fine fur and whiskers."),
        partial(_decoded, "cat.png"),
        "grey",
    ),
    Sample(
        "go-board",
        N_("Go board, 19 × 19"),
        N_(
            "Black stones are 1, white −1, empty 0. Max pooling throws the white stones away and "
            "blurs where the black ones stand; in Go, where a stone stands is everything."
        ),
        _stones,
        "diverging",
    ),
)

_BY_NAME = {each.name: each for each in SAMPLES}


def sample(name: str) -> np.ndarray:
    """The numbers of a named sample: float64 (H, W), a copy of one's own.

    Pictures hold luminance from 0 (black) to 255 (white). An unknown name is a ``ValueError``.

    >>> sample("worked-example")[:2]
    array([[1., 3., 2., 1.],
           [4., 7., 1., 0.]])
    """
    if name not in _BY_NAME:
        raise ValueError(f"name must be one of {', '.join(_BY_NAME)}, got {name!r}")
    return _BY_NAME[name].make().copy()


def random_matrix(seed: int, rows: int, cols: int) -> np.ndarray:
    """Whole numbers 0 to 9, each equally likely: float64 (rows, cols), the same for the same seed.

    Drawn by NumPy's PCG64, whose stream NumPy keeps stable. A negative seed or size is a
    ``ValueError``.

    >>> random_matrix(seed=7, rows=2, cols=3).shape
    (2, 3)
    """
    for name, value, least in (("seed", seed, 0), ("rows", rows, 1), ("cols", cols, 1)):
        if value < least:
            raise ValueError(f"{name} must be at least {least}, got {value}")
    draws = np.random.Generator(np.random.PCG64(seed)).random((rows, cols))
    return np.floor(draws * 10)
