"""Where a person stands on a page, and what may be shown there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from poolviz.stage.part.base import ALL, CLASS, PICTURE, Part
from poolviz.stage.part.groups import Fold, Inquiry, Row, Stack, Trains
from poolviz.stage.part.pictures import Play


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

        >>> from poolviz.stage.part import Says
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


@dataclass(frozen=True, eq=False)
class Now(Part):
    """What depends on where a person stands: ``make(moment)``, with the step of the picture."""

    make: Callable[["Moment"], "tuple[Part, ...]"]


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
