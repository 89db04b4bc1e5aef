"""/gradients and /unpooling in a real browser: the first minute, the cell from page to page."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.test_windows import drawn, visit


def test_the_cell_stays_selected_from_page_to_page(page: Page, app_server: str):
    visit(page, f"{app_server}/gradients?mode=watch&kernel_size=3&stride=1&upstream=random")
    stepper = drawn(page)
    page.get_by_role("button", name="Next step").click()
    page.get_by_role("button", name="Next step").click()
    expect(page).to_have_url(re.compile("step=2"))
    page.locator("[data-testid=stSidebarNav] a", has_text="Unpooling").click()
    expect(page.get_by_role("heading", name="Unpooling", exact=True)).to_be_visible()
    expect(stepper).to_have_attribute("data-step", "2")
    expect(page.get_by_text("7 goes back to row 1, column 1").first).to_be_visible()
    page.locator("[data-testid=stSidebarNav] a", has_text="Gradients").click()
    expect(page).to_have_url(re.compile("upstream=random"))
    expect(stepper).to_have_attribute("data-step", "2")


def test_a_prediction_opens_the_picture(page: Page, app_server: str):
    visit(page, f"{app_server}/gradients")
    stepper = drawn(page)
    expect(stepper.get_by_text("to which cells … ?")).to_be_visible()
    page.get_by_role("radio", name="0, 0, 0, 7", exact=True).click()
    expect(page.get_by_text("That sends the value")).to_be_visible()
    expect(stepper.get_by_text("the 7 in row 1, column 1 receives 1.")).to_be_visible()
