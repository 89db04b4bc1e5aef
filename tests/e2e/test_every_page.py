"""What every page owes in a browser: it opens by its link, whole, silent, for everyone.

Tests of one address share a visit, in English. Everyone can use it: WCAG 2.2 AA, as far as a
browser can tell (reading.py). Unfolded, in Chinese: test_every_page_unfolded.py.
"""

from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError, expect

from tests.e2e.conftest import Guest
from tests.e2e.reading import findings
from tests.ui.app import PAGES

WIDEST = """Math.max(document.documentElement.scrollWidth,
  document.querySelector("[data-testid=stMain]").scrollWidth)"""


def found_at(address: str) -> str:
    """Its link in English, as who comes for the first time sees it."""
    return f"{address}?lang=en"


def test_a_page_opens_by_its_link(guest: Guest, address: str):
    page = guest.visit(found_at(address))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("[data-testid=stSidebarNav] a").count() == len(PAGES)
    assert page.locator("[role=dialog]").count() == 0
    assert page.locator("[data-testid=stException]").count() == 0
    page.wait_for_timeout(500)  # for what a chart or the picture may still log


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(guest: Guest, address: str, theme: str):
    found = findings(guest.visit(found_at(address), theme), colours=theme == "dark")
    assert not found, "\n" + "\n".join(found)


def test_a_page_fits_a_phone(guest: Guest, address: str):
    page = guest.visit(found_at(address), "light", 390)
    with suppress(TimeoutError):  # it is waited for, and then it is so or not
        page.wait_for_function(f"() => {WIDEST} <= 390")
    assert page.evaluate(WIDEST) <= 390
