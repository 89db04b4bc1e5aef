"""/windows and the home page in a real browser: first visit, deep link, play, click, upload."""

import json
import re
import struct
import subprocess
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import start
from tests.ui.app import PAGES

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(IDLE)


def drawn(page: Page) -> Locator:
    """The stepper, with its scene decoded and drawn."""
    stepper = page.get_by_test_id("stepper")
    expect(stepper).to_have_attribute("data-places", re.compile("input"))
    return stepper


def click_cell(stepper: Locator, panel: str, cell: int, cols: int) -> None:
    place = json.loads(stepper.get_attribute("data-places") or "")[panel]
    row, col = divmod(cell, cols)
    x, y = place["x"] + (col + 0.5) * place["w"], place["y"] + (row + 0.5) * place["h"]
    stepper.locator("canvas").click(position={"x": x, "y": y})


def errors(page: Page) -> list[str]:
    return page.locator("[data-testid=stAlertContentError]").all_inner_texts()


DEEP_LINK = "/windows?kernel_size=3&stride=1&variant=Average&mode=watch&step=2"


def wait_on_a_fresh_server(
    script: str, address: str, usable: str, log: Path, new_page: Callable[..., Page]
) -> tuple[float, Page, subprocess.Popen]:
    """Seconds from asking a server that nobody has used until ``usable`` is there.

    Playwright's ``expect`` looks once a second after a while; waiting for a selector does not.
    """
    process, url = start(script, log)
    page = new_page()
    began = time.monotonic()
    page.goto(url + address)
    page.wait_for_selector(usable)
    return time.monotonic() - began, page, process


def test_a_deep_link_first_on_a_fresh_server(tmp_path: Path, new_page: Callable[..., Page]):
    """Everything is there at once, and usable within 3 s: the best of four servers counts.

    On a machine where a small page of Streamlit takes longer than 2 s itself, half as much again.
    """
    waits: list[float] = []
    while len(waits) < 4 and min(waits, default=9) >= 3:
        log = tmp_path / f"log{len(waits)}.txt"
        drawn_stepper = "[data-testid=stepper][data-places*=input]"
        wait, page, process = wait_on_a_fresh_server(
            "app.py", DEEP_LINK, drawn_stepper, log, new_page
        )
        try:
            waits.append(wait)
            stepper = page.get_by_test_id("stepper")
            expect(stepper).to_have_attribute("data-step", "2")
            expect(stepper).to_have_attribute("data-steps", "4")
            page.wait_for_selector(IDLE)
            links = page.locator("[data-testid=stSidebarNav] a").all_inner_texts()
            assert len(links) == len(PAGES)
            assert page.locator("[role=dialog]").count() == 0
            expect(page.locator("input[aria-label='Kernel size']")).to_have_value("3")
            assert "kernel_size=3" in page.url
            page.close()
        finally:
            process.terminate()
            process.wait(20)
        assert "Traceback" not in log.read_text()
    limit = 3.0
    if min(waits) >= limit:
        number = "input[aria-label=number]"
        bare, page, process = wait_on_a_fresh_server(
            "tests/e2e/bare.py", "", number, tmp_path / "bare.txt", new_page
        )
        page.close()
        process.terminate()
        process.wait(20)
        limit = max(limit, 1.5 * bare)
    assert min(waits) < limit


def test_playing_28_by_28_keeps_the_displays_rate_and_is_silent(page: Page, app_server: str):
    frames: list[int] = []

    def listen(socket) -> None:
        socket.on("framesent", lambda _: frames.append(1))
        socket.on("framereceived", lambda _: frames.append(1))

    page.on("websocket", listen)
    visit(page, f"{app_server}/windows?sample=digit&kernel_size=3&stride=1&mode=watch")
    stepper = drawn(page)
    expect(stepper).to_have_attribute("data-steps", "676")
    speed = page.get_by_role("combobox", name="Speed")
    speed.select_option(index=speed.locator("option").count() - 1)
    page.wait_for_timeout(1000)
    frames.clear()
    page.get_by_role("button", name="Play", exact=True).click()
    seen = page.evaluate(
        """() => new Promise(done => {
          const host = [...document.querySelectorAll('*')].find(
            e => e.shadowRoot && e.shadowRoot.querySelector('[data-testid=stepper]'))
          const root = host.shadowRoot.querySelector('[data-testid=stepper]')
          const steps = new Set(), t0 = performance.now()
          const look = t => {
            steps.add(root.dataset.step)
            t - t0 < 2000 ? requestAnimationFrame(look) : done(steps.size / ((t - t0) / 1000))
          }
          requestAnimationFrame(look)
        })"""
    )
    assert not frames, "bytes crossed the websocket while playing"
    page.get_by_role("button", name="Pause", exact=True).click()
    assert seen >= 50, f"{seen:.0f} steps a second"


