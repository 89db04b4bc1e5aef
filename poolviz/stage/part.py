"""The parts that a page shows: pure data, drawn by whoever shows the page.

A new kind of part is a dataclass here, a function in ``poolviz/ui/parts.py`` and one in
``poolviz/figures/files.py``; no page. What is costly is a function, called when it is needed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from poolviz.stage.control import Values
from poolviz.stage.posing import Ground, Poses
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene

ALL = 10**6
"""``tells``: it would answer any of the questions."""
PICTURE = -1
"""``tells``: it says what the picture withholds, and comes when that withholds nothing."""
CLASS = -2
"""``tells``: it is withheld only from a class whose link hides the answers."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Part:
    """``tells``: how many questions must be answered before it is shown, for it would answer the
    next ones; or ``ALL``, ``PICTURE``, ``CLASS``. ``name`` begins the names of its files; "": none.
    """

    tells: int = 0
    name: str = ""


@dataclass(frozen=True, eq=False)
class Play(Part):
    """A scene that is played. ``scene(hidden)``: from step ``hidden`` on its answers are withheld,
    None: nothing is. Its current step is the control "step" of the page, where it has one.

    ``marks``: a marked step of the picture would answer the questions, so a sheet has none.
    """

    scene: Callable[[int | None], Scene]
    marks: bool = False
    height: int = 0
    """The most pixels that the picture may take; 0: as it needs."""
    key: str = ""
    """Tells it from other scenes that the page shows at other times; those have no common step."""
    on: bool = True
    """Whether it is on the page; else it is to be taken away alone."""
    follows: bool = False
    """With a ``key``: each time that it has grown, its newest step is shown."""


@dataclass(frozen=True, eq=False)
class Posed(Part):
    """Two poses of one body; while an answer of the picture is withheld, so are its numbers.

    ``id`` names the truth that is shown: with another one the pose in a person's hand is forgotten.
    ``moves``: the key of the control, a ``Joints``, that takes what a person moves; "": nothing is
    taken. ``joint`` is selected, ``arrows`` say how each could gain most, ``by_truth``: the true
    joints are moved instead of the detected ones, ``ground`` lies under them.
    """

    poses: Poses
    alt: str
    id: str = ""
    moves: str = ""
    joint: int = 0
    arrows: bool = False
    by_truth: bool = False
    ground: Ground | None = None


@dataclass(frozen=True, eq=False)
class Still(Part):
    """A scene without steps: its panels are seen as matrices, and make one picture to take away."""

    scene: Callable[[], Scene]


@dataclass(frozen=True, eq=False)
class Now(Part):
    """What depends on where a person stands: ``make(moment)``, with the step of the picture."""

    make: Callable[["Moment"], "tuple[Part, ...]"]


@dataclass(frozen=True, eq=False)
class Says(Part):
    """A text in Markdown (what a person typed passes through ``plain``).

    ``look``: "text", "heading", "caption", "info", "warning", "success" or "error".
    """

    text: str
    look: str = "text"


@dataclass(frozen=True, eq=False)
class Formula(Part):
    """A formula in LaTeX, on the page (``screen``), on a handout (``sheet``), or on both."""

    latex: str
    sheet: bool = True
    screen: bool = True


@dataclass(frozen=True, eq=False)
class Numbers(Part):
    """An array to take away; ``what`` it is, "Output". It is not seen on the page."""

    values: np.ndarray
    what: str


@dataclass(frozen=True, eq=False)
class Chart(Part):
    """A Plotly figure of ``poolviz.figures``; ``alt`` says what it shows, ``title`` what it is."""

    figure: Callable[[], Any]
    alt: str
    title: str = ""


@dataclass(frozen=True, eq=False)
class Picture(Part):
    """Pixels, uint8 ``(H, W, 3)`` or ``(H, W)``, with a caption under them.

    ``draw``: the same as a Matplotlib figure, for files, or ``file(kind)``: the file itself;
    without either the picture has no file.
    """

    pixels: Callable[[], np.ndarray]
    alt: str
    caption: str = ""
    draw: Callable[[], Any] | None = None
    width: int = 0
    """Pixels on the screen; 0: as wide as there is room."""
    file: Callable[[str], bytes] | None = None


@dataclass(frozen=True)
class Shot:
    """One of several pictures: pixels as ``Picture`` has them, its caption and alternative text;
    ``large``: the pixels for a file, where they are others."""

    pixels: Callable[[], np.ndarray]
    caption: str
    alt: str
    large: Callable[[], np.ndarray] | None = None


@dataclass(frozen=True, eq=False)
class Pictures(Part):
    """Several small pictures side by side, so many pixels wide each; ``title`` is that of their
    file, ``below`` a sentence under them there. ``screen``: they are on the page, too."""

    shots: tuple[Shot, ...]
    width: int
    title: str
    below: str = ""
    screen: bool = True


