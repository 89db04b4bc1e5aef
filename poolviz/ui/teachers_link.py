"""A teacher's link: which page, in which state, and what a class may do with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from functools import cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from poolviz.stage.lesson import FRAME, Lesson, read_lesson
from poolviz.stage.link import LONGEST
from poolviz.stage.matrix import RANDOM
from poolviz.stage.page import Page
from poolviz.text import _, languages, listed
from poolviz.ui.controls import BY_NAME
from poolviz.ui.frame import ENTRIES, HOME
from poolviz.ui.glossary import glossary_settings
from poolviz.ui.language import spoken
from poolviz.ui.share import Settings, State, read_url, settings_of, url_parameters
from poolviz.wings.pages import PAGES
from poolviz.wings.pooling.unpooling.between import KINDS

MOST_PARAMETERS = 200


GEOMETRY = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
SHARED = frozenset(
    ("sample", "seed", "rows", "cols", "draw_seed", "variant", "mode", *GEOMETRY)
) | {f.name for cls in BY_NAME.values() for f in fields(cls)}  # type: ignore[arg-type]
"""Controls that several pages have: of input, variant, hyper-parameters, geometry and mode."""


@dataclass(frozen=True)
class Subject:
    """A page that a class can be sent to: its address, the wing that keeps its state, its settings.

    ``own``: the names of its own controls that ask the lesson, beside ``shared``, those of the
    controls that several pages have.
    """

    address: str
    wing: str
    settings: Settings
    own: tuple[str, ...] = ()
    shared: frozenset[str] = SHARED

    def controls(self, state: State) -> tuple[str, ...]:
        """The names of the controls in this state that a link can hide or fix."""
        names = dict.fromkeys(s.name for s in self.settings(state) if s.name)
        return tuple(name for name in names if name in self.shared or name in self.own)


def declared(page: Page) -> Subject:
    """The subject of a declared page: every control that a person sees can be hidden or fixed."""
    bound = (c for c in page.controls if c.label and not c.elsewhere)
    names = tuple(c.name for c in bound if c.bound_by == c.name != "step")
    return Subject(page.address, page.keeps, settings_of(page), names, frozenset())


_SUBJECTS = {
    subject.address: subject
    for subject in (
        Subject("glossary", "glossary", glossary_settings, ("search",)),
        Subject(HOME, "home", lambda _state: ()),
        *map(declared, PAGES),
    )
}
_ORDER = sorted(ENTRIES, key=lambda entry: entry.wing == "Start")
SUBJECTS = {e.address: _SUBJECTS[e.address] for e in _ORDER if e.address in _SUBJECTS}
"""In the order of the navigation, those of a wing first."""


@cache
def known_names() -> frozenset[str]:
    """Every name that some page knows in some state, and the language."""
    states: list[State] = [
        {},
        {"sample": RANDOM},
        *({"variant": name} for name in BY_NAME),
        *({"variant": name, "sample": RANDOM} for name in BY_NAME),
        *({"between": kind} for kind in KINDS),
    ]
    return frozenset(
        setting.name
        for subject in SUBJECTS.values()
        for state in states
        for setting in subject.settings(state)
    ) | {"lang", "mode"}


def complaints(asked: Lesson, lang: str | None) -> list[str]:
    """A sentence for each thing in a teacher's link that could not be used."""
    told = [
        _("The link's “{name}” could not be used: it has an unknown value.").format(name=name)
        for name in asked.refused
    ]
    if lang is not None and spoken(lang) is None:
        told.append(
            _("The link's “{name}” could not be used: one of {words} is needed.").format(
                name="lang", words=", ".join(languages())
            )
        )
    unknown = asked.unknown(known_names()) if asked.hidden or asked.fixed else ()
    if unknown:
        told.append(
            _("The link hides or fixes what no page has: {names}. The rest stands.").format(
                names=listed(unknown[:5])
            )
        )
    return told


