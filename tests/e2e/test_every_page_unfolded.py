"""What every page owes in a browser when everything on it is shown, in Chinese.

Tests of one address share a visit, and what they have unfolded.
"""

from playwright.sync_api import expect

from tests.e2e.conftest import Guest
from tests.e2e.reading import MOVING, MUTE, findings, narrow, sayings, unfold

IN_DIGITS = ["windows", "gradients", "unpooling", "adaptive", "compare"]


def unfolded_at(address: str) -> str:
    """Its link in Chinese, with everything shown."""
    return f"{address}?lang=zh&mode=watch"


def test_unfolded_it_is_read_by_all(guest: Guest, address: str):
    """In Chinese and dark, with all open: axe, words for pictures, nothing that moves."""
    page = guest.visit(unfolded_at(address), "dark")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    unfold(page)
    found = findings(page) + page.evaluate(MUTE) + page.evaluate(MOVING)
    assert not found, "\n" + "\n".join(found)


def test_unfolded_it_fits_at_twice_the_size(guest: Guest, address: str):
    """200 % zoom of 1280, and a phone: nothing is cut off, and nothing left out."""
    page = guest.visit(unfolded_at(address))
    unfold(page)
    found = findings(page, colours=True)
    said = sayings(page)
    found += narrow(page, 640)
    found += [f"not said at 640 px: {text}" for text in said - sayings(page)]
    found += narrow(page, 390)
    assert not found, "\n" + "\n".join(found)
    if address in IN_DIGITS:  # on a phone, digits can be read
        page.wait_for_function(
            "e => Object.values(JSON.parse(e.dataset.places)).every(({ w }) => w >= 24)",
            arg=page.get_by_test_id("stepper").first.element_handle(),
        )
