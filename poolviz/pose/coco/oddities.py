"""What is odd in a file and evaluated nevertheless: one sentence a kind, with the first record."""

from poolviz.text import _


class Oddities:
    """Sentences for whoever evaluates: of each kind the first is kept, the others are counted."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._count: dict[str, int] = {}

    def add(self, kind: str, sentence: str) -> None:
        """Note it; ``kind`` is a word of the code's own, and never shown."""
        self._first.setdefault(kind, sentence)
        self._count[kind] = self._count.get(kind, 0) + 1

    def sentences(self) -> tuple[str, ...]:
        """One a kind, in the order in which they were met."""
        return tuple(
            first
            if self._count[kind] == 1
            else _("{sentence} (So in {count} records.)").format(
                sentence=first, count=self._count[kind]
            )
            for kind, first in self._first.items()
        )
