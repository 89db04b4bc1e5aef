"""From a link or a saved state to what its page offers to take away, by the declaration alone."""

from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from poolviz.figures.files import offers
from poolviz.readers import LARGEST_PACKED, Reading
from poolviz.readers.state import SavedState, read_state, write_state
from poolviz.stage import address
from poolviz.stage.control import Matrix, Values
from poolviz.stage.files import brought, carried
from poolviz.stage.lesson import FRAME, read_lesson
from poolviz.stage.matrix import current_matrix, make_own, mend
from poolviz.stage.offer import Offer
from poolviz.stage.page import Page
from poolviz.stage.part import ALL, Moment
from poolviz.text import _, language, use_language
from poolviz.wings.pages import BY_ADDRESS, HOME

LONGEST_LINK = 100_000
MOST_PARAMETERS = 200


def offers_of_link(url: str, language: str | None = None, questions: bool = False) -> list[Offer]:
    """What the page of a link offers, in its order.

    ``url``: a full link, or its end, as "windows?kernel_size=3". ``questions``: with the answers
    withheld, as the page has them for a person who predicts; else everything is shown. A link that
    names no language has the one spoken here, as in a browser it has the visitor's.
    ``ValueError`` with one sentence for a page that does not exist or a value that is unusable.
    """
    page, given = taken_apart(url)
    return page_offers(
        page, _asked(given, language, questions), questions, where=url.partition("?")[0]
    )


def offers_of_file(
    data: bytes, language: str | None = None, questions: bool = False
) -> list[Offer]:
    """The same from a saved state, which may bring an input that no link can carry."""
    saved = read_state(data)
    page = page_at(saved.page)
    return page_offers(page, _asked(saved.link, language, questions), questions, saved)


def taken_apart(url: str) -> tuple[Page, dict[str, str]]:
    """The page and the parameters of a link.

    >>> page, given = taken_apart("https://x.org/base/oks?k=1#top")
    >>> page.address, given, taken_apart("https://x.org/?lang=zh")[0].address
    ('oks', {'k': '1'}, 'home')
    """
    if len(url) > LONGEST_LINK:
        raise ValueError(_("The link is too long."))
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise ValueError(_("This is not a link: {url}").format(url=url[:80])) from None
    return page_at(parts.path.rstrip("/").rpartition("/")[2] or HOME.address), dict(pairs)


def page_at(where: str) -> Page:
    """The page at an address."""
    if where not in BY_ADDRESS:
        raise ValueError(
            _("There is no page {page}: one of {pages} is needed.").format(
                page=where[:40], pages=", ".join(BY_ADDRESS)
            )
        )
    return BY_ADDRESS[where]


def _asked(given: dict[str, str], code: str | None, questions: bool) -> dict[str, str]:
    """The parameters with which the page is computed."""
    asked = {"lang": language(), **given, "mode": "predict" if questions else "watch"}
    return {**asked, "lang": code} if code else asked


def page_offers(
    page: Page,
    given: dict[str, str],
    questions: bool,
    saved: SavedState | None = None,
    where: str = "",
) -> list[Offer]:
    """What a page offers for the parameters of a link.

    ``questions``: as for a person who has answered nothing; else for one who has answered all.
    ``where``: the address before the parameters, for the link on a sheet. ``ValueError`` with one
    sentence for a value that cannot be used.
    """
    if given.get("lang"):
        use_language(given["lang"])
    values, complaints = address.read(page, given)
    values, moved = address.settle(page, _with_input(page, values, saved))
    if complaints or moved:
        raise ValueError((*complaints, *moved)[0])
    lesson = read_lesson(*(given.get(name, "") for name in FRAME[1:]))
    moment = moment_of(page, values, questions, lesson.answers_hidden)
    link = link_of(page, values, given, where)
    return offers(page, values, moment, link, partial(state_file, page, values))


def moment_of(page: Page, values: Values, questions: bool, secret: bool) -> Moment:
    """Everything answered, or nothing."""
    step = page.first_step(values)
    if secret or questions:
        return Moment(0, step, 0, secret, at=0)
    return Moment(ALL, step)


def _with_input(page: Page, values: Values, saved: SavedState | None) -> Values:
    """The values with what a saved state brings beside its link, made whole."""
    if saved is not None:
        values = values.but(**brought(page, saved.files))
    if not any(isinstance(c.kind, Matrix) for c in page.controls):
        return values
    state = dict(values)
    mend(state)
    if saved is not None and saved.matrix is not None:
        make_own(state, Reading(saved.matrix), saved.picture)
    return values.but(**{key: state[key] for key in values if key in state})


def link_of(page: Page, values: Values, given: dict[str, str], where: str) -> str:
    """The link of this state, for a sheet; who opens it is asked, whatever the page was set to."""
    asked = values.but(mode="predict") if "mode" in values else values
    frame = {name: given[name] for name in FRAME if name in given}
    query = urlencode({**address.parameters(page, asked), **frame}, safe=",;:")
    parts = urlsplit(where)
    if parts.netloc:
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    return f"/{'' if page is HOME else page.address}{'?' if query else ''}{query}"


def state_file(page: Page, values: Values) -> bytes:
    """The state as a file; the input comes along where no link can carry it."""
    large = values.get("large")
    matrix = current_matrix(values) if large is not None else None
    saved = SavedState(page.address, address.parameters(page, values), matrix)
    saved = replace(saved, files=carried(page, values))
    if matrix is not None and max(matrix.shape) > LARGEST_PACKED:
        saved = replace(saved, picture=bool(values.get("picture")))
    return write_state(saved)
