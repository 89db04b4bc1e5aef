"""The glossary: a search that the link holds, and the words in every language side by side."""

import streamlit as st

from poolviz.glossary import TERMS, Term, ordered
from poolviz.stage.link import searched
from poolviz.stage.words import plain
from poolviz.text import _
from poolviz.ui.frame import table
from poolviz.ui.lesson import lesson
from poolviz.ui.share import Setting, State

SEARCH = "glossary.search"


def glossary_settings(state: State) -> tuple[Setting, ...]:
    """What a link of the glossary holds."""
    return (Setting("words", "search", "", searched),)


def search(state: State) -> list[Term]:
    """The box, and the terms that it leaves."""
    if lesson().shows("search"):
        _search_box(state)
    found = ordered(state["words"])
    st.caption(_("{shown} of {all} terms").format(shown=len(found), all=len(TERMS)))
    return found


def _search_box(state: State) -> None:
    st.session_state[SEARCH] = state["words"]
    st.text_input(
        _("Search the words of all languages"),
        key=SEARCH,
        icon=":material/search:",
        disabled=lesson().holds("search"),
        on_change=lambda: state.update(words=searched(st.session_state[SEARCH])),
    )


def listing(terms: list[Term]) -> None:
    """Each term in every language, its meaning, and a link to where it is seen."""
    if not terms:
        st.info(_("No term holds these words. Take one away."))
    pages = {address: page for wing in table().values() for address, page in wing.items()}
    for term in terms:
        word, meaning, seen = st.columns([3, 6, 2], vertical_alignment="center")
        first, *others = term.words().values()
        word.markdown(f"**{plain(first)}**  \n{plain(' · '.join(others))}")
        meaning.write(plain(_(term.meaning)))
        with seen:
            page = pages[term.page]
            st.page_link(page, label=page.title, icon=page.icon)
