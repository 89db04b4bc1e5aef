"""/catalogue in a real browser: cards are opened by a click or a key, and can be read."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import settle

OVERFULL = """cells => cells.filter(cell => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  const { width, height } = text.getBoundingClientRect(), box = cell.getBoundingClientRect();
  return width > box.width || height > box.height;
}).map(cell => `${cell.textContent} in ${cell.closest("li").textContent}`)"""


def at_catalogue(page: Page, server: str, query: str = "") -> Page:
    page.goto(f"{server}/catalogue{query}")
    settle(page)
    expect(page.locator("figure").first).to_be_visible()
    return page


def card(page: Page, title: str):
    """The card of this title."""
    name = page.locator("strong", has_text=re.compile(f"^{title}$"))
    return page.get_by_role("listitem").filter(has=name)


def test_a_card_opens_by_a_click_and_closes_by_a_key(page: Page, app_server: str):
    at_catalogue(page, app_server)
    card(page, "Min").get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Min", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("card=Min"))
    close = card(page, "Min").get_by_role("button", name="Close")
    expect(close).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("card="))
    expect(card(page, "Min").get_by_role("button", name="Open")).to_be_focused()
    card(page, "Max").locator("figure").click()
    expect(page).to_have_url(re.compile("card=Max"))


def test_after_an_answer_its_card_can_be_seen(page: Page, app_server: str):
    at_catalogue(page, app_server)
    assert "?" in card(page, "Average").locator("i").all_inner_texts()
    page.get_by_role("radio", name="Average", exact=True).click()
    expect(card(page, "Average").locator("i").nth(4)).to_have_text("3.75")
    page.get_by_role("button", name="Show me").click()
    expect(page).to_have_url(re.compile("card=Average"))
    expect(page.get_by_role("heading", name="Average", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_digits_fit_their_cells(new_page: Callable[..., Page], app_server: str, width: int):
    page = new_page(viewport={"width": width, "height": 844})
    for number in range(1, 5):
        at_catalogue(page, app_server, f"?page={number}")
        assert page.locator("figure i").evaluate_all(OVERFULL) == []
