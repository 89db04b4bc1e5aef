"""Controls: what a person, a link, a saved state or a teacher can set on a page, declared once.

A ``Control`` says what the value is called in a link, what a person reads beside it, and its kind.
A kind reads and writes the link's text and says what is allowed; how it looks is the affair of
whoever shows the page, who has one widget a kind.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from poolviz.readers import pack_matrix, unpack_matrix
from poolviz.stage import link
from poolviz.stage.cache import SIZES, name_of, size_of
from poolviz.text import _

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


@dataclass(frozen=True)
class Whole(Kind):
    """An integer in [least, most]. ``limit``: the most in a state, where that is less."""

    least: int
    most: int
    limit: Callable[[Values], int] | None = None
    look: str = "box"
    """ "box" to type in, "seed" (with a button for a new one), "slider" or "pages"."""
    unit: str = ""
    """What stands behind the number of a slider, "%"."""

    def read(self, text: str) -> int:
        """The integer."""
        return link.whole(self.least, self.most)(text)

    def highest(self, values: Values) -> int:
        """The most that can be chosen in this state."""
        return self.most if self.limit is None else min(self.most, self.limit(values))

    def examples(self, values: Values) -> tuple[int, ...]:
        """The least, the most, and one between."""
        most = self.highest(values)
        return tuple(dict.fromkeys((self.least, (self.least + most) // 2, most)))


@dataclass(frozen=True)
class Span(Kind):
    """The first of two integers in [least, most], whose other one is kept at the key ``other``."""

    least: int
    most: int
    other: str

    def read(self, text: str) -> int:
        """The integer."""
        return link.whole(self.least, self.most)(text)

    def examples(self, values: Values) -> tuple[int, ...]:
        """The least and one between."""
        return self.least, (self.least + self.most) // 2


@dataclass(frozen=True)
class Real(Kind):
    """A number in [least, most], moved in steps of ``step``."""

    least: float
    most: float
    step: float
    look: str = "slider"

    def read(self, text: str) -> float:
        """The number."""
        return link.between(self.least, self.most)(text)

    def examples(self, values: Values) -> tuple[float, ...]:
        """The least, the most, and one between."""
        return (self.least, self.least + self.step, self.most)


@dataclass(frozen=True)
class Pair(Kind):
    """One integer for both axes, or one for each, or one of ``words`` (name -> what is read).

    ``limit``: the most of an axis in a state; None: any can be typed, and the page's ``fit`` brings
    down what is too much, with its reason. ``default_of``: the key whose value stands in while
    the control's own is None, as PyTorch's stride is the kernel size.
    """

    least: int
    most: int
    limit: Callable[[Values, int], int] | None = None
    words: Mapping[str, str] | None = None
    default_of: str = ""
    both: bool = False
    """Whether each axis always has a box of its own."""

    def read(self, text: str) -> tuple[int, int] | str:
        """(rows, columns), or the word."""
        numbers = link.pair(self.least, self.most)
        value: tuple[int, int] | str = (
            link.either(link.one_of(*self.words), numbers) if self.words else numbers
        )(text)
        return value

    def write(self, value: Any) -> str:
        """ "3", "2,3", or the word."""
        return link.write_pair(value)

    def highest(self, values: Values, axis: int) -> int:
        """The most of an axis that can be chosen in this state."""
        if self.limit is None:
            return self.most
        return max(self.least, min(self.most, self.limit(values, axis)))

    def examples(self, values: Values) -> tuple[Any, ...]:
        """The least and the most for both axes, different ones, and each word."""
        most = [self.highest(values, axis) for axis in (0, 1)]
        pairs = [(self.least,) * 2, (min(most),) * 2, (self.least, most[1])]
        return (*dict.fromkeys(pairs), *(self.words or ()))


@dataclass(frozen=True)
class Choice(Kind):
    """One of ``options``; ``title`` says what a person reads for each.

    ``first``: what is offered until a person asks for all. ``look``: "menu", "wide" for long
    titles, or "segments" for a few that stand side by side.
    """

    options: tuple[str, ...] | Callable[[Values], tuple[str, ...]]
    title: Callable[[str], str] = str
    first: tuple[str, ...] = ()
    look: str = "menu"
    """ "menu", "wide" for one with long titles, "segments", or "named" segments with the label."""
    known: tuple[str, ...] = ()
    """Every option of any state, where ``options`` depends on it."""
    also: Callable[[Values, str], Mapping[str, Any]] | None = None
    """Other values that choosing an option sets."""
    longest: int = 0
    """Characters of a text that may be an option in another state: a link's is then read as it is,
    and what is not offered is the page's to tell."""
    instead: Callable[[Values], str] | None = None
    """What stands in for an option that is not offered; without it the first one."""

    def offered(self, values: Values) -> tuple[str, ...]:
        """What can be chosen in this state."""
        return self.options(values) if callable(self.options) else self.options

    def stands(self, values: Values, option: str) -> str:
        """The option, or what stands in for it in this state."""
        offered = self.offered(values)
        if option in offered:
            return option
        return self.instead(values) if self.instead else offered[0]

    def read(self, text: str) -> str:
        """The option."""
        if self.longest:
            if len(text) > self.longest:
                raise ValueError(_("at most {n} characters are read").format(n=self.longest))
            return text
        return link.one_of(*(self.known if callable(self.options) else self.options))(text)

    def examples(self, values: Values) -> tuple[str, ...]:
        """All of them."""
        return self.offered(values)


