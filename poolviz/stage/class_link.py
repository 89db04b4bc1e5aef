"""A teacher's link: which page, in which state, and what a class may do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from poolviz.stage import address
from poolviz.stage.control import Control, Values
from poolviz.stage.lesson import FRAME, Lesson, read_lesson
from poolviz.stage.link import LONGEST
from poolviz.stage.page import Page
from poolviz.text import _, languages, listed

MOST_PARAMETERS = 200
HOME = "home"
Pages = Mapping[str, Page]
"""Address -> page."""


def spoken(tag: str | None) -> str | None:
    """The language spoken here for a tag of the web; None if there is none.

    Script and region need not be ours: zh-TW finds zh.

    >>> spoken("en-GB"), spoken("tlh"), spoken("<script>")
    ('en', None, None)
    """
    wanted = (tag or "").replace("_", "-").lower()[:35]
    known = {code.replace("_", "-").lower(): code for code in languages()}
    return known.get(wanted) or known.get(wanted.split("-")[0])


def bindable(page: Page, values: Values) -> dict[str, Control]:
    """name -> control of what a link can hide or fix in this state."""
    return {
        c.name: c
        for c in page.present(values)
        if c.label and c.name and c.bound_by == c.name != "step" and not c.elsewhere
    }


def known_names(pages: Pages) -> frozenset[str]:
    """Every name of a control that some page has in some state, and the language."""
    return frozenset(c.name for p in pages.values() for c in p.controls if c.name) | {
        "lang",
        "mode",
    }


def complaints(asked: Lesson, lang: str | None, pages: Pages) -> list[str]:
    """A sentence for each thing in a teacher's link that could not be used."""
    sentences = [
        _("The link's “{name}” could not be used: it has an unknown value.").format(name=name)
        for name in asked.refused
    ]
    if lang is not None and spoken(lang) is None:
        sentences.append(
            _("The link's “{name}” could not be used: one of {words} is needed.").format(
                name="lang", words=", ".join(languages())
            )
        )
    unknown = asked.unknown(known_names(pages)) if asked.hidden or asked.fixed else ()
    if unknown:
        sentences.append(
            _("The link hides or fixes what no page has: {names}. The rest stands.").format(
                names=listed(unknown[:5])
            )
        )
    return sentences


@dataclass(frozen=True)
class Wish:
    """What the link shall ask for; ``state`` are parameters of the page, in the URL's words."""

    page: Page
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

        >>> page = Page("oks", "", "", "", (), run=lambda values: None, view=lambda run: ())
        >>> Wish(page, {}, Lesson(present=True)).link("https://a.example/pool/teach")
        'https://a.example/pool/oks?present=1'
        """
        parts = urlsplit(here)
        folder = parts.path.rsplit("/", 1)[0]
        page = "" if self.page.address == HOME else self.page.address
        query = urlencode(self.parameters(), safe=",;:")
        return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{page}", query, ""))

    @property
    def values(self) -> Values:
        """The values of the page's controls."""
        return address.read(self.page, self.state)[0]


@dataclass(frozen=True)
class Pasted:
    """What is taken from a pasted link, and sentences on what is not."""

    wish: Wish
    notes: tuple[str, ...] = ()


def read_link(text: str, pages: Pages) -> Pasted:
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
    there = parts.path.rstrip("/").rsplit("/", 1)[-1]
    if there not in pages and (not parts.path or parts.path.endswith("/")):
        there = HOME  # it has no address but that of the app
    if parts.scheme not in ("", "http", "https") or there not in pages:
        raise ValueError(
            _("This link does not lead to one of these pages: {pages}.").format(
                pages=", ".join(pages)
            )
        )
    page, given = pages[there], dict(pairs)
    values, notes = address.read(page, given)
    known = {c.name for c in page.present(values)}
    unknown = [name for name in given if name not in known and name not in FRAME]
    if unknown:
        names = listed(name[:40] for name in unknown[:5])
        notes = (*notes, _("Left out, for the page does not know it: {names}.").format(names=names))
    asked = read_lesson(*(given.get(name, "") for name in FRAME[1:]))
    usable = frozenset(bindable(page, values))
    wish = Wish(
        page,
        address.parameters(page, values),
        replace(asked, hidden=asked.hidden & usable, fixed=asked.fixed & usable),
        spoken(given.get("lang")) or "",
    )
    return Pasted(wish, notes)


def titled_control(control: Control) -> str:
    """A control by the name that it has on its page, and its parameter: "Stride (stride)"."""
    label = _(control.label)
    return control.name if label == control.name else f"{label} ({control.name})"


def preview(wish: Wish) -> list[str]:
    """What students will see, in sentences. The step is told as the picture counts it, from 1."""
    asked, values = wish.lesson, wish.values
    names = {name: titled_control(c) for name, c in bindable(wish.page, values).items()}
    stated = listed(
        f"{name} = {text if len(text) < 30 else text[:28] + '…'}"
        for name, text in wish.parameters().items()
        if name not in FRAME
    )
    opens = _("It opens “{page}” as it is at first.")
    if stated:
        opens = _("It opens “{page}” with {values}.")
    sentences = [opens.format(page=_(wish.page.title), values=stated)]
    if asked.present:
        sentences.append(
            _(
                "For the projector: larger type and digits, controls and navigation folded, and "
                "the arrow keys and the space bar play at once."
            )
        )
    if asked.answers_hidden:
        sentences.append(_hidden(wish))
    for sentence, group in (
        (_("Not on the page: {names}."), asked.hidden),
        (_("On the page, but it cannot be moved: {names}."), asked.fixed - asked.hidden),
    ):
        if group:
            them = listed(names.get(name, name) for name in sorted(group))
            sentences.append(sentence.format(names=them))
    if wish.lang:
        sentences.append(
            _("The page speaks {language}, whatever the browser speaks.").format(
                language=languages()[wish.lang]
            )
        )
    return sentences


def _hidden(wish: Wish) -> str:
    if not any(c.name == "step" for c in wish.page.controls):
        return _(
            "Answers are hidden: students choose, and nothing on the page says whether it is right."
        )
    return _(
        "Answers are hidden: students choose, and nothing on the page says whether it is "
        "right. The question is about step {step}."
    ).format(step=int(wish.state.get("step", 0)) + 1)


def languages_offered() -> dict[str, str]:
    """The languages of a link: none, which leaves it to the visitor's browser, and each."""
    return {"": _("The student's own"), **languages()}
