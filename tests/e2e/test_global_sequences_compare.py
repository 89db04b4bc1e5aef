"""/global, /sequences and /compare in a real browser: by clicking, by link, on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.test_windows import IDLE, visit

PANELS = {"global": "means", "sequences": "words", "compare": "input"}


def drawn(page: Page, address: str):
    """The page's stepper, with its scene decoded and drawn."""
    stepper = page.get_by_test_id("stepper")
    expect(stepper).to_have_attribute("data-places", re.compile(PANELS[address]))
    return stepper


def test_the_weights_by_clicking(page: Page, app_server: str):
    visit(page, f"{app_server}/global")
    drawn(page, "global")
    page.get_by_role("radio", name="25,088,000").click()
    expect(page.get_by_text("there every cell of a map has its own weight")).to_be_visible()
    page.get_by_role("button", name="Next question").click()
    page.get_by_role("radio", name="neither: the picture must be resized first").click()
    expect(page.get_by_text("it does the opposite")).to_be_visible()
    page.get_by_role("button", name="Next question").click()
    page.get_by_role("radio", name="0.9339").click()
    expect(page.get_by_text("score 0.9339").first).to_be_visible()


def test_a_sentence_of_ones_own_is_pooled(page: Page, app_server: str):
    visit(page, f"{app_server}/sequences?mode=watch")
    drawn(page, "sequences")
    box = page.get_by_role("textbox", name="Your sentence")
    box.fill("short <b>extraordinary</b> 你好")
    box.press("Enter")
    expect(page).to_have_url(re.compile("text=short"))
    page.wait_for_selector(IDLE)
    expect(page.get_by_role("cell", name="“extraordinary” 13").first).to_be_visible()
    assert page.locator("b", has_text="extraordinary").count() == 0


def test_an_experiment_by_clicking(page: Page, app_server: str):
    visit(page, f"{app_server}/compare")
    drawn(page, "compare")
    page.get_by_role("radio", name="never: pooling is shift-invariant").click()
    expect(page.get_by_text("Only moves inside one window go unseen")).to_be_visible()
    page.get_by_role("button", name="Next question").click()
    page.get_by_role("radio", name="BlurPool", exact=True).click()
    expect(page.get_by_text("the 1 jumps from output to output")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