@dataclass(frozen=True)
class Several(Kind):
    """Any of ``options``, in their order; in a link with commas.

    ``known``: every option of any state, where ``options`` depends on it. ``as_chosen``: they
    stand in the order in which a person chose them.
    """

    options: tuple[str, ...] | Callable[[Values], tuple[str, ...]]
    title: Callable[[str], str] = str
    empty: str = ""
    """What stands where nothing is chosen."""
    most: int = 64
    known: tuple[str, ...] = ()
    as_chosen: bool = False
    look: str = "list"
    """ "list", or "pills" for a few that stand side by side."""

    def offered(self, values: Values) -> tuple[str, ...]:
        """What can be chosen in this state."""
        return self.options(values) if callable(self.options) else self.options

    def read(self, text: str) -> tuple[str, ...]:
        """The options that are named."""
        one = link.one_of(*(self.known if callable(self.options) else self.options))
        named = tuple(dict.fromkeys(one(part.strip()) for part in text.split(",") if part.strip()))
        if len(named) > self.most:
            raise ValueError(_("at most {n} are needed").format(n=self.most))
        return named

    def write(self, value: Any) -> str:
        """The options with commas."""
        return ",".join(value)

    def examples(self, values: Values) -> tuple[tuple[str, ...], ...]:
        """None, one, and the first few."""
        offered = self.offered(values)
        return (), offered[:1], offered[: min(3, self.most)]


@dataclass(frozen=True)
class Flag(Kind):
    """True or false."""

    def read(self, text: str) -> bool:
        """The truth."""
        return link.flag(text)

    def examples(self, values: Values) -> tuple[bool, ...]:
        """Both."""
        return True, False


@dataclass(frozen=True)
class Text(Kind):
    """A text of at most ``longest`` characters; ``lines`` that a person sees of it."""

    longest: int = link.LONGEST
    lines: int = 1
    placeholder: str = ""
    icon: str = ""

    def read(self, text: str) -> str:
        """As much of the text as is used."""
        return text[: self.longest]

    def write(self, value: Any) -> str:
        """The text."""
        return str(value)

    def examples(self, values: Values) -> tuple[str, ...]:
        """Nothing, a word, and what may be taken for something else."""
        return "", "max", "<b>*_x_*</b> $1$ 池化"


@dataclass(frozen=True)
class Typed(Written):
    """What is typed and read by ``reader``; a text that it refuses keeps the last good value.

    ``allowed`` says what it takes.
    """

    reader: Callable[[str], Any]
    allowed: str = ""
    tries: tuple[Any, ...] = ()
    note: Callable[[str], str] | None = None
    """What there is to say of a text that is read, but not all of it."""

    def write(self, value: Any) -> str:
        """The text of it."""
        return "" if value is None else link.write_plain(value)


@dataclass(frozen=True)
class Matrix(Kind):
    """A matrix of one's own, packed as ``readers.pack_matrix`` has it, or None: the whole choice
    of an input (a sample, random digits, typed, pasted, uploaded) is one widget with it."""

    reader: Callable[[str], str]

    def read(self, text: str) -> str:
        """The packed matrix."""
        return self.reader(text)

    def write(self, value: Any) -> str:
        """Itself."""
        return str(value)


@dataclass(frozen=True)
class Grid(Kind):
    """A small matrix whose every number can be typed, packed; ``now`` is what it is in a state.

    ``toggles``: its numbers are 0 and 1, switched by a click; its sides are odd, and its rows and
    columns are counted from the middle.
    """

    now: Callable[[Values], np.ndarray]
    toggles: bool = False

    def read(self, text: str) -> str:
        """The packed matrix."""
        return pack_matrix(unpack_matrix(text))

    def write(self, value: Any) -> str:
        """Itself."""
        return str(value)


@dataclass(frozen=True)
class Block(Kind):
    """The first row and column of the block that is shown of something large; None: the middle.

    ``room``: the most of each, (0, 0) where everything is shown.
    """

    most: int
    room: Callable[[Values], tuple[int, int]]
    start: Callable[[Values], tuple[int, int]]

    def read(self, text: str) -> tuple[int, int]:
        """(row, column)."""
        return link.pair(0, self.most)(text)

    def write(self, value: Any) -> str:
        """ "3" or "2,3"."""
        return link.write_pair(value)

    def examples(self, values: Values) -> tuple[tuple[int, int], ...]:
        """The first block and the last."""
        room = self.room(values)
        return ((0, 0), room) if any(room) else ()


