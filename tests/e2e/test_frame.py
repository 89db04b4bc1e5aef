"""What frame.css and frame.js say of Streamlit's own elements is said of what is really there."""

import re
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import Page, expect

from poolviz.ui.browser import ASSETS, sent
from tests.e2e.conftest import IDLE, PATIENCE

POOLVIZ = ASSETS.parent / "poolviz"
HARNESS = "tests/e2e/frame_harness.py"
CSS, JS = sent("frame.css"), sent("frame.js")
PASSING = "[data-testid=stSkeleton]"
"""There only until an element's own script has come."""


def selectors() -> list[str]:
    """Every selector of the styles, and those that the script asks for."""
    heads = re.findall(r"^([^@{}\n]*(?:,\n[^@{}\n]*)*)\{", CSS, re.MULTILINE)
    styled = [head.strip() for head in heads if "::before" not in head]
    constants = dict(re.findall(r'(?:const |, )([A-Z]+) = ["`]([^"`]*)["`]', JS))
    for name, value in constants.items():
        constants[name] = re.sub(r"\$\{(\w+)\}", lambda m: constants[m[1]], value)
    return styled + [one for value in constants.values() for one in value.split(", ")]


@pytest.fixture
def harness(page: Page, serve) -> Page:
    """The page with one of each element, in presentation, once it has settled."""
    page.goto(serve(HARNESS) + "/?present=1")
    page.wait_for_selector(IDLE)
    expect(page.locator("[data-testid=stPlotlyChart] .main-svg").first).to_be_visible()
    expect(page.locator("[data-testid=stCode] .token").first).to_be_visible()
    page.wait_for_selector("[data-testid=stSidebarNavItems][role=none]", state="attached")
    return page


def test_every_selector_finds_an_element(harness: Page, serve):
    asked = [*selectors(), "#root", "[data-testid=stMain]"]  # those of first.css, too
    assert len(asked) > 50
    asked.remove(PASSING)
    for there in ("", "/two", "/two?present=1"):
        if there:
            harness.goto(serve(HARNESS) + there)
            harness.wait_for_selector(IDLE)
            expect(harness.locator(".way")).to_be_visible()
            harness.wait_for_selector(
                "[data-testid=stSidebarNavItems][role=none]", state="attached"
            )
        asked = harness.evaluate("all => all.filter(one => !document.querySelector(one))", asked)
    assert not asked, "a release has other names: what these did must be done anew, or can go"


def test_what_stands_while_a_script_is_coming_has_its_name():
    scripts = Path(streamlit.__file__).parent.glob("static/static/js/*.js")
    assert any("stSkeleton" in script.read_text("utf-8") for script in scripts)


def test_streamlits_names_stand_in_the_frame_s_files_alone():
    """Of all that is sent to the browser; a test may ask for anything."""
    sent_there = [*ASSETS.rglob("*.[jch]s*"), *ASSETS.rglob("*.html"), *POOLVIZ.rglob("*.py")]
    named = {
        path.name for path in sent_there if re.search(r"data-testid=\W*st[A-Z]", path.read_text())
    }
    assert named == {"frame.css", "frame.js", "first.css"}


def test_boxes_unfold_by_a_script_that_is_stilled(browser, serve):
    """Else ``still`` in frame.js can go."""
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(
        "window.slid = []; const { animate } = Element.prototype;"
        "Element.prototype.animate = function (frames, how) {"
        " slid.push(how?.duration ?? how); return animate.call(this, frames, how) }"
    )
    page.goto(serve(HARNESS))
    page.wait_for_selector(IDLE)
    page.wait_for_selector("[data-testid=stSidebarNavItems][role=none]")
    page.locator("[data-testid=stExpander] summary").click()
    expect(page.get_by_text("unfolded")).to_be_visible()
    assert page.evaluate("slid.length") > 0
    assert set(page.evaluate("slid")) == {0}
    page.context.close()


def test_a_script_is_asked_for_once_and_kept(page: Page, serve):
    """By its address, which has its hash: a browser that comes back has it."""
    asked: list[str] = []
    page.on("response", lambda got: asked.append(got.url) if "bidi-components" in got.url else None)
    for _visit in range(2):
        page.goto(serve("app.py") + "/windows")
        page.wait_for_selector("[data-testid=stepper]")
        page.wait_for_selector("[data-testid=stSidebarNavItems][role=none]")
        sizes = page.evaluate(
            "performance.getEntriesByType('resource').filter(e => /bidi-comp/.test(e.name))"
            ".map(e => [e.name, e.transferSize])"
        )
    assert {re.sub(r".*/|-[0-9a-f]{16}", "", name) for name, _ in sizes} == {
        "frame.js",
        "stepper.js",
    }
    assert [size for _, size in sizes] == [0] * len(sizes), "from the browser's own store"
