"""/practise in a browser: by keyboard, by a click in the picture, in the language of the visit."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(IDLE)


def test_by_keyboard_alone_and_the_next_exercise_is_in_the_address(page: Page, app_server: str):
    visit(page, f"{app_server}/practise?variant=Average")
    box = page.get_by_label("The value")
    box.focus()
    page.keyboard.type("3.75")
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=stAlert]")).to_contain_text("3.75: right.")
    another = page.get_by_role("button", name="Another one")
    another.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Exercise 1 · this visit: 1 of 1 right")).to_be_visible()
    expect(page).to_have_url(re.compile(r"exercise=1"))
    expect(page.get_by_label("Number (seed)", exact=True)).to_have_value("1")
    expect(page.locator("[data-testid=stAlert]")).to_have_count(0)


def test_a_click_in_the_picture_answers(page: Page, app_server: str):
    visit(page, f"{app_server}/practise?kind=location")
    stepper = page.get_by_test_id("stepper")
    expect(stepper).to_have_attribute("data-places", re.compile("input"))
    at = json.loads(stepper.get_attribute("data-places") or "")["input"]
    canvas = page.locator("canvas").first
    canvas.click(position={"x": at["x"] + 1.5 * at["w"], "y": at["y"] + 1.5 * at["h"]})
    expect(page.locator("[data-testid=stAlert]")).to_contain_text(
        "row 1, column 1: right. max(1, 3, 4, 7) = 7"
    )


def test_what_a_part_of_the_page_says_by_itself_is_in_the_language_of_the_visit(
    new_page: Callable[..., Page], app_server: str
):
    page = new_page(locale="zh-CN")
    visit(page, f"{app_server}/windows")
    choice = page.locator(".st-key-question [role=radio]").first
    choice.click()
    alert = page.locator("[data-testid=stAlert]").first
    expect(alert).to_be_visible()
    expect(alert).not_to_contain_text("Right")
    expect(alert).to_contain_text(re.compile("[一-鿿]"))
