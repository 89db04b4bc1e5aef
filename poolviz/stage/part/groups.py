"""Parts that hold other parts or controls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from poolviz.stage.control import Values
from poolviz.stage.part.base import Part
from poolviz.stage.question import Question


@dataclass(frozen=True, eq=False)
class Row(Part):
    """Parts side by side; below each other where there is no room."""

    parts: tuple[Part, ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Stack(Part):
    """Parts below each other that belong together, as in a column of a ``Row``."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Fold(Part):
    """Parts behind a title, made when it is opened; ``name`` tells it from others on the page.

    ``moves``: the names of controls that it moves; it is not there where a teacher fixes one.
    """

    title: str
    make: Callable[[], tuple[Part, ...]]
    icon: str = ""
    opened: bool = False
    moves: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Sets(Part):
    """Buttons that set controls: label -> key -> value, as presets do.

    ``moves``: the names of those controls; it is not there where a teacher fixes one. A button
    that sets a control which a teacher fixes is not there. ``onwards``: the first of them is the
    way on.
    """

    choices: tuple[tuple[str, Mapping[str, Any]], ...]
    moves: tuple[str, ...] = ()
    onwards: bool = False


@dataclass(frozen=True)
class Act:
    """Something that a click does: the values by key that it ``sets`` in a state."""

    name: str
    label: str
    sets: Callable[[Values], Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Acts(Part):
    """What can be done, side by side, behind the controls of the keys ``beside``.

    ``title`` stands above the acts, ``note`` is what they say when asked, as why one is missing.
    """

    title: str
    acts: tuple[Act, ...]
    beside: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, eq=False)
class Place(Part):
    """Where controls of the page stand that belong beside a part, by their keys.

    ``across``: side by side, as far as there is room.
    """

    keys: tuple[str, ...]
    across: bool = False


@dataclass(frozen=True, eq=False)
class Trains(Part):
    """Long work that is seen as it goes on: ``make(done)`` gives what is seen after so much of it.

    ``key``: that of the control that counts what is done, which stands ``at``, up to ``most``;
    ``piece``: so much is done between two looks. ``label`` is what the button that begins says,
    ``unit`` what is counted, with "{done}" and "{most}". One such work goes on at a time in a
    process. ``name`` tells it from others; it stands in no other part.
    """

    label: str
    unit: str
    key: str
    at: int
    most: int
    piece: int
    make: Callable[[int], tuple[Part, ...]]


@dataclass(frozen=True, eq=False)
class Inquiry(Part):
    """Questions of its own, about something else than the page's, and what they withhold.

    ``name`` tells it from others; controls that are ``within`` it move nothing else on the page.
    ``about`` says what is asked about: with another the questions begin again. ``before`` is there
    from the start; what ``after`` tells is counted by these questions, and ``waits`` says what is
    still to come. It stands in no other part.
    """

    questions: Sequence[Question]
    about: str
    before: tuple[Part, ...]
    after: tuple[Part, ...]
    waits: str = ""
