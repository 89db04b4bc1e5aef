"""Teacher's link: a page as a class shall see it, as an address and a QR code."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from urllib.parse import urlsplit

import numpy as np

from poolviz.stage.cache import kept
from poolviz.stage.class_link import (
    Pages,
    Pasted,
    Wish,
    bindable,
    languages_offered,
    preview,
    read_link,
    titled_control,
)
from poolviz.stage.control import (
    Choice,
    Control,
    Flag,
    Kind,
    Several,
    Silent,
    Text,
    Values,
    Visit,
    Visited,
)
from poolviz.stage.lesson import Lesson
from poolviz.stage.page import Fitted, Page
from poolviz.stage.part import Code, Part, Picture, Place, Row, Says, Stack
from poolviz.stage.words import plain
from poolviz.text import N_, _, languages

ADDRESS = "teach"


@dataclass(frozen=True)
class Run:
    """The wish, the address of this page, and what of a pasted link was not taken."""

    wish: Wish
    here: str
    refused: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Teach:
    """The rules of the page, over the pages that a class can be sent to."""

    pages: Pages

    def pasted(self, values: Values) -> tuple[Pasted | None, str]:
        """The link to start from, if one was pasted, or why it cannot be used."""
        text = values["pasted"]
        if not text.strip():
            return None, ""
        try:
            return read_link(text, self.pages), ""
        except ValueError as error:
            return None, str(error)

    def start(self, values: Values) -> Wish:
        """The pasted state, or the page as this visit left it."""
        pasted, _refused = self.pasted(values)
        if pasted is not None:
            return pasted.wish
        page = self.pages[values["page"]]
        visited: Visited = values["visited"] or Visited()
        return Wish(page, dict(dict(visited.left).get(page.address, ())))

    def names(self, values: Values, but: str = "") -> tuple[str, ...]:
        """The controls that can be hidden or fixed; not those of the list ``but``."""
        start = self.start(values)
        taken = values[but] if but else ()
        return tuple(
            name
            for name in bindable(start.page, start.values)
            if not (name in taken or (values["answers"] and name == "mode"))
        )

    def title(self, name: str) -> str:
        """What a control is called."""
        control = self._named.get(name)
        return name if control is None else titled_control(control)

    @cached_property
    def _named(self) -> dict[str, Control]:
        return {c.name: c for page in self.pages.values() for c in page.controls}

    def fit(self, values: Values) -> Fitted:
        """A link's wishes are taken once, when it is pasted; lists hold what there is."""
        pasted, _refused = self.pasted(values)
        if values["pasted"] != values["read"]:
            values = values.but(read=values["pasted"])
            if pasted is not None:
                asked = pasted.wish.lesson
                values = values.but(
                    present=asked.present, answers=asked.answers_hidden,
                    hide=tuple(sorted(asked.hidden)), fix=tuple(sorted(asked.fixed)),
                    lang=pasted.wish.lang,
                )  # fmt: skip
        there = self.names(values)
        values = values.but(hide=tuple(name for name in values["hide"] if name in there))
        there = self.names(values, "hide")
        return values.but(fix=tuple(name for name in values["fix"] if name in there)), ()

    def run(self, values: Values) -> Run:
        """The wish that the form describes."""
        pasted, refused = self.pasted(values)
        start = self.start(values)
        asked = Lesson(
            values["present"], values["answers"],
            frozenset(values["hide"]), frozenset(values["fix"]),
        )  # fmt: skip
        here = (values["visited"] or Visited()).here
        wish = Wish(start.page, start.state, asked, values["lang"])
        return Run(wish, here, refused, pasted.notes if pasted else ())


def view(run: Run) -> tuple[Part, ...]:
    """The link, its QR code, and what students will see."""
    link = run.wish.link(run.here)
    listed = "\n".join(f"- {plain(line)}" for line in preview(run.wish))
    form: list[Part] = [Place(("pasted",))]
    if run.refused:
        form.append(Says(plain(run.refused), "error"))
    form += [Says(plain(note), "warning") for note in run.notes]
    form.append(Place(("page", "present", "answers", "hide", "fix", "lang")))
    parts: list[Part] = [Says(_("The link"), "heading"), Code(link, _("Open it in a new tab"))]
    if urlsplit(run.here).hostname in ("localhost", "127.0.0.1", "::1"):
        alone = _(
            "This address means this computer alone. Open poolviz by the address under which "
            "your students reach it, and make the link there."
        )
        parts.append(Says(alone, "warning"))
    parts += _code(link, run.wish.page)
    parts += [Says(_("What students will see"), "heading"), Says(listed)]
    stored = _(
        "All of this stands in the link, nothing is stored. Who changes the address by hand "
        "changes the page: it keeps answers out of sight, not under lock."
    )
    parts.append(Says(stored, "caption"))
    return (Row((Stack(tuple(form)), Stack(tuple(parts))), (3, 2)),)


