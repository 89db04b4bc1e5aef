"""The navigation: every page under its wing or group, found in pages/ by its wing and address."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from poolviz.stage import address
from poolviz.stage.control import Visited
from poolviz.stage.page import Page
from poolviz.text import _, language
from poolviz.ui.lesson import lesson
from poolviz.wings.pages import BY_ADDRESS, HOME, PAGES

FOLDER = Path(__file__).resolve().parents[2] / "pages"

Table = dict[str, dict[str, StreamlitPage]]


def table() -> Table:
    """Wing or group -> address -> page, in their order; made once a session and language."""
    kept: dict[tuple[str, bool], Table] = st.session_state.setdefault("pages", {})
    name = language(), lesson().binds
    if name not in kept:
        kept[name] = _table()
    return kept[name]


def there() -> list[Page]:
    """The pages of this visit."""
    return [page for page in PAGES if not (page.tells and lesson().binds)]


def file_of(page: Page) -> Path:
    """The file of a page: pages/<wing>/<address>.py."""
    return FOLDER / page.wing.lower() / f"{page.address.replace('-', '_')}.py"


def _table() -> Table:
    groups: Table = {}
    for page in there():
        groups.setdefault(_(page.group or page.wing), {})[page.address] = st.Page(
            file_of(page),
            title=_(page.title),
            icon=f":material/{page.icon}:",
            url_path=None if page is HOME else page.address,
            default=page is HOME,
        )
    return groups


def page_of(address: str) -> StreamlitPage | None:
    """The page at an address, if it is among those of this visit."""
    return next((wing[address] for wing in table().values() if address in wing), None)


def left(where: str) -> dict[str, str]:
    """The parameters of a page as this visit left it."""
    page = BY_ADDRESS[where]
    state = st.session_state.get(f"{page.keeps}_state", {})
    return address.parameters(page, page.values(state))


def visited() -> Visited:
    """Where the app lies, and every page as this visit left it."""
    pages = tuple((page.address, tuple(left(page.address).items())) for page in PAGES)
    return Visited(str(st.context.url or ""), pages)