def test_the_first_minute_by_clicking(page: Page, app_server: str):
    visit(page, f"{app_server}/windows")
    stepper = drawn(page)
    assert "7" not in (stepper.locator("canvas").get_attribute("aria-label") or "").split("of")[-1]
    click_cell(stepper, "input", 5, 4)
    expect(page.get_by_text("Right. max(1, 3, 4, 7) = 7")).to_be_visible()
    page.get_by_role("button", name="Next question").click()
    expect(stepper).to_have_attribute("data-step", "1")
    click_cell(stepper, "input", 3, 4)
    expect(page.get_by_text("from the largest down, that is number")).to_be_visible()
    page.get_by_role("button", name="Next question").click()
    expect(page.locator("strong", has_text="Change the 3 in row 0")).to_be_visible()
    page.get_by_role("radio", name="0", exact=True).click()
    page.get_by_role("button", name="Next question").click()
    page.get_by_role("radio", name="9", exact=True).click()
    expect(page.get_by_text("3 × 3 = 9")).to_be_visible()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("3 of 4 right.")).to_be_visible()


def test_home_in_the_first_minute(page: Page, app_server: str):
    visit(page, app_server)
    stepper = drawn(page)
    expect(stepper).to_have_attribute("data-playing", "false")
    page.get_by_role("radio", name="7", exact=True).click()
    page.get_by_role("button", name="The same window, average?").click()
    page.get_by_role("radio", name="3.75", exact=True).click()
    page.get_by_role("button", name="Move the window").click()
    expect(stepper).to_have_attribute("data-step", "1")
    page.get_by_test_id("stMain").get_by_role("link", name="Windows").click()
    expect(page.get_by_role("heading", name="Windows")).to_be_visible()


def test_a_card_on_home_leads_on_in_the_same_visit(page: Page, app_server: str):
    """A link in a text would load the page anew, and what was chosen before would be gone."""
    visit(page, f"{app_server}/windows?mode=watch")
    drawn(page)
    kernel = page.locator("input[aria-label='Kernel size']")
    kernel.fill("3")
    kernel.press("Enter")
    expect(page).to_have_url(re.compile("kernel_size=3"))
    connections: list[object] = []
    page.on("websocket", lambda socket: connections.append(socket))
    page.locator("[data-testid=stSidebarNav] a", has_text="Home").click()
    page.get_by_test_id("stMain").get_by_role("link", name="Windows").click()
    expect(page).to_have_url(re.compile("/windows.*kernel_size=3"))
    expect(kernel).to_have_value("3")
    assert not connections, "a new session"


def test_the_step_stays_when_another_control_moves(page: Page, app_server: str):
    visit(page, f"{app_server}/windows?mode=watch")
    stepper = drawn(page)
    page.get_by_role("button", name="Next step").click()
    page.get_by_role("button", name="Next step").click()
    expect(page).to_have_url(re.compile("step=2"))
    page.get_by_text("More", exact=True).click()
    page.get_by_text("Ceil mode", exact=True).click()
    expect(page).to_have_url(re.compile("ceil_mode=true"))
    expect(stepper).to_have_attribute("data-step", "2")


def test_a_link_opens_the_same_in_another_browser(new_page: Callable[..., Page], app_server: str):
    one = new_page()
    visit(
        one, f"{app_server}/windows?matrix=1_2__3_4&variant=L2&kernel_size=1,2&stride=1&mode=watch"
    )
    drawn(one)
    one.get_by_role("button", name="Last step").click()
    expect(one).to_have_url(re.compile("step=1"))
    other = new_page()
    visit(other, one.url)
    expect(drawn(other)).to_have_attribute("data-step", "1")
    expect(other.get_by_text("√((9 + 16) / 2) = 3.54").first).to_be_visible()


