"""The pages of the app, what their links hold, and what they say that a person might have put."""

import ast
import importlib
import logging
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import poolviz.ui
from poolviz.ui.share import Setting, Settings, State
from tests.hostile.texts import markup
from tests.ui.app import PAGES

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
    """page -> the settings that its script gives to ``share.load``."""
    found: dict[str, Settings] = {}
    for page, path in PAGES.items():
        for call in ast.walk(ast.parse(Path(path).read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("load"):
                name = ast.unparse(call.args[1])
                found[page] = _function(name)
    return found


def _function(name: str) -> Callable[[State], tuple[Setting, ...]]:
    for module in pkgutil.iter_modules(poolviz.ui.__path__, "poolviz.ui."):
        if not module.name.endswith("shell"):
            held = importlib.import_module(module.name)
            if getattr(getattr(held, name, None), "__module__", "") == module.name:
                return getattr(held, name)
    raise LookupError(name)


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
