"""What a control holds: how a link writes it, and a few values to try."""

from collections.abc import Callable, Mapping
from typing import Any

from poolviz.stage import link
from poolviz.stage.control.values import Values
from poolviz.text import _

Bound = int | Callable[[Values], int]
"""A limit, or what it is in a state."""


class Kind:
    """What a control holds: how a link writes it, and a few values to try.

    ``read`` raises ``ValueError`` whose message says what is needed.
    """

    @property
    def carried(self) -> tuple[str, ...]:
        """Names of texts that a saved state carries of its value, for no link can."""
        return ()

    def pack(self, value: Any) -> dict[str, str]:
        """Those texts by their names."""
        return {}

    def unpack(self, texts: Mapping[str, str]) -> Any:
        """The value of such texts."""
        raise NotImplementedError

    def read(self, text: str) -> Any:
        """The value of a link's text."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The text that ``read`` takes back."""
        return link.write_plain(value)

    def examples(self, values: Values) -> tuple[Any, ...]:
        """Some values that a person could choose in this state: what tests move the control to."""
        return ()


class Written(Kind):
    """A kind whose text a reader and a writer of its own translate; ``tries``: values to try.

    Without a reader no link holds it: what it sets stands there under other names.
    """

    reader: link.Reader | None
    writer: link.Writer
    tries: tuple[Any, ...]

    def read(self, text: str) -> Any:
        """What the reader makes of it."""
        if self.reader is None:
            raise ValueError(_("it is set by other parameters"))
        return self.reader(text)

    def write(self, value: Any) -> str:
        """The text that the reader takes back."""
        return self.writer(value)

    def examples(self, values: Values) -> tuple[Any, ...]:
        """What the declaration says could be tried."""
        return self.tries