def npy(header: str, data: bytes = b"") -> bytes:
    text = header.encode() + b" " * (-(10 + len(header) + 1) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


FILES = {
    "empty.csv": b"",
    "words.csv": b"a,b\nc,d\n",
    "ragged.csv": b"1,2,3\n4,5\n",
    "huge.npy": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (10000, 10000)}"),
    "objects.npy": npy(
        "{'descr': '|O', 'fortran_order': False, 'shape': (2, 2)}", b"cos\nsystem\n"
    ),
    "text.npy": npy("{'descr': '<U3', 'fortran_order': False, 'shape': (2,)}", b"\0" * 24),
    "complex.npy": npy("{'descr': '<c16', 'fortran_order': False, 'shape': (2, 2)}", b"\0" * 64),
    "bomb.png": png(30_000, 30_000, zlib.compress(b"\0" * 10_000_000)),
    "cut.png": png(64, 64, zlib.compress(b"\0" * 300)),
    "svg.png": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html.png": b"<html><script>alert(1)</script></html>",
}


def test_a_bad_upload_gets_a_sentence_and_changes_nothing(page: Page, app_server: str):
    visit(page, f"{app_server}/windows?matrix=1_2__3_4&mode=watch")
    drawn(page)
    page.get_by_text("Your own numbers or picture").click()
    alert = page.locator("[data-testid=stAlertContentError]")
    for name, data in FILES.items():
        expect(alert, f"before {name}").to_have_count(0)
        uploader = page.locator("input[type=file]")
        uploader.set_input_files({"name": name, "mimeType": "", "buffer": data})
        expect(alert.first, name).to_be_visible()
        said = errors(page)
        assert all(s.strip().endswith((".", "?", "!")) for s in said), name
        assert not any("Traceback" in s or "Error" in s for s in said), name
        assert "matrix=1_2__3_4" in page.url, name
        expect(page.get_by_test_id("stepper"), name).to_have_attribute("data-steps", "1")
        page.get_by_test_id("stFileUploaderDeleteBtn").locator("button").or_(
            page.get_by_role("button", name=f"Remove {name}")
        ).first.click()


@pytest.mark.parametrize("side", [3, 20])
def test_the_box_of_ones_own_numbers_stays_open(page: Page, app_server: str, side: int):
    visit(page, f"{app_server}/windows?mode=watch")
    drawn(page)
    page.get_by_text("Your own numbers or picture").click()
    page.get_by_role("textbox", name="Paste numbers").fill("\n".join([" ".join("1" * side)] * side))
    page.get_by_role("button", name="Use these numbers").click()
    expect(page.get_by_test_id("stepper")).to_have_attribute("data-steps", f"{(side // 2) ** 2}")
    page.wait_for_selector(IDLE)
    expect(page.get_by_role("textbox", name="Paste numbers")).to_be_visible()


def test_a_good_upload_is_played(page: Page, app_server: str, tmp_path: Path):
    visit(page, f"{app_server}/windows?mode=watch")
    drawn(page)
    np.save(tmp_path / "six.npy", np.arange(36.0).reshape(6, 6))
    page.get_by_text("Your own numbers or picture").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "six.npy")
    expect(page.get_by_test_id("stepper")).to_have_attribute("data-steps", "9")
    page.wait_for_selector(IDLE)


def test_a_number_is_typed_and_dragged_in_the_picture_and_back_undoes_it(page, app_server):
    page.goto(f"{app_server}/windows?mode=watch")
    canvas = page.get_by_test_id("stepper").locator("canvas")
    expect(page.locator("html[data-ready]")).to_have_count(1)
    at = {"x": 120, "y": 120}
    canvas.dblclick(position=at)
    box = page.locator(".edit")
    before = box.input_value()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("matrix=.*9"))
    typed = page.url
    x, y = (canvas.bounding_box()[axis] + 120 for axis in "xy")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 10)
    page.mouse.move(x, y - 21)
    page.mouse.up()
    expect(page).to_have_url(re.compile("matrix=.*12"))
    page.go_back()
    expect(page).to_have_url(typed)
    expect(canvas).to_have_attribute("aria-label", re.compile("= 9,"))
    canvas.dblclick(position=at)
    expect(box).to_have_value("9")
    page.go_back()
    expect(box).to_be_hidden()  # nothing was typed, and its number is gone
    expect(page).to_have_url(re.compile(r"windows\?mode=watch$"))
    expect(canvas).to_have_attribute("aria-label", re.compile("= 7,"))
    canvas.dblclick(position=at)
    expect(box).to_have_value(before)
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
