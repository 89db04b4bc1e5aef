"""Catalogue: every way to pool that poolviz knows, as cards that can be searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from math import ceil
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import Pooled
from poolviz.stage.cache import kept
from poolviz.stage.control import Control, Several, Silent, Span, Text, Values, Whole
from poolviz.stage.link import LONGEST_SEARCH, one_of, whole
from poolviz.stage.page import Page
from poolviz.stage.part import (
    CLASS,
    Card,
    Deck,
    Formula,
    Leads,
    Moment,
    Now,
    Numbers,
    Part,
    Play,
    Program,
    Row,
    Says,
    Sets,
    Stack,
)
from poolviz.stage.question import Choice, Question
from poolviz.stage.scene import Scene
from poolviz.stage.words import plain
from poolviz.text import N_, _
from poolviz.wings.pooling.catalogue.block_cards import BlockEntry
from poolviz.wings.pooling.catalogue.cards import entries, families, found, guesses, years
from poolviz.wings.pooling.catalogue.entry import Entry, Withheld
from poolviz.wings.pooling.core.filenames import slug
from poolviz.wings.pooling.core.operators import laid_out, operator_scene
from poolviz.wings.pooling.core.predict import window_question
from poolviz.wings.pooling.core.telling import programs
from poolviz.wings.pooling.core.window_scene import window_scene
from poolviz.wings.pooling.programs.operators import card_code
from poolviz.wings.pooling.sequences.controls import POOLS

ADDRESS = "catalogue"
PER_PAGE = 12
"""Cards on a page: four rows of three."""
FIRST, LAST = years()[0], years()[-1]
TURNED = {"page": 1, "card": ""}
"""Another filter begins at the first page, with no card open."""


@dataclass(frozen=True)
class Run:
    """What passes the filters, the page of it, and the card that is open."""

    shown: tuple[Entry, ...]
    page: int
    opened: Entry | None

    @property
    def cards(self) -> tuple[Entry, ...]:
        """The cards of this page."""
        first = (self.page - 1) * PER_PAGE
        return self.shown[first : first + PER_PAGE]


def _filtered(values: Values) -> tuple[Entry, ...]:
    low, high = sorted((values["since"], values["until"]))
    return tuple(found(values["words"], values["families"], low, high))


def _pages(values: Values) -> int:
    return max(1, ceil(len(_filtered(values)) / PER_PAGE))


def compute(values: Values) -> Run:
    """The entries that pass all filters; an open card brings its page."""
    shown = _filtered(values)
    at = next((i for i, entry in enumerate(shown) if entry.name == values["card"]), None)
    if at is not None:
        return Run(shown, at // PER_PAGE + 1, shown[at])
    return Run(shown, min(values["page"], _pages(values)), None)


def view(run: Run) -> tuple[Part, ...]:
    """The open card, then the cards of the page."""
    count = _("{shown} of {all} ways to pool and attend").format(
        shown=len(run.shown), all=len(entries())
    )
    if not run.shown:
        nothing = _("Nothing matches. Take a word away, or choose more families or years.")
        return Says(count, "caption"), Says(nothing, "info")
    opened = () if run.opened is None else _opened(run.opened)
    return (Now(partial(_deck, run)), Says(count, "caption"), *opened)


def _deck(run: Run, moment: Moment) -> tuple[Part, ...]:
    """The cards, each without the output that a question lets people choose from."""
    withheld = _options(moment)
    cards = tuple(_card(entry, run, withheld, moment) for entry in run.cards)
    return (Deck(cards, name="cards"),)


def _options(moment: Moment) -> set[str]:
    """What the open question lets people choose from; nothing when it has been answered."""
    asked = guesses()
    if moment.at >= len(asked) or moment.answered > moment.at:
        return set()
    return {choice.label for choice in asked[moment.at].choices}


def _card(entry: Entry, run: Run, asked: set[str], moment: Moment) -> Card:
    which: Withheld = "output" if _(entry.cls.title) in asked else "nothing"
    which = "all" if moment.secret else which
    is_open = entry == run.opened
    return Card(
        partial(_face, entry, which),
        _("Close") if is_open else _("Open"),
        {"card": "" if is_open else entry.name},
        name=entry.name,
    )


@kept
def _face(entry: Entry, which: Withheld) -> str:
    """Picture, name, family and year."""
    about = escape(f"{_(entry.cls.family)} · {entry.year}")
    title = escape(_(entry.cls.title))
    return f"{_picture(entry, which)}<strong>{title}</strong><small>{about}</small>"


@kept
def _picture(entry: Entry, which: Withheld) -> str:
    from poolviz.figures.card import card_picture

    return card_picture(entry.sketch.withheld(which), entry.takes_windows)


def _opened(entry: Entry) -> tuple[Part, ...]:
    """One card in full: formula, gradient, hyper-parameters, names, source, and the ways on."""
    cls = entry.cls
    facts = "\n".join(f"- {line}" for line in _facts(entry))
    why = () if cls.differentiable else (Says(plain(_(cls.why_not_differentiable)), "caption"),)
    right = (
        Says(_("Formula"), "caption"),
        Formula(cls.formula),
        Says(_("Gradient"), "caption"),
        Formula(cls.gradient),
        *why,
        Says(facts),
    )
    values = laid_out(entry.run.output)
    return (
        Says(_(cls.title), "heading"),
        Sets(((_("Close"), {"card": ""}),), name="close"),
        Row((Stack((Now(partial(_example, entry)), *_ways_on(entry))), Stack(right))),
        Numbers(values, _("Output"), name=f"{ADDRESS}-{slug(entry.name)}", tells=CLASS),
        _program(entry),
    )


def _example(entry: Entry, moment: Moment) -> tuple[Part, ...]:
    """The example played, where an operator has steps of its own; else its picture."""
    name = f"{ADDRESS}-{slug(entry.name)}"
    if moment.secret:
        return (_alone(entry, "all"),)
    scene = partial(_scene, entry)
    if entry.plays:
        return (Play(lambda hidden: scene(), key=entry.name, name=name),)
    played = Play(lambda hidden: scene(), on=False, name=name)
    return _alone(entry, "nothing"), Says(plain(entry.sentence)), played


def _alone(entry: Entry, which: Withheld) -> Deck:
    return Deck((Card(partial(_picture, entry, which)),), name="example")


@kept
def _scene(entry: Entry) -> Scene:
    title = _(entry.cls.title)
    if isinstance(entry, BlockEntry):
        return entry.scene(title)
    if isinstance(entry.run, Pooled):
        return window_scene(entry.run, title)
    return operator_scene(entry.run, title)


def _facts(entry: Entry) -> list[str]:
    lines = [
        _("Hyper-parameter `{name}` = {default}: {help} Allowed: {allowed}.").format(
            name=p.name, default=plain(p.default), help=plain(p.help), allowed=plain(p.allowed)
        )
        for p in entry.parameters
    ] or [_("No hyper-parameters.")]
    lines += entry.about
    lines += [
        f"{framework}: " + (f"`{name}`" if name else _("no layer of its own"))
        for framework, name in entry.names.items()
    ]
    return [*lines, _("Source: {reference}").format(reference=plain(_(entry.cls.reference)))]


def _ways_on(entry: Entry) -> tuple[Part, ...]:
    """Links to the pages that can show it, with the input and geometry that are in use there."""
    if isinstance(entry, BlockEntry):
        return (Leads(entry.cls.page, "{page}"),)
    if entry.takes_windows:
        names = ["windows", "gradients", *["unpooling"] * entry.made.selects, "adaptive", "compare"]
        return tuple(_way(name, {"variant": entry.name}, as_left=True) for name in names)
    ways = [_way("sequences", {"pool": entry.name})] if entry.name in POOLS else []
    return (*ways, _way("compare", {"with": f"Max,Average,{entry.name}"}))


def _way(address: str, given: Mapping[str, str], as_left: bool = False) -> Leads:
    return Leads(address, _("{page} with it"), given, as_left)


def _program(entry: Entry) -> Program:
    def make() -> tuple[Mapping[str, str], Mapping[str, np.ndarray]]:
        if isinstance(entry, BlockEntry):
            return entry.programs(), {}
        given = card_code(entry)
        return {"PyTorch": given.pytorch, "Keras": given.keras, "NumPy": given.numpy}, {}

    return programs({"": make})


def sheet(run: Run, answers: bool) -> Any:
    """The open card as a sheet, else the first: picture, formulas and a question."""
    from poolviz.figures.files import blank, finished, unmarked
    from poolviz.figures.handout import scene_sheet

    entry = run.opened or run.shown[0]
    title = _(entry.cls.title)
    if isinstance(entry.run, Pooled):
        scene = window_scene(entry.run, title, hidden_from=None if answers else 0)
        scene = finished(scene) if answers else blank(scene)
    else:
        scene = _scene(entry)
        scene = finished(scene) if answers else unmarked(blank(scene))
    formulas = (entry.cls.formula, entry.cls.gradient)
    return scene_sheet(scene, 0, formulas, (), (_asked_of(entry),))


def _asked_of(entry: Entry) -> Question:
    """What is written first? A variant offers numbers, an operator a line."""
    if isinstance(entry.run, Pooled):
        return window_question(entry.run, (0, 0))
    text = _("{title}: what is the first number of the output?").format(title=_(entry.cls.title))
    first = number(entry.run.output.flat[0])
    return Question(text, (Choice(first, True, entry.sentence),))


def _file_name(run: Run) -> str:
    return f"{ADDRESS}-{slug(run.opened.name)}" if run.opened else ADDRESS


def _titled(family: str) -> str:
    return _(family)


CATALOGUE = Page(
    address=ADDRESS,
    wing=N_("Pooling"),
    title=N_("Catalogue"),
    icon="grid_view",
    shows=N_("Every way to pool as a card: formula, gradient, source, and names elsewhere."),
    intro=N_(
        "Every way to pool, each on a fixed input. The filled area of a cell is its share of the "
        "output, and the gradient says what comes back to it."
    ),
    controls=(
        Control(
            "search", N_("Search names, authors, frameworks"), Text(LONGEST_SEARCH, icon="search"),
            "", key="words", resets=TURNED,
        ),
        Control(
            "since", N_("Published"), Span(FIRST, LAST, "until"), FIRST, resets=TURNED,
        ),
        Control(
            "until", N_("Published"), Silent(whole(FIRST, LAST), tries=(2020,)), LAST,
            with_="since",
        ),
        Control(
            "families", N_("Family"), Several(families(), _titled, look="pills"), (),
            resets=TURNED,
        ),
        Control(
            "page", "", Whole(1, 99, _pages, look="pages"), 1, resets={"card": ""},
        ),
        Control(
            "card", "", Silent(one_of("", *(entry.name for entry in entries()))), "",
        ),
    ),
    filters=True,
    run=compute,
    view=view,
    questions=lambda run: guesses(),
    sheet=sheet,
    file_name=_file_name,
)  # fmt: skip
