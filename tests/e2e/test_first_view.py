"""What a person meets first on every page: how high the picture stands, what fits, what jumps."""

import pytest
from playwright.sync_api import expect

from poolviz.wings.pages import PAGES
from tests.e2e.conftest import IDLE

PLAYED = ["", "windows", "gradients", "unpooling", "sequences", "compare", "adaptive", "practise"]
SIZES = {"laptop": (1280, 800), "beamer": (1024, 768), "phone": (390, 844)}
SHIFTS = """
if (window.shift === undefined) { // a window that goes from test to test asks for it again
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  addEventListener("DOMContentLoaded", () => { // a slow machine is waited for
    document.documentElement.style.setProperty("--late", "90s");
  });
}
"""
PICTURE = ".st-key-hero [data-testid^=stBidiComponent] >> nth=0"
BEFORE = """() => {
  const page = document.querySelector(".st-key-page");
  const above = [...page.querySelectorAll(":scope > *")].slice(0, 2);
  const texts = [...above, page.querySelector(".st-key-question")].map((e) => e?.innerText ?? "");
  const words = texts.join(" ").split(/\\s+/).filter(Boolean).length;
  return [words, page.querySelectorAll(".st-key-rail .stElementContainer").length];
}"""


@pytest.fixture
def opened(new_page, app_server):
    """``opened(address, size)``: the page, whole, and what has shifted while it came up."""

    def visit(address, size):
        width, height = SIZES[size]
        page = new_page(viewport={"width": width, "height": height}, has_touch=size == "phone")
        page.add_init_script(SHIFTS)
        page.goto(f"{app_server}/{address}")
        expect(page.locator("html[data-ready]")).to_have_count(1)
        page.wait_for_selector(IDLE)
        return page

    return visit


@pytest.mark.parametrize("address", [page.address.replace("home", "") for page in PAGES])
def test_a_page_comes_up_without_a_jump(opened, address):
    page = opened(address, "laptop")
    page.wait_for_timeout(800)  # what a chart or a font may still move
    assert page.evaluate("window.shift") < 0.1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("address", PLAYED)
def test_the_picture_and_play_fit_into_the_window(opened, address, size):
    page = opened(f"{address}?present=1" if size == "beamer" else address, size)
    _, height = SIZES[size]
    play = page.get_by_role("button", name="Play", exact=True).bounding_box()
    assert play is not None
    assert play["y"] + play["height"] <= height
    top = page.locator(PICTURE).bounding_box()["y"]
    assert top <= {"laptop": 150, "beamer": 225, "phone": 250}[size]  # a beamer's type is larger
    words, controls = page.evaluate(BEFORE)
    assert words <= 60
    assert controls <= 7  # five of the run, the mode, and "Save"


CHANGES = [
    ("windows", "Stride", "ArrowDown"),
    ("gradients", "Stride", "ArrowDown"),
    ("unpooling", "Kernel size", "ArrowUp"),
    ("compare", "Kernel size", "ArrowUp"),
    ("adaptive", "Output size, rows", "ArrowDown"),
    ("sequences", "Cells kept, k", "ArrowDown"),
]


@pytest.mark.parametrize(("address", "label", "key"), CHANGES)
def test_a_control_s_change_does_not_shift_the_page(opened, address, label, key):
    page = opened(address, "laptop")
    picture = page.locator(PICTURE)
    before = picture.bounding_box()
    page.get_by_role("spinbutton", name=label, exact=True).press(key)
    page.wait_for_timeout(900)
    page.wait_for_selector(IDLE)
    after = picture.bounding_box()
    assert after["y"] == pytest.approx(before["y"], abs=25)  # a line of the question more or less
    assert after["height"] == pytest.approx(before["height"], abs=25)  # and of the narration


@pytest.mark.parametrize("address", ["windows", "gradients", "unpooling", "adaptive", "oks"])
def test_an_answer_leaves_the_picture_where_it_was(opened, address):
    """What it says takes the room of the choices: a line more moves the picture, not a box."""
    page = opened(address, "laptop")
    before = page.locator(PICTURE).bounding_box()["y"]
    page.locator(".st-key-question [role=radio]").last.click()
    expect(page.locator(".st-key-question [data-testid=stAlert]")).to_be_visible()
    page.wait_for_selector(IDLE)
    assert page.locator(PICTURE).bounding_box()["y"] == pytest.approx(before, abs=24)


def test_who_answers_by_keyboard_goes_on_by_keyboard(opened):
    page = opened("windows", "laptop")
    page.get_by_role("radio", name="7", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Next question")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio").first).to_be_visible()
    expect(page.locator(".st-key-question [role=radio]:focus")).to_have_count(1)
