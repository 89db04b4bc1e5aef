"""Whatever a link says: the page comes, says what it could not use, and nothing in it acts."""

import pytest

from poolviz.ui import share
from tests.hostile.pages import check, parameters, settings_of_pages
from tests.hostile.texts import TEXTS
from tests.ui.app import PAGES, open_page

SETTINGS = settings_of_pages()
FRAME = ("lang", "embed", "embed_options", "present", "answers", "hide", "fix", "theme", "nobody")
EVERY = sorted({name for settings in SETTINGS.values() for name in parameters(settings)})
CASES = {
    (page, name, what)
    for page, settings in SETTINGS.items()
    for name in parameters(settings)
    for what in TEXTS
}
ROUNDS = 3


def test_every_page_with_a_state_of_its_own_is_here():
    assert {"windows", "gradients", "unpooling", "adaptive", "compare", "global"} <= set(SETTINGS)
    assert {"catalogue", "sequences", "oks", "coco_eval"} <= set(SETTINGS)
    assert len(CASES) > 3000


def readable(setting: share.Setting, text: str) -> bool:
    """Whether a reader takes the text; what it refuses, it refuses with a reason."""
    try:
        setting.read(text)
    except (ValueError, OverflowError):
        return False
    return len(text) <= share.LONGEST


@pytest.mark.parametrize("page", SETTINGS)
def test_each_parameter_with_each_text_is_used_or_its_name_is_said(page):
    settings = SETTINGS[page]
    for name, first in parameters(settings).items():
        for what, text in TEXTS.items():
            state: share.State = {"complaints": (), "visit": 0}
            told = share.read_url(state, {**first, name: text}, settings)
            (setting,) = (each for each in settings(state) if each.name == name)
            complained = any(f"“{name}”" in each for each in told)
            assert complained != readable(setting, text), (name, what)
            assert not complained or state[setting.key] == setting.default
            written = share.url_parameters(state, settings)
            assert not share.read_url({"visit": 0}, written, settings), (name, what)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_every_parameter_wrong_comes_and_says_so(page, caplog):
    texts = list(TEXTS.values())
    at = open_page(page)
    for turn in range(ROUNDS):
        at.query_params.clear()
        for i, name in enumerate((*EVERY, *FRAME)):
            at.query_params[name] = texts[(5 * i + 11 * turn) % len(texts)]
        at.run()
        check(at, caplog)
        assert at.title, "the page is there"
        if page in SETTINGS:
            assert at.warning, "what could not be used is said"