@dataclass(frozen=True)
class Plane:
    """A small plane of numbers: ringed where ``solid``, with dashes where ``dashed``, else pale."""

    title: str
    values: np.ndarray
    solid: np.ndarray
    dashed: np.ndarray
    caption: str
    alt: str


@dataclass(frozen=True, eq=False)
class Planes(Part):
    """Small planes of numbers side by side."""

    planes: tuple[Plane, ...]


@dataclass(frozen=True, eq=False)
class Table(Part):
    """Columns of texts or numbers under their names; what stands in cells is shown as it is."""

    columns: Mapping[str, Sequence[object]]


@dataclass(frozen=True, eq=False)
class Program(Part):
    """Programs for exactly this state, made when they are opened.

    ``make`` gives language or library -> text, ``files`` the arrays that they load by name.
    Several ``make``s stand under their names.
    """

    title: str
    make: Mapping[str, Callable[[], tuple[Mapping[str, str], Mapping[str, np.ndarray]]]]
    note: str = ""
    tells: int = field(default=CLASS, kw_only=True)


@dataclass(frozen=True, eq=False)
class Metrics(Part):
    """A few numbers that matter: label and text each."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Code(Part):
    """A text to copy; ``opens``: it is an address, and what a person reads on the way there."""

    text: str
    opens: str = ""


@dataclass(frozen=True, eq=False)
class File(Part):
    """A file to take away that is not another part's: ``name`` with its ending, "a.json"."""

    label: str
    make: Callable[[], bytes]


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


@dataclass(frozen=True, eq=False)
class Card(Part):
    """A face, HTML of trusted text alone, and a button under it that sets controls, if it has
    one."""

    face: Callable[[], str]
    button: str = ""
    sets: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Deck(Part):
    """Cards side by side, as many in a row as there is room for; ``name`` tells it from others."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Stop:
    """A page on a way: its address, title and one sentence; ``picture`` makes SVG."""

    address: str
    title: str
    text: str
    picture: Callable[[], str]


@dataclass(frozen=True, eq=False)
class Way(Part):
    """Pages one after the other, each with a small picture."""

    stops: tuple[Stop, ...]


@dataclass(frozen=True, eq=False)
class Leads(Part):
    """A link to a page in a state: its address, its parameters, and what a person reads, with
    "{page}" for the page's title. ``as_left``: the rest of that page is as the visit left it.
    """

    address: str
    label: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    as_left: bool = False


@dataclass(frozen=True)
class Moment:
    """Where a person stands on a page.

    ``answered``: so many questions are (``ALL``: none is left), number ``at`` is on the screen.
    ``step`` of the picture; ``hidden`` is the first whose answer is withheld, None if none is;
    ``secret``: a teacher's link hides all answers. ``inquiries``: how many questions of each
    ``Inquiry`` are answered, by its name; of others as many as of the page. ``built``: the matrix
    that a person has built in the form of the question, packed; "": none.
    """

    answered: int = ALL
    step: int = 0
    hidden: int | None = None
    secret: bool = False
    at: int = ALL
    inquiries: tuple[tuple[str, int], ...] = ()
    built: str = ""

    def inside(self, inquiry: Inquiry) -> "Moment":
        """Where a person stands with the questions of an inquiry.

        >>> Moment(0, inquiries=(("shift", 2),)).inside(Inquiry((), "", (), (), name="shift"))
        Moment(answered=2, step=0, hidden=None, secret=False, at=1000000, inquiries=(), built='')
        """
        answered = dict(self.inquiries).get(inquiry.name, self.answered)
        return replace(self, answered=answered, inquiries=())

    def shows(self, part: Part) -> bool:
        """Whether a part may be shown now.

        >>> Moment(answered=1).shows(Says("", tells=2)), Moment().shows(Says("", tells=ALL))
        (False, True)
        """
        if part.tells == CLASS:
            return not self.secret
        if part.tells == PICTURE:
            return self.hidden is None
        return part.tells <= self.answered

    def withholds(self, step: int) -> bool:
        """Whether the answer of a step is withheld."""
        return self.hidden is not None and step >= self.hidden


def walk(parts: tuple[Part, ...], moment: Moment, folds: bool = True) -> Iterator[Part]:
    """Every part that may be shown at this moment; with ``folds``, what is folded too."""
    for part in parts:
        if not moment.shows(part):
            continue
        yield part
        if isinstance(part, Row | Stack):
            yield from walk(part.parts, moment, folds)
        elif isinstance(part, Fold) and folds:
            yield from walk(part.make(), moment, folds)
        elif isinstance(part, Now):
            yield from walk(part.make(moment), moment, folds)
        elif isinstance(part, Trains):
            yield from walk(part.make(part.at), moment, folds)
        elif isinstance(part, Inquiry):
            yield from walk(part.before, moment, folds)
            yield from walk(part.after, moment.inside(part), folds)


def first_play(parts: tuple[Part, ...], moment: Moment) -> Play | None:
    """The scene that a page's questions are about."""
    return next((p for p in walk(parts, moment, folds=False) if isinstance(p, Play)), None)
