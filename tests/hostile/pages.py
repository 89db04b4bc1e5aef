"""The pages of the app, what their links hold, and what they say that a person might have put."""

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest

from poolviz.ui.share import Settings, State, settings_of
from poolviz.wings import pages
from tests.hostile.texts import markup

FIRST = (
    {},
    {"sample": "random"},
    {"variant": "Ordinal"},
    {"variant": "Lp"},
    {"variant": "Stochastic"},
    {"person": "own"},
    {"between": "gain"},
    {"between": "noise"},
    {"between": "convolution"},
    {"upstream": "random"},
    {"upstream": "one-hot"},
    {"upstream": "own"},
)
"""Values that bring further parameters."""


def settings_of_pages() -> dict[str, Settings]:
    """page, as its script is called -> the settings that its link can hold."""
    return {page.address.replace("-", "_"): settings_of(page) for page in pages.PAGES}


def parameters(settings: Settings) -> dict[str, dict[str, str]]:
    """Every name that a page's link can hold -> what must be chosen first for it to count."""
    found: dict[str, dict[str, str]] = {}
    for first in FIRST:
        state: State = dict(first)
        for setting in settings(state):
            if setting.name and setting.name not in first:
                found.setdefault(setting.name, first)
    return found


def said(at: AppTest) -> list[str]:
    """What the page shows as Markdown, where links and pictures would act."""
    kinds = (at.title, at.header, at.subheader, at.markdown, at.caption)
    boxes = (at.info, at.success, at.error, at.warning)
    return [str(element.value) for group in (*kinds, *boxes) for element in group]


def check(at: AppTest, caplog: pytest.LogCaptureFixture) -> None:
    """No exception on the page or in the log, and nothing of what was put in acts."""
    assert not at.exception, at.exception[0].message
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR or r.exc_info]
    for sentence in said(at):
        quoted = re.sub(r"`[^`]*`", "", sentence)  # code is shown as it is
        assert not markup(quoted), sentence[:300]
    for element in at.get("html"):
        assert not markup(element.proto.body)