@dataclass(frozen=True)
class Sliders(Written):
    """Several numbers that are moved together, as weights: ``labels`` and ``now`` in a state.

    ``sets`` gives the values that moved ones set; ``ValueError`` says why they cannot be had.
    """

    labels: Callable[[Values], tuple[str, ...]]
    now: Callable[[Values], tuple[float, ...]]
    sets: Callable[[tuple[float, ...]], Mapping[str, Any]]
    step: float = 0.01
    least: float = 0.0
    most: float | None = None
    """None: the largest that there is, at least 1."""
    helps: Callable[[Values], tuple[str, ...]] | None = None
    reader: link.Reader | None = None
    writer: link.Writer = link.write_plain
    tries: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Dial(Written):
    """A number that stands for a value, as a scale does for an area.

    ``now`` in a state, between its ``ends``; ``sets`` gives the values by key that a moved one
    sets. ``label`` and ``note`` are what stands beside it and what it says when asked, where that
    depends on the state. ``still``: it cannot be moved in a state. ``form`` is printf's.
    """

    now: Callable[[Values], float]
    ends: Callable[[Values], tuple[float, float]]
    sets: Callable[[Values, float], Mapping[str, Any]]
    step: float
    form: str
    look: str = "slider"
    """ "slider", or "box" to type in."""
    label: Callable[[Values], str] | None = None
    note: Callable[[Values], str] | None = None
    still: Callable[[Values], bool] | None = None
    reader: link.Reader | None = None
    writer: link.Writer = link.write_plain
    tries: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Index(Kind):
    """One of a list by its place from 0, at most ``most``; ``names`` of what the list holds."""

    names: Callable[[Values], tuple[str, ...]]
    most: int

    def read(self, text: str) -> int:
        """The place; one behind the end of the list counts as the last."""
        return link.whole(0, self.most)(text)

    def examples(self, values: Values) -> tuple[int, ...]:
        """The first and the last."""
        return 0, len(self.names(values)) - 1


@dataclass(frozen=True)
class Visit(Kind):
    """What whoever shows the page knows of the visit: a ``Visited``, or None."""

    def read(self, text: str) -> Any:
        """No link holds it."""
        raise ValueError(_("no link holds this"))


@dataclass(frozen=True)
class Visited:
    """Where the app lies, "https://host/path", and the parameters of each page as it was left."""

    here: str = ""
    left: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


@dataclass(frozen=True)
class Silent(Written):
    """A value that no widget of its own sets: what a picture tells, or a part of an input."""

    reader: link.Reader
    writer: link.Writer = str
    tries: tuple[Any, ...] = ()


def always(values: Values) -> bool:
    """A control that is there in every state."""
    return True


@dataclass(frozen=True)
class Control:
    """One thing that can be set.

    ``name``: in the link, the API's own; "" keeps it out of links. ``label`` and ``help`` are
    marked with ``N_`` and translated where they are shown; a control without a label is not a
    teacher's to hide or fix. ``folded``: not among the few that
    matter. ``when``: whether it is there in a state. ``key``: what ``Values`` call it, the name
    unless two controls set one thing. ``passing``: where a person stands, not what is computed, as
    the step. ``with_``: the control that it belongs to; a teacher hides and fixes them together.
    ``placed``: it stands where a ``Place`` of the page says. ``near``: nothing depends on it but
    what stands with the picture, so that alone is made anew when it is moved there. ``within``: the
    name of the ``Inquiry`` to which it belongs; it is placed there, and the page's own questions
    are not about it. ``resets``: values by key that a person who moves it sets, too.
    ``elsewhere``: it is set on other pages that share its value; a link holds it, and it is not
    seen here.
    """

    name: str
    label: str
    kind: Kind
    default: Any = None
    help: str = ""
    folded: bool | Callable[[Values], bool] = False
    when: Callable[[Values], bool] = always
    key: str = ""
    passing: bool = False
    with_: str = ""
    placed: bool = False
    near: bool = False
    within: str = ""
    resets: Mapping[str, Any] | None = None
    elsewhere: bool = False

    def __post_init__(self) -> None:
        if self.within:
            object.__setattr__(self, "placed", True)
        if not self.key:
            if not self.name:
                raise ValueError("key must be given where there is no name")
            object.__setattr__(self, "key", self.name)

    def is_folded(self, values: Values) -> bool:
        """Whether it is not among the few that matter in this state."""
        return self.folded(values) if callable(self.folded) else self.folded

    @property
    def bound_by(self) -> str:
        """The name by which a teacher hides or fixes it."""
        return self.with_ or self.name


def values_of(controls: tuple[Control, ...], state: Mapping[str, Any]) -> Values:
    """The value of every control, its default where the state has none."""
    return Values({c.key: state.get(c.key, c.default) for c in controls})


def present(controls: tuple[Control, ...], values: Values) -> tuple[Control, ...]:
    """The controls that are there in this state."""
    return tuple(c for c in controls if c.when(values))
