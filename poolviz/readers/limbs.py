"""Names of keypoints and limbs between them, as people write them, as far as they make sense."""

from collections.abc import Mapping, Sequence
from typing import Any

from poolviz.readers.reading import quoted


def limbs(skeleton: Any, names: Sequence[str]) -> tuple[tuple[tuple[int, int], ...], list, bool]:
    """The limbs of a ``skeleton`` as people write it: 0-based pairs, what is none, whether from 0.

    Pairs of numbers count from 1 as in COCO; from 0 if a 0 occurs. Pairs of names are looked up.

    >>> limbs([[0, 1], ["b", "c"], [1, 9]], ["a", "b", "c"])
    (((0, 1), (1, 2)), [[1, 9]], True)
    """
    pairs = list(skeleton) if isinstance(skeleton, (list, tuple)) else [skeleton]
    place = {name: i for i, name in enumerate(names)}
    from_0 = any(end == 0 for pair in pairs if _is_pair(pair) for end in pair)
    edges, nonsense = [], []
    for pair in pairs:
        ends = [_end(one, place, 0 if from_0 else 1) for one in pair] if _is_pair(pair) else []
        if len(ends) == 2 and all(0 <= end < len(names) for end in ends):
            edges.append((ends[0], ends[1]))
        else:
            nonsense.append(pair)
    return tuple(edges), nonsense, from_0


def _is_pair(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2


def _end(value: Any, place: Mapping[str, int], first: int) -> int:
    """0-based; -1 for what is no keypoint."""
    if isinstance(value, str):
        return place.get(value, -1)
    whole = isinstance(value, (int, float)) and value == value // 1
    return int(value) - first if whole and abs(value) < 1e9 else -1


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Doubled names told apart by a number.

    >>> distinct(["a", "a", "b"])
    ('a', 'a 2', 'b')
    """
    seen: dict[str, None] = {}
    for name in names:
        one, n = name, 2
        while one in seen:
            one, n = f"{name} {n}", n + 1
        seen[one] = None
    return tuple(seen)


def readable_limb(limb: Any) -> str:
    """What stands where a limb should, in a sentence: short, and harmless as Markdown."""
    ends = limb if isinstance(limb, (list, tuple)) and 0 < len(limb) <= 3 else [limb]
    return "–".join(quoted(str(end)) if isinstance(end, str) else _plain(end) for end in ends)


def _plain(value: Any) -> str:
    return f"{value}"[:12] if isinstance(value, (int, float)) else type(value).__name__
