"""A page without a browser: from a link to what the page offers to take away.

The page itself is run, by Streamlit's own runner for tests, so that a picture from the command line
is the picture of the page: the same readers of the link, the same controls, the same scene.
"""

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from streamlit.testing.v1 import AppTest

from poolviz.cli.page_files import page_offers
from poolviz.readers.state import SavedState, read_state, write_state
from poolviz.stage.offer import Offer, Refused
from poolviz.text import _, use_language
from poolviz.text import language as spoken
from poolviz.ui.frame import ENTRIES, FOLDER, HOME
from poolviz.ui.offers import LISTENING, TOLD
from poolviz.ui.share import ADDRESS
from poolviz.wings.pages import BY_ADDRESS

SHELL = Path(__file__).with_name("shell.py")
PATIENCE = 300
"""Seconds that a page may take."""
LONGEST_LINK = 100_000


def offers_of_link(url: str, language: str | None = None, questions: bool = False) -> list[Offer]:
    """What the page of a link offers, in its order.

    ``url``: a full link, or its end, as "windows?kernel_size=3". ``questions``: with the answers
    withheld, as the page has them for a person who predicts; else everything is shown. A link that
    names no language has the one spoken here, as in a browser it has the visitor's.
    ``ValueError`` with one sentence for a page that does not exist or a value that is unusable.
    """
    page, given = taken_apart(url)
    asked = _asked(given, language, questions)
    if page in BY_ADDRESS:
        return page_offers(BY_ADDRESS[page], asked, questions, where=url.partition("?")[0])
    return _run(page, asked, questions, address=url.partition("?")[0])


def offers_of_file(
    data: bytes, language: str | None = None, questions: bool = False
) -> list[Offer]:
    """The same from a saved state, which may bring an input that no link can carry."""
    held = read_state(data)
    page_file(held.page)
    if held.page in BY_ADDRESS:
        asked = _asked(held.link, language, questions)
        return page_offers(BY_ADDRESS[held.page], asked, questions, held)
    asked = _asked(held.link, language, questions)
    frame = {name: asked.pop(name) for name in ("lang",) if name in asked}
    return _run(held.page, frame, questions, replace(held, link=asked))


def taken_apart(url: str) -> tuple[str, dict[str, str]]:
    """The page's address and the parameters of a link.

    >>> taken_apart("windows?kernel_size=3"), taken_apart("https://x.org/base/oks?k=1#top")
    (('windows', {'kernel_size': '3'}), ('oks', {'k': '1'}))
    >>> taken_apart("https://x.org/?lang=zh")
    ('home', {'lang': 'zh'})
    """
    if len(url) > LONGEST_LINK:
        raise ValueError(_("The link is too long."))
    try:
        parts = urlsplit(url)
        given = dict(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200))
    except ValueError:
        raise ValueError(_("This is not a link: {url}").format(url=url[:80])) from None
    page = parts.path.rstrip("/").rpartition("/")[2] or HOME
    page_file(page)
    return page, given


def page_file(page: str) -> Path:
    """The file of a page that has something to take away."""
    files = {entry.address: entry.file for entry in ENTRIES}
    if page not in files:
        raise ValueError(
            _("There is no page {page}: one of {pages} is needed.").format(
                page=page[:40], pages=", ".join(files)
            )
        )
    return FOLDER / files[page]


def _asked(given: dict[str, str], language: str | None, questions: bool) -> dict[str, str]:
    """The parameters with which the page is run."""
    asked = {"lang": spoken(), **given, "mode": "predict" if questions else "watch"}
    return {**asked, "lang": language} if language else asked


def _run(
    page: str,
    given: dict[str, str],
    questions: bool,
    saved: SavedState | None = None,
    address: str = "",
) -> list[Offer]:
    app = AppTest.from_file(SHELL, default_timeout=PATIENCE).run()  # switch_page needs a first run
    for name, value in given.items():
        app.query_params[name] = value
    heard: list[Offer] = []
    app.session_state[LISTENING] = heard
    app.session_state[TOLD] = not questions
    if urlsplit(address).netloc:
        app.session_state[ADDRESS] = address
    if saved is not None:
        app.session_state[f"{page}.state.bytes"] = write_state(saved)
    app.switch_page(str(page_file(page))).run()
    if app.exception:
        raise RuntimeError(
            _("The page could not be made: {why}").format(why=app.exception[0].message)
        )
    for each in heard:
        if isinstance(each, Refused):
            raise ValueError(each.sentence)
    if "language" in app.session_state:
        use_language(app.session_state["language"])
    return heard
