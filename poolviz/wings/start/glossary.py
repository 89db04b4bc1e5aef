"""Glossary: the words of the field in every language of the app, and where each is seen."""

from collections.abc import Mapping, Sequence
from functools import partial

from poolviz.glossary import TERMS, Term, ordered
from poolviz.stage.control import Control, Text, Values
from poolviz.stage.link import LONGEST_SEARCH
from poolviz.stage.page import Page
from poolviz.stage.part import Part, Says
from poolviz.stage.words import plain
from poolviz.text import N_, _

SEARCH = Control(
    "search",
    N_("Search the words of all languages"),
    Text(LONGEST_SEARCH, icon="search"),
    "",
    key="words",
)


def compute(values: Values) -> tuple[Term, ...]:
    """The terms that hold the words."""
    return tuple(ordered(values["words"]))


def view(terms: tuple[Term, ...], titles: Mapping[str, str]) -> tuple[Part, ...]:
    """Each term in every language, its meaning, and a link to where it is seen."""
    count = _("{shown} of {all} terms").format(shown=len(terms), all=len(TERMS))
    if not terms:
        nothing = _("No term holds these words. Take one away.")
        return Says(count, "caption"), Says(nothing, "info")
    head = f"| {_('Word')} | {_('Meaning')} | {_('Seen on')} |\n|---|---|---|"
    rows = (_row(term, titles) for term in terms)
    return Says(count, "caption"), Says("\n".join((head, *rows)))


def _row(term: Term, titles: Mapping[str, str]) -> str:
    first, *others = (plain(word) for word in term.words().values())
    page = f"[{_(titles[term.page])}]({term.page})"
    return f"| **{first}**, {' · '.join(others)} | {plain(_(term.meaning))} | {page} |"


def glossary_page(pages: Sequence[Page]) -> Page:
    """The page; ``pages`` are those on which terms are seen."""
    return Page(
        address="glossary",
        wing=N_("Start"),
        title=N_("Glossary"),
        icon="dictionary",
        shows=N_(
            "The words of the field in every language spoken here, and the page that shows each."
        ),
        intro=N_(
            "The words of the field in every language of this app, each with one sentence and the "
            "page on which it can be seen."
        ),
        controls=(SEARCH,),
        filters=True,
        run=compute,
        view=partial(view, titles={page.address: page.title for page in pages}),
    )
