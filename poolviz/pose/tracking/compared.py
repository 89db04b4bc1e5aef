"""How far everybody who was found is from everybody who is there, frame by frame."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.pose.metrics.oks import finite

People = Mapping[Hashable, Any]
"""Who is in a frame: name -> a place (D,) or a pose (K, D)."""


@dataclass(frozen=True, eq=False)
class Compared:
    """One frame: names of the true people, names that were given, distances (true, given)."""

    true: tuple[Hashable, ...]
    given: tuple[Hashable, ...]
    away: np.ndarray


def compared(truth: Sequence[People], found: Sequence[People]) -> tuple[Compared, ...]:
    """d(p, q) = mean |p_i - q_i| between everybody true and everybody found, in each frame.

    ``truth`` and ``found``: for each of T frames name -> place (D,) or pose (K, D), finite, in any
    unit, all of one shape. Frames may be empty. Errors: ``ValueError`` for other lengths or shapes.

    >>> frame = compared([{"1": [0, 0]}], [{"a": [3, 4], "b": [0, 1]}])[0]
    >>> frame.given, frame.away.tolist()
    (('a', 'b'), [[5.0, 1.0]])
    """
    if len(truth) != len(found):
        raise ValueError(f"found must have {len(truth)} frames as truth, got {len(found)}")
    shapes: set[tuple[int, ...]] = set()
    return tuple(_frame(true, given, shapes) for true, given in zip(truth, found, strict=True))


def _frame(true: People, given: People, shapes: set[tuple[int, ...]]) -> Compared:
    here = [finite("truth", place) for place in true.values()]
    there = [finite("found", place) for place in given.values()]
    shapes |= {place.shape for place in (*here, *there)}
    if len(shapes) > 1 or not all(len(shape) in (1, 2) for shape in shapes):
        raise ValueError(f"truth and found must all be (D,) or all (K, D), got {sorted(shapes)}")
    away = np.zeros((len(here), len(there)))
    if here and there:
        apart = np.linalg.norm(np.array(here)[:, None] - np.array(there)[None], axis=-1)
        away = apart.mean(-1) if apart.ndim > 2 else apart
    return Compared(tuple(true), tuple(given), away)
