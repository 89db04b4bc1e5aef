"""/global, /sequences and /compare in a real browser: by clicking, by link, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_windows import IDLE, visit

PANELS = {"global": "means", "sequences": "words", "compare": "input"}


def drawn(page: Page, address: str):
    """The page's stepper, with its scene decoded and drawn."""
    stepper = page.get_by_test_id("stepper")
    expect(stepper).to_have_attribute("data-places", re.compile(PANELS[address]))
    return stepper


@pytest.mark.parametrize("address", PANELS)
def test_it_plays_and_the_link_opens_the_same_step(
    new_page: Callable[..., Page], app_server: str, address: str
):
    page = new_page()
    visit(page, f"{app_server}/{address}?mode=watch")
    stepper = drawn(page, address)
    page.get_by_role("button", name="Next step").click()
    page.get_by_role("button", name="Next step").click()
    expect(stepper).to_have_attribute("data-step", "2")
    expect(page).to_have_url(re.compile("step=2"))
    page.get_by_role("button", name="Play", exact=True).click()
    expect(stepper).not_to_have_attribute("data-step", "2")
    other = new_page()
    visit(other, f"{app_server}/{address}?mode=watch&step=2")
    expect(drawn(other, address)).to_have_attribute("data-step", "2")


def test_the_weights_by_clicking(page: Page, app_server: str):
    visit(page, f"{app_server}/global")
    drawn(page, "global")
    page.get_by_role("button", name="25,088,000").click()
    expect(page.get_by_text("there every cell of a map has its own weight")).to_be_visible()
    page.get_by_role("button", name="Next question").click()
    page.get_by_role("button", name="neither: the picture must be resized first").click()
    expect(page.get_by_text("it does the opposite")).to_be_visible()
    page.get_by_role("button", name="Next question").click()
    page.get_by_role("button", name="0.9339").click()
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
    page.get_by_role("button", name="never: pooling is shift-invariant").click()
    expect(page.get_by_text("Only moves inside one window go unseen")).to_be_visible()
    page.get_by_role("button", name="Next question").click()
    page.get_by_role("button", name="BlurPool", exact=True).click()
    expect(page.get_by_text("the 1 jumps from output to output")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


@pytest.mark.parametrize("address", PANELS)
def test_on_a_phone_nothing_is_cut_off(
    new_page: Callable[..., Page], app_server: str, address: str
):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    visit(page, f"{app_server}/{address}?mode=watch")
    drawn(page, address)
    page.wait_for_timeout(1500)
    wide = page.evaluate(
        "() => [document.documentElement.scrollWidth, "
        "document.querySelector('[data-testid=stMain]').scrollWidth]"
    )
    assert max(wide) <= 390
