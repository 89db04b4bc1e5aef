"""The stepper's Python side: what reaches the browser, and what is believed of what it tells."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import poolviz as pv
from poolviz.figures.stories import names, story
from poolviz.ui import stepper
from poolviz.ui.browser import ASSETS, sent
from tests.e2e.stepper_harness import scenes

ROOT = Path(__file__).resolve().parents[2]
HARNESS = ROOT / "tests/e2e/stepper_harness.py"
FILES = sorted(file for file in (ASSETS / "stepper").rglob("*") if file.is_file())


def harness(scene: str = "select") -> AppTest:
    at = AppTest.from_file(HARNESS, default_timeout=20)
    at.query_params["scene"] = scene
    return at.run()


def data(at: AppTest) -> dict[str, Any]:
    """What the browser is given."""
    return json.loads(at.get("bidi_component")[0].proto.json)


def where(at: AppTest) -> str:
    assert not at.exception
    return at.text[-1].value


def tell(at: AppTest, told: Any) -> str:
    """Say something as the browser would; callbacks do not run in AppTest."""
    at.session_state["harness"] = {"at": told}
    return where(at.run())


def place(step: Any = 0, panel: Any = "", cell: Any = -1, n: Any = 1) -> dict[str, Any]:
    return {"step": step, "panel": panel, "cell": cell, "n": n}


def test_assets_are_small_and_ask_nobody() -> None:
    texts = [sent(str(file.relative_to(ASSETS))) for file in FILES]
    assert sum(len(text.encode()) for text in texts) < 76_000
    for text in texts:
        assert "http" not in text
        assert "innerHTML" not in text
        assert "import" not in text
        assert all(line.count("`") % 2 == 0 for line in text.splitlines()), "stripping is safe"


def test_every_script_is_mounted() -> None:
    root = ASSETS / "stepper"
    scripts = {str(f.relative_to(root).with_suffix("")) for f in FILES if f.suffix == ".js"}
    assert scripts == set(stepper.SCRIPTS)
    assert len(stepper.SCRIPTS) == len(scripts)


def test_a_story_is_two_files_and_variants_tell_no_other() -> None:
    scripts = {file.stem for file in FILES if file.parent.name == "stories"}
    assert scripts == set(names()) == {each.story for each in (*pv.VARIANTS, *pv.OPERATORS)}
    for name in names():
        assert f"stories.{name} = {{" in sent(f"stepper/stories/{name}.js")
        assert story(name).TITLE
    with pytest.raises(ValueError, match="story must be one of detail, draw, exp"):
        story("nobody's")


def test_scene_and_words_reach_the_browser() -> None:
    given = data(harness())
    assert given["scene"] == scenes()["select"].wire
    assert (given["step"], given["ask"]) == (0, 1)
    assert given["labels"]["play"] == "Play"
    assert given["labels"]["alt"].startswith("select pooling. Input: 4 by 4 cells")
    assert [sign for sign, _ in given["labels"]["legend"]] == ["window", "chosen", "written"]


@pytest.mark.parametrize("name", scenes())
def test_every_scene_mounts(name: str) -> None:
    assert where(harness(name)) == "at 0 '' -1"


def test_what_the_browser_tells_is_read_back() -> None:
    at = harness()
    assert tell(at, place(2, "input", 5)) == "at 2 'input' 5"
    assert at.session_state["harness_saved"]["step"] == 2


def test_the_data_stays_as_it_is_while_the_person_steps() -> None:
    """So that Streamlit does not send it again."""
    at = harness()
    before = data(at)
    tell(at, place(2))
    assert data(at) == before


def test_another_scene_is_another_id() -> None:
    assert data(harness("select"))["id"] != data(harness("share"))["id"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (place(10**9), "at 3 '' -1"),
        (place(-5), "at 0 '' -1"),
        (place(1, "input", 16), "at 1 '' -1"),
        (place(1, "input", -2), "at 1 '' -1"),
        (place(1, "nowhere", 0), "at 1 '' -1"),
        (place("2"), "at 0 '' -1"),
        (place(True), "at 0 '' -1"),
        (place(1.5), "at 0 '' -1"),
        (place(float("nan")), "at 0 '' -1"),
        (place(None), "at 0 '' -1"),
        (place(1, panel=["input"]), "at 0 '' -1"),
        (place(1, cell={"a": 1}), "at 0 '' -1"),
        (place(1, n="x"), "at 0 '' -1"),
        ({}, "at 0 '' -1"),
        ([1, 2], "at 0 '' -1"),
        ("step", "at 0 '' -1"),
        (7, "at 0 '' -1"),
        (None, "at 0 '' -1"),
    ],
)
def test_what_the_browser_tells_is_checked(told: Any, expected: str) -> None:
    assert tell(harness(), told) == expected


def test_a_step_that_is_news_wins_and_the_browser_hears_it_once() -> None:
    at = harness()
    tell(at, place(2, n=1))
    asks = data(at)["ask"]
    at.number_input[0].set_value(1).run()
    assert where(at) == "at 1 '' -1"
    assert (data(at)["step"], data(at)["ask"]) == (1, asks + 1)
    at.slider[0].set_value(3).run()
    assert where(at) == "at 1 '' -1"
    assert data(at)["ask"] == asks + 1
    assert tell(at, place(3, n=2)) == "at 3 '' -1", "the same step passed again is no news"


def test_a_page_may_pass_back_what_it_was_given() -> None:
    """A page that keeps the step in its link is one run late; that must not pull the step back."""
    at = harness()
    tell(at, place(1, n=1))
    asks = data(at)["ask"]
    at.number_input[0].set_value(1)
    assert tell(at, place(3, n=2)) == "at 3 '' -1"
    assert data(at)["ask"] == asks


def test_the_step_is_clamped_to_another_scene() -> None:
    at = harness("large")
    assert tell(at, place(600)) == "at 600 '' -1"
    at.selectbox[0].set_value("select").run()
    assert where(at) == "at 3 '' -1"
