"""The values of a page's controls."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from poolviz.stage.cache import SIZES, name_of, size_of

R = TypeVar("R")


class Values(Mapping[str, Any]):
    """The values of a page's controls by their keys: unchangeable, hashable, compared as a whole.

    ``parts``: selections of them that were asked for, kept as they are.

    >>> values = Values({"kernel_size": (2, 2), "step": 0})
    >>> values["kernel_size"], values.but(step=3)["step"]
    ((2, 2), 3)
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = dict(given)
        self._once: dict[Hashable, Any] = {}

    def __getitem__(self, key: str) -> Any:
        return self._given[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(self._given.items()))

    @cached_property
    def name(self) -> Hashable:
        """What tells them from others without holding what is large."""
        return tuple((key, name_of(value)) for key, value in self._given.items())

    def once(self, name: Hashable, make: Callable[[], R]) -> R:
        """What follows from these values alone, made when it is first asked for."""
        if name not in self._once:
            self._once[name] = make()
        found: R = self._once[name]
        return found

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Values) and self._given == other._given

    def __repr__(self) -> str:
        return f"Values({self._given!r})"

    def but(self, **changed: Any) -> "Values":
        """The same with some values changed."""
        return Values({**self._given, **changed})

    def only(self, keys: "frozenset[str] | set[str]") -> "Values":
        """The values of these keys alone."""
        return Values({key: value for key, value in self._given.items() if key in keys})


SMALL = frozenset((bool, int, float, type(None)))


def _bytes_of(values: Values) -> int:
    """What values take: most are small, and so many that each is not asked."""
    return sum(100 if type(value) in SMALL else size_of(value) for value in values.values())


SIZES[Values] = _bytes_of