@dataclass(frozen=True)
class Wish:
    """What the link shall ask for; ``state`` are parameters of the page, in the URL's words."""

    subject: Subject
    state: dict[str, str]
    lesson: Lesson = field(default_factory=Lesson)
    lang: str = ""

    def parameters(self) -> dict[str, str]:
        """name -> text of the link; nothing that is so anyway.

        A language is fixed as it is chosen. With hidden answers everybody predicts.
        """
        wanted = dict(self.state)
        if self.lesson.answers_hidden:
            wanted.pop("mode", None)
        fixed = self.lesson.fixed - self.lesson.hidden | ({"lang"} if self.lang else set())
        texts = {
            "present": "1" if self.lesson.present else "",
            "answers": "hidden" if self.lesson.answers_hidden else "",
            "hide": ",".join(sorted(self.lesson.hidden)),
            "fix": ",".join(sorted(fixed)),
            "lang": self.lang,
        }
        return wanted | {name: text for name, text in texts.items() if text}

    def link(self, here: str) -> str:
        """The address, beside that of the page ``here``; relative where that is not known.

        >>> Wish(SUBJECTS["oks"], {}, Lesson(present=True)).link("https://a.example/pool/teach")
        'https://a.example/pool/oks?present=1'
        """
        parts = urlsplit(here)
        folder = parts.path.rsplit("/", 1)[0]
        page = "" if self.subject.address == HOME else self.subject.address
        query = urlencode(self.parameters(), safe=",;:")
        return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{page}", query, ""))


@dataclass(frozen=True)
class Pasted:
    """What is taken from a pasted link, and sentences on what is not."""

    wish: Wish
    notes: tuple[str, ...] = ()


def read_link(text: str) -> Pasted:
    """Take a link of this app apart: its page, known parameters with usable values, nothing else.

    Whose address it is does not matter: the link that is made has this app's. Raises ``ValueError``
    with a sentence where there is no page to go to.
    """
    if len(text) > LONGEST:
        raise ValueError(_("A link of at most {n} characters can be read.").format(n=LONGEST))
    try:
        parts = urlsplit(text.strip())
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise ValueError(_("This is not a link that can be read.")) from None
    address = parts.path.rstrip("/").rsplit("/", 1)[-1]
    if address not in SUBJECTS and (not parts.path or parts.path.endswith("/")):
        address = HOME  # it has no address but that of the app
    if parts.scheme not in ("", "http", "https") or address not in SUBJECTS:
        raise ValueError(
            _("This link does not lead to one of these pages: {pages}.").format(
                pages=", ".join(SUBJECTS)
            )
        )
    subject, given = SUBJECTS[address], dict(pairs)
    state: State = {}
    notes = [*read_url(state, given, subject.settings)]
    known = {setting.name for setting in subject.settings(state)}
    unknown = [name for name in given if name not in known and name not in FRAME]
    if unknown:
        notes.append(
            _("Left out, for the page does not know it: {names}.").format(
                names=listed(name[:40] for name in unknown[:5])
            )
        )
    asked = read_lesson(*(given.get(name, "") for name in FRAME[1:]))
    usable = frozenset(subject.controls(state))
    wish = Wish(
        subject,
        url_parameters(state, subject.settings),
        replace(asked, hidden=asked.hidden & usable, fixed=asked.fixed & usable),
        spoken(given.get("lang")) or "",
    )
    return Pasted(wish, tuple(notes))


def preview(wish: Wish, page: str, named: Iterable[tuple[str, str]]) -> list[str]:
    """What students will see, in sentences; ``named`` gives the controls' names as they are shown.

    The step of the link is told as the picture counts it, from 1.
    """
    names, asked = dict(named), wish.lesson
    values = listed(
        f"{name} = {text if len(text) < 30 else text[:28] + '…'}"
        for name, text in wish.parameters().items()
        if name not in FRAME
    )
    opens = _("It opens “{page}” as it is at first.")
    told = [(_("It opens “{page}” with {values}.") if values else opens)]
    told[0] = told[0].format(page=page, values=values)
    if asked.present:
        told.append(
            _(
                "For the projector: larger type and digits, controls and navigation folded, and "
                "the arrow keys and the space bar play at once."
            )
        )
    if asked.answers_hidden:
        told.append(
            _(
                "Answers are hidden: students choose, and nothing on the page says whether it is "
                "right. The question is about step {step}."
            ).format(step=int(wish.state.get("step", 0)) + 1)
            if any(s.name == "step" for s in wish.subject.settings({}))
            else _(
                "Answers are hidden: students choose, and nothing on the page says whether it is "
                "right."
            )
        )
    for sentence, group in (
        (_("Not on the page: {names}."), asked.hidden),
        (_("On the page, but it cannot be moved: {names}."), asked.fixed - asked.hidden),
    ):
        if group:
            them = listed(names.get(name, name) for name in sorted(group))
            told.append(sentence.format(names=them))
    if wish.lang:
        told.append(
            _("The page speaks {language}, whatever the browser speaks.").format(
                language=languages()[wish.lang]
            )
        )
    return told
