"""The app through its real entry point, for AppTest."""

import base64
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
SHELL = ROOT / "poolviz/ui/shell.py"
PAGES = {path.stem: str(path) for path in sorted((ROOT / "pages").rglob("*.py"))}


CODE = (
    "windows",
    "gradients",
    "unpooling",
    "adaptive",
    "catalogue",
    "compare",
    "evidence",
    "sequences",
    "levels",
    "oks",
)
FOLDED = (
    "own_f.open",
    "frameworks.open",
    "coco-eval.costs.open",
    "unpooling.levels.open",
    "attend.whose.open",
    *(f"{name}.code.open" for name in CODE),
    *(
        f"{name.replace('_', '-')}.{box}"
        for name in PAGES
        for box in (
            *("more", "code.open", "levels-code.open", "frameworks.open"),
            *("own_f.open", "own.open", "charts.open", "link.open"),
        )
    ),
    "input_own",
    "global_input_own",
    "reach_input_own",
    "attend_input_own",
)
"""What pages make only when a person opens it."""


def each_story(classes: Iterable[Any], some: int = 1) -> list[Any]:
    """Classes as cases: the first ``some`` that tell a story now, the rest with ``-m every``.

    What every page says of every variant is tested of its declaration, and /windows shows each:
    here is a page that puts it on the screen, which goes by the story.
    """
    told: Counter[str] = Counter()
    cases = []
    for cls in classes:
        told[cls.story] += 1
        marks = () if told[cls.story] <= some else (pytest.mark.every,)
        cases.append(pytest.param(cls.__name__, marks=marks))
    return cases


CONSTANT = ("js_content", "css_content", "html_content", "id", "key", "url", "placeholder")


@cache
def registered() -> dict[Any, Any]:
    """The pages under their addresses, which AppTest has only from a run of the app."""
    return AppTest.from_file(SHELL, default_timeout=30).run()._registered_pages


@cache
def hash_of(name: str) -> str:
    """By what Streamlit knows the page."""
    at = AppTest.from_file(SHELL)
    at._registered_pages = registered()
    return at.switch_page(PAGES[name])._page_hash


def open_page(name: str, unfolded: bool = True, **query: str) -> AppTest:
    """A page of the app, as a visitor with this link sees it first who opens everything."""
    at = AppTest.from_file(SHELL, default_timeout=30)
    at._registered_pages = registered()
    for key in FOLDED if unfolded else ():
        at.session_state[key] = True
    for key, value in query.items():
        at.query_params[key] = value
    at._page_hash = hash_of(name)
    return at.run()


def texts(at: AppTest) -> str:
    """Everything that the page says."""
    kinds = (at.title, at.header, at.subheader, at.markdown, at.caption)
    boxes = (at.info, at.success, at.error, at.warning, at.code, at.latex)
    said = [str(e.value) for group in (*kinds, *boxes) for e in group]
    return "\n".join([*said, *(e.proto.body for e in at.get("html"))])


def nodes(at: AppTest, kind: str = "") -> Iterator[Any]:
    """Every element and block of the page, or those of a kind."""
    todo = [at._tree]
    while todo:
        node: Any = todo.pop()
        todo += list(getattr(node, "children", {}).values())
        if not kind or getattr(node, "type", "") == kind:
            yield node


def everything(at: AppTest) -> list[str]:
    """All that the page sent to the browser as text: alternative texts, labels, tables, scenes.

    Not what is the same whatever is asked: programs and styles of components, and placeholders.
    """
    found: list[str] = []
    for node in nodes(at):
        if isinstance(getattr(node, "proto", None), Message):
            found += _words(node.proto)
    return found


def unfold(at: AppTest) -> AppTest:
    """Open every popover of the page: files, handouts, numbers of charts."""
    for node in nodes(at, "popover"):
        if node.key:
            at.session_state[node.key] = True
    return at.run()


def _words(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.name in CONSTANT:
            continue
        for each in value if isinstance(value, (list, tuple)) or field.is_repeated else (value,):
            if isinstance(each, Message):
                yield from _words(each)
            elif isinstance(each, bytes):
                yield each.decode("utf-8", "ignore")
            elif field.name in ("json", "spec"):
                yield from _told(json.loads(each))
            elif isinstance(each, str):
                yield each


def _told(data: Any, name: str = "") -> Iterator[str]:
    """The texts and numbers of data for the browser, a scene unpacked."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _told(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from _told(value)
    elif name == "scene" and len(str(data)) > 99:
        yield zlib.decompress(base64.b64decode(data)).decode("utf-8", "ignore")
    elif name != "bdata" and data is not None:
        yield str(data)


def sent(at: AppTest) -> dict[str, Any]:
    """What the page sent to its stepper."""
    return json.loads(at.get("bidi_component")[0].proto.json)


def played(at: AppTest) -> str:
    """What its scene says: the header and the narration, line by line."""
    return zlib.decompress(base64.b64decode(sent(at)["scene"])).decode("utf-8", "ignore")


def shared(at: AppTest) -> str:
    """The link that the page offers to copy."""
    return next(c.value for c in at.code if c.value.startswith(("?", "http")) or not c.value)


def choices(at: AppTest, question: str) -> list[str]:
    """The choices of an open question, "oks.0", as they are read; none where it is not asked."""
    found = [group for group in at.button_group if group.key == question]
    return [option.content for group in found for option in group.proto.options]


def choose(at: AppTest, question: str, which: int | str) -> AppTest:
    """Answer a question, "oks.0", by a choice's place or by what it says."""
    place = which if isinstance(which, int) else choices(at, question).index(which)
    return at.button_group(key=question).set_value(place).run()


def answer_all(at: AppTest) -> set[str]:
    """Answer all questions of the page and finish, then ask again; the keys of what was asked."""
    ended: set[str] = set()
    for _ in range(60):
        on = [b.key for b in at.button if re.fullmatch(r"[a-z_-]+\.next", b.key or "")]
        open_ = [g.key for g in at.button_group if re.fullmatch(r"[a-z_-]+\.\d+", g.key or "")]
        open_ = [key for key in open_ if key.split(".")[0] not in ended]
        if on:
            at.button(key=on[0]).click().run()
        elif open_:
            choose(at, open_[0], 0)
        else:
            break
        assert not at.exception, (on, open_, at.exception)
        ended |= {b.key.removesuffix(".again") for b in at.button if b.key.endswith(".again")}
    for key in sorted(ended):
        at.button(key=f"{key}.again").click().run()
        assert not at.exception, key
        choose(at, f"{key}.0", 0)
        assert not at.exception, key
    return ended
