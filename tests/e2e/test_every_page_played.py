"""A step is chosen by a link, a key and a tap on every page that plays, and playing is silent."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

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
