"""From a link or a saved state to what its page offers to take away, by the declaration alone."""

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode, urlsplit, urlunsplit

from poolviz.figures.files import offers
from poolviz.readers import LARGEST_PACKED, Reading
from poolviz.readers.state import SavedState, write_state
from poolviz.stage import address
from poolviz.stage.control import Matrix, Values
from poolviz.stage.files import brought, carried
from poolviz.stage.lesson import FRAME, read_lesson
from poolviz.stage.matrix import current_matrix, make_own, mend
from poolviz.stage.offer import Offer
from poolviz.stage.page import Page
from poolviz.stage.part import ALL, Moment
from poolviz.text import use_language


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
    return f"/{'' if page.address == 'home' else page.address}{'?' if query else ''}{query}"


def state_file(page: Page, values: Values) -> bytes:
    """The state as a file; the input comes along where no link can carry it."""
    large = values.get("large")
    matrix = current_matrix(values) if large is not None else None
    saved = SavedState(page.address, address.parameters(page, values), matrix)
    saved = replace(saved, files=carried(page, values))
    if matrix is not None and max(matrix.shape) > LARGEST_PACKED:
        saved = replace(saved, picture=bool(values.get("picture")))
    return write_state(saved)
