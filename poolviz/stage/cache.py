"""What was computed lately, kept for the next who asks: one store, bounded by bytes."""

import hashlib
import sys
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import partial, wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

import numpy as np

from poolviz.text import language

P = ParamSpec("P")
R = TypeVar("R")

MOST_BYTES = 96_000_000


class Store:
    """Values by their names, the longest unused forgotten first, at most so many bytes.

    A value is measured when it is put in; what it computes later from itself is not counted. One
    over ``largest``, a quarter of the whole if left out, is not kept; the last one put in is,
    though it alone were more than the whole.
    """

    def __init__(self, most: int = MOST_BYTES, largest: int | None = None) -> None:
        self.most, self.bytes = most, 0
        self.largest = most // 4 if largest is None else largest
        self._guard = Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, name: Hashable, make: Callable[[], R]) -> R:
        """The value of this name, made if it is not there."""
        with self._guard:
            if name in self._kept:
                self._kept.move_to_end(name)
                value: R = self._kept[name][0]
                return value
        value = make()  # not under the guard: others need not wait
        size = size_of(value)
        with self._guard:
            if name not in self._kept and size <= self.largest:
                self._kept[name] = value, size
                self.bytes += size
                while self.bytes > self.most and len(self._kept) > 1:
                    self.bytes -= self._kept.popitem(last=False)[1][1]
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._guard:
            self._kept.clear()
            self.bytes = 0


STORE = Store()
"""The store of this process."""


def kept(function: Callable[P, R]) -> Callable[P, R]:
    """Keep what a pure function gives: by its arguments and the language spoken.

    Arguments are hashable, or arrays (told by their digest), or frozen dataclasses of those.
    """
    return kept_in(STORE)(function)


def kept_in(store: Store) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The same in a store of its own, for what is larger than others may be."""

    def keep(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
            name = (
                function.__module__, function.__qualname__, language(), tuple(map(name_of, args)),
                tuple((k, name_of(v)) for k, v in sorted(kwargs.items())),
            )  # fmt: skip
            return store.get(name, lambda: function(*args, **kwargs))

        return remembered

    return keep


PLAIN = frozenset((bool, int, float, str, bytes, type(None)))
NAMING: dict[type, Callable[[Any], Any]] = {}
"""Type -> what its values are told by, for those that are neither hashable nor dataclasses."""


def name_of(value: Any) -> Hashable:
    """What tells a value from others: an array by shape, type and digest.

    >>> name_of(np.zeros(2)) == name_of(np.zeros(2)), name_of(np.zeros(2)) == name_of(np.ones(2))
    (True, False)
    """
    if type(value) in PLAIN:
        return value
    if isinstance(value, np.ndarray):
        return "array", value.shape, str(value.dtype), _digest(value)
    if type(value) in NAMING:
        return type(value).__qualname__, name_of(NAMING[type(value)](value))
    if is_dataclass(value) and not isinstance(value, type):
        parts = tuple(name_of(getattr(value, f.name)) for f in fields(value))
        return type(value).__module__, type(value).__qualname__, parts
    if isinstance(value, tuple):
        return tuple(map(name_of, value))
    return value


_digests: dict[int, tuple[weakref.ref[np.ndarray], bytes]] = {}
"""Digests of arrays that cannot be written to, by their identity while they live."""


def _digest(array: np.ndarray) -> bytes:
    lives, digest = _digests.get(id(array), (None, b""))
    if lives is not None and lives() is array and not array.flags.writeable:
        return digest
    digest = hashlib.blake2b(np.ascontiguousarray(array).tobytes(), digest_size=16).digest()
    if not array.flags.writeable and array.base is None:
        name = id(array)
        _digests[name] = weakref.ref(array, lambda _gone: _digests.pop(name, None)), digest
    return digest


NUMBERS = frozenset((bool, int, float, type(None)))
"""Most of what there is, and small: they are not looked for twice."""
SIZES: dict[type, Callable[[Any], int]] = {}
"""Type -> bytes of its values, for those that hold much or are slow to walk through."""


def size_of(value: Any, deep: int = 6, counted: set[int] | None = None) -> int:
    """Bytes of a value with what it holds: arrays, texts, tuples, mappings, dataclasses, and what
    a partial function was given. What is in it twice is counted once.

    >>> data = bytes(1000)
    >>> size_of((data, partial(print, data))) < 1500
    True
    """
    counted = set() if counted is None else counted
    if id(value) in counted:
        return 0
    counted.add(id(value))
    if type(value) in SIZES:
        return SIZES[type(value)](value)
    if isinstance(value, np.ndarray):
        return int(value.nbytes) + 100
    if isinstance(value, str | bytes) or deep == 0:
        return sys.getsizeof(value)
    size, held = _held(value)
    for each in held:
        size += 32 if type(each) in NUMBERS else size_of(each, deep - 1, counted)
    return size


def _held(value: Any) -> tuple[int, Iterable[Any]]:
    """What a value takes itself, and what it holds."""
    if isinstance(value, tuple | list | set | frozenset):
        return 60, value
    if isinstance(value, Mapping):
        return 100, value.values()
    if isinstance(value, partial):
        return 100, (*value.args, *value.keywords.values())
    if hasattr(value, "__dict__"):
        return 200, vars(value).values()
    return sys.getsizeof(value), ()