def _code(link: str, page: Page) -> tuple[Part, ...]:
    from poolviz.figures.qr import BORDER, DENSE, pixels

    dark = _dark(link)
    if dark is None:
        text = _(
            "The link has {n} characters: too many for a QR code. A sample or random digits "
            "instead of your own numbers make it short; or hand it out as text."
        ).format(n=len(link))
        return (Says(text, "error"),)
    alt = _("QR code of the link to the page {page}").format(page=_(page.title))
    picture = Picture(
        partial(pixels, dark), alt, width=320, file=partial(_file, link),
        name=f"poolviz-{page.address}-qr",
    )  # fmt: skip
    squares = len(dark) - 2 * BORDER
    if squares <= DENSE:
        return (picture,)
    text = _(
        "This code has {n} squares a side: from the back row a phone may not read it. Show "
        "it large, or make the link shorter with a sample as input."
    ).format(n=squares)
    return picture, Says(text, "warning")


@kept
def _dark(link: str) -> np.ndarray | None:
    """The squares of its code, for no link is drawn twice; None if it is too long for one."""
    from poolviz.figures.qr import matrix, qr

    code = qr(link)
    return None if code is None else matrix(code)


def _file(link: str, kind: str) -> bytes:
    from poolviz.figures.qr import qr, qr_pdf, qr_png, qr_svg

    code = qr(link)
    assert code is not None
    if kind == "svg":
        return qr_svg(code, 1000).encode()
    return qr_png(code) if kind == "png" else qr_pdf(code)


def _unsaved(name: str, label: str, kind: Kind, default: object = None, help: str = "") -> Control:
    """A control that no link holds, in the form."""
    return Control("", label, kind, default, help, key=name, placed=True)


def teach_page(pages: Pages) -> Page:
    """The page, over the pages that a class can be sent to."""
    rules = Teach(pages)
    names = tuple(dict.fromkeys(c.name for p in pages.values() for c in p.controls if c.name))
    empty = N_("None: choose")

    def offered(but: str) -> Callable[[Values], tuple[str, ...]]:
        return lambda values: rules.names(values, but)

    return Page(
        address=ADDRESS,
        wing=N_("Teach"),
        title=N_("Teacher's link"),
        icon="school",
        shows=N_(
            "Prepare a page for your class: for the projector, with answers hidden, as a QR code."
        ),
        intro=N_(
            "Set a page up as your class shall see it, then hand out the link: for the projector, "
            "with hidden answers, with controls that are not there or cannot be moved, in one "
            "language. Try it: prepare a question on a page, come back here, hide the answers, and "
            "show the code."
        ),
        tells=True,
        controls=(
            _unsaved(
                "pasted", N_("Start from a link"),
                Text(placeholder="https://…/windows?kernel_size=3"), "",
                N_(
                    "Paste a link to one of the pages. Left empty, the page is taken as you left "
                    "it."
                ),
            ),
            _unsaved(
                "page", N_("Page"), Choice(tuple(pages), lambda name: _(pages[name].title)),
                next(iter(pages)),
            ),
            _unsaved(
                "present", N_("For the projector: larger type, controls folded, keyboard only"),
                Flag(), False,
            ),
            _unsaved(
                "answers", N_("Hide the answers: students choose, and are not told what is right"),
                Flag(), False,
            ),
            _unsaved(
                "hide", N_("Controls that are not on the page"),
                Several(offered(""), rules.title, empty, known=names), (),
            ),
            _unsaved(
                "fix", N_("Controls that cannot be moved"),
                Several(offered("hide"), rules.title, empty, known=names), (),
            ),
            _unsaved(
                "lang", N_("Language"),
                Choice(("", *languages()), lambda code: languages_offered()[code]), "",
            ),
            _unsaved("read", "", Silent(str), ""),
            _unsaved("visited", "", Visit()),
        ),
        filters=True,
        run=rules.run,
        view=view,
        fit=rules.fit,
    )  # fmt: skip
