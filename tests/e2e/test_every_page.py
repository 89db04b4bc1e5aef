"""What every page owes in a browser: it opens by its link, whole, silent, for everyone.

Tests of one address share a visit: a page is loaded three times, in English, in Chinese with all
that is folded open, and to be played. Everyone can use it: WCAG 2.2 AA, as far as a browser can
tell (reading.py).
"""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Guest
from tests.e2e.reading import MOVING, MUTE, findings, narrow, sayings, unfold
from tests.ui.app import PAGES

ADDRESSES = ["" if name == "home" else name.replace("_", "-") for name in PAGES]
IN_DIGITS = ["windows", "gradients", "unpooling", "adaptive", "compare"]


@pytest.fixture(params=ADDRESSES, scope="module")
def address(request: pytest.FixtureRequest) -> str:
    """Each page in turn: all tests of one, then those of the next."""
    return request.param


def found_at(address: str) -> str:
    """Its link in English, as who comes for the first time sees it."""
    return f"{address}?lang=en"


def unfolded_at(address: str) -> str:
    """Its link in Chinese, with everything shown."""
    return f"{address}?lang=zh&mode=watch"


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
    page.wait_for_function(
        "() => Math.max(document.documentElement.scrollWidth, "
        "document.querySelector('[data-testid=stMain]').scrollWidth) <= 390"
    )


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


# A panel of outputs, how many columns it has, a cell in it, and the step that it belongs to.
OUTPUTS = {
    "windows": ("output", 2, 3, "3"),
    "gradients": ("dy", 2, 3, "3"),
    "unpooling": ("carried", 2, 3, "3"),
    "adaptive": ("output torch", 3, 3, "3"),
    "global": ("means", 1, 3, "3"),
    "sequences": ("kept", 6, 6, "1"),
    "compare": ("output 0", 2, 3, "3"),
}


@pytest.mark.parametrize("play", OUTPUTS)
def test_a_link_a_key_and_a_tap_choose_the_step_and_playing_is_silent(
    new_page: Callable[..., Page], app_server: str, play: str
):
    page, frames = new_page(has_touch=True), []

    def listen(socket) -> None:
        socket.on("framesent", lambda _: frames.append(1))
        socket.on("framereceived", lambda _: frames.append(1))

    page.on("websocket", listen)
    page.goto(f"{app_server}/{play}?mode=watch&step=1")
    stepper = page.get_by_test_id("stepper").first
    expect(stepper).to_have_attribute("data-places", re.compile("."))
    expect(stepper).to_have_attribute("data-step", "1")
    stepper.focus()
    page.keyboard.press("ArrowRight")
    expect(stepper).to_have_attribute("data-step", "2")
    page.keyboard.press("Home")
    expect(stepper).to_have_attribute("data-step", "0")
    panel, columns, cell, step = OUTPUTS[play]
    at = json.loads(stepper.get_attribute("data-places") or "")[panel]
    row, column = divmod(cell, columns)
    stepper.locator("canvas").tap(
        position={"x": at["x"] + (column + 0.5) * at["w"], "y": at["y"] + (row + 0.5) * at["h"]}
    )
    expect(stepper).to_have_attribute("data-step", step)
    expect(page).to_have_url(re.compile(f"step={step}"))
    stepper.focus()
    page.keyboard.press("Home")
    expect(page).not_to_have_url(re.compile("step="))
    page.wait_for_timeout(1500)
    frames.clear()
    page.get_by_role("button", name="Play", exact=True).first.click()
    expect(stepper).not_to_have_attribute("data-step", "0")
    page.wait_for_timeout(600)
    assert not frames, "bytes crossed the websocket while playing"
    expect(stepper).to_have_attribute("data-playing", re.compile("true|false"))
