"""What every page owes in a browser: it opens by its link, whole, silent and narrow enough."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.ui.app import PAGES

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
ADDRESSES = ["" if name == "home" else name.replace("_", "-") for name in PAGES]
PLAYING = ["windows", "gradients", "unpooling", "adaptive", "global", "sequences", "compare"]


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(IDLE, timeout=30_000)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_opens_by_its_link(
    new_page: Callable[..., Page], app_server: str, address: str, scheme: str
):
    page = new_page(color_scheme=scheme)
    visit(page, f"{app_server}/{address}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("[data-testid=stSidebarNav] a").count() == len(PAGES)
    assert page.locator("[role=dialog]").count() == 0
    assert page.locator("[data-testid=stException]").count() == 0
    page.wait_for_timeout(500)  # for what a chart or the picture may still log


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_fits_a_phone(new_page: Callable[..., Page], app_server: str, address: str):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    visit(page, f"{app_server}/{address}")
    page.wait_for_timeout(500)
    wide = page.evaluate(
        "() => [document.documentElement.scrollWidth, "
        "document.querySelector('[data-testid=stMain]').scrollWidth]"
    )
    assert max(wide) <= 390


@pytest.mark.parametrize("address", ["windows", "gradients", "unpooling", "adaptive", "compare"])
def test_digits_can_be_read_on_a_phone(
    new_page: Callable[..., Page], app_server: str, address: str
):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    visit(page, f"{app_server}/{address}?mode=watch")
    stepper = page.get_by_test_id("stepper").first
    expect(stepper).to_have_attribute("data-places", re.compile("."), timeout=15_000)
    places = json.loads(stepper.get_attribute("data-places") or "")
    assert min(place["w"] for place in places.values()) >= 24


@pytest.mark.parametrize("address", PLAYING)
def test_playing_moves_on_and_is_silent(page: Page, app_server: str, address: str):
    frames: list[int] = []

    def listen(socket) -> None:
        socket.on("framesent", lambda _: frames.append(1))
        socket.on("framereceived", lambda _: frames.append(1))

    page.on("websocket", listen)
    visit(page, f"{app_server}/{address}?mode=watch")
    stepper = page.get_by_test_id("stepper").first
    expect(stepper).to_have_attribute("data-places", re.compile("."), timeout=15_000)
    start = stepper.get_attribute("data-step")
    page.wait_for_timeout(1500)
    frames.clear()
    page.get_by_role("button", name="Play", exact=True).first.click()
    expect(stepper).not_to_have_attribute("data-step", start or "0")
    page.wait_for_timeout(600)
    assert not frames, "bytes crossed the websocket while playing"
    expect(stepper).to_have_attribute("data-playing", re.compile("true|false"))


LONG = 90_000
"""Milliseconds that a step may take on a machine that is busy with other things."""
# A panel of outputs, how many columns it has, a cell in it, and the step that it belongs to.
OUTPUTS = {
    "gradients": ("dy", 2, 3, "3"),
    "unpooling": ("carried", 2, 3, "3"),
    "adaptive": ("output torch", 3, 3, "3"),
    "global": ("means", 1, 3, "3"),
    "sequences": ("kept", 6, 6, "1"),
    "compare": ("output 0", 2, 3, "3"),
}


@pytest.mark.parametrize("address", OUTPUTS)
def test_a_link_a_key_and_a_tap_choose_the_step(
    new_page: Callable[..., Page], app_server: str, address: str
):
    page = new_page(has_touch=True)
    page.goto(f"{app_server}/{address}?mode=watch&step=1", timeout=LONG)
    stepper = page.get_by_test_id("stepper").first
    expect(stepper).to_have_attribute("data-places", re.compile("."), timeout=LONG)
    expect(stepper).to_have_attribute("data-step", "1", timeout=LONG)
    stepper.focus()
    page.keyboard.press("ArrowRight")
    expect(stepper).to_have_attribute("data-step", "2", timeout=LONG)
    page.keyboard.press("Home")
    expect(stepper).to_have_attribute("data-step", "0", timeout=LONG)
    panel, columns, cell, step = OUTPUTS[address]
    at = json.loads(stepper.get_attribute("data-places") or "")[panel]
    row, column = divmod(cell, columns)
    stepper.locator("canvas").tap(
        position={"x": at["x"] + (column + 0.5) * at["w"], "y": at["y"] + (row + 0.5) * at["h"]}
    )
    expect(stepper).to_have_attribute("data-step", step, timeout=LONG)
    expect(page).to_have_url(re.compile(f"step={step}"), timeout=LONG)
