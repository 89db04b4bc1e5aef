"""Teacher's links, languages and embedding in a real browser."""

import http.server
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import start
from tests.ui.app import PAGES

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
NAVIGATION = "[data-testid=stSidebarNav] a"


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("html[data-ready]", state="attached")  # a list closes as it comes up
    page.wait_for_selector(IDLE)


def drawn(page: Page) -> Locator:
    stepper = page.get_by_test_id("stepper")
    expect(stepper).to_have_attribute("data-places", re.compile("input"))
    return stepper


def test_the_projector_shows_large_type_and_the_keys_need_no_click(
    new_page: Callable[..., Page], app_server: str
):
    page = new_page(viewport={"width": 1920, "height": 1080})
    visit(page, f"{app_server}/windows?present=1&mode=watch")
    stepper = drawn(page)
    page.keyboard.press("ArrowRight")
    expect(stepper).to_have_attribute("data-step", "1")
    page.evaluate("document.activeElement.blur()")  # as when a button that had the focus goes
    page.keyboard.press("End")
    expect(stepper).to_have_attribute("data-step", "3")
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(stepper).to_have_attribute("data-playing", "true")
    page.keyboard.press("Space")
    sizes = page.evaluate(
        "() => [getComputedStyle(document.documentElement).fontSize, "
        "document.documentElement.scrollWidth]"
    )
    assert sizes == ["24px", 1920]
    cell = stepper.evaluate("root => JSON.parse(root.dataset.places).input.w")
    assert cell >= 90  # a cell of 26 px digits is 64 wide at a desk
    expect(page.locator(NAVIGATION).first).not_to_be_in_viewport()
    kernel = page.locator("input[aria-label='Kernel size']")
    expect(kernel).not_to_be_visible()
    page.get_by_text("Controls", exact=True).click()
    expect(kernel).to_be_visible()
    stepper.locator("canvas").click(position={"x": 5, "y": 5})  # pointing still finds its cells
    places = stepper.evaluate("root => JSON.parse(root.dataset.places).output")
    stepper.locator("canvas").click(
        position={"x": places["x"] + places["w"] * 1.5, "y": places["y"] + places["h"] * 0.5}
    )
    expect(stepper).to_have_attribute("data-pinned", "output:1")


def test_hidden_answers_and_the_language_go_along_to_other_pages(page: Page, app_server: str):
    query = "answers=hidden&lang=zh&fix=variant,lang&hide=stride&step=2"
    visit(page, f"{app_server}/windows?{query}")
    stepper = drawn(page)
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page).to_have_title(re.compile(r"^(?!Windows).* · poolviz$"))
    expect(page.locator(".st-key-control-kernel_size")).to_have_count(1)
    expect(page.locator(".st-key-control-stride")).to_have_count(0)
    expect(page.locator(".st-key-control-mode")).to_have_count(0)
    expect(page.locator(".st-key-control-variant input")).to_be_disabled()
    told = stepper.locator("canvas").get_attribute("aria-label")
    page.locator(".st-key-question [role=radio]").last.click()
    expect(page.get_by_test_id("stAlert")).to_have_count(1)
    expect(stepper.locator("canvas")).to_have_attribute("aria-label", told or "")
    links = page.locator(NAVIGATION)
    assert links.count() == len(PAGES) - 1  # without the page that makes such links
    page.locator(f"{NAVIGATION}[href*=gradients]").click()
    expect(page).to_have_url(re.compile("/gradients.*answers=hidden"))
    expect(page).to_have_url(re.compile("lang=zh"))
    drawn(page)
    page.wait_for_selector(IDLE)
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    assert page.get_by_test_id("stDownloadButton").count() == 0


def test_a_language_is_chosen_in_the_frame(new_page: Callable[..., Page], app_server: str):
    page = new_page(locale="zh-TW")
    visit(page, app_server)
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    assert "lang" not in page.url
    menu = page.locator("[data-testid=stSidebar] .st-key-frame-language")
    english = page.get_by_role("option", name="English")
    for _ in range(9):  # a list closes where the page is drawn again
        menu.locator("input").click()
        page.wait_for_timeout(1000)
        if english.is_visible():
            break
    english.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile("lang=en"))
    page.locator(NAVIGATION, has_text="Windows").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Windows")
    expect(page).to_have_url(re.compile("windows.*lang=en"))


def test_the_page_makes_a_link_that_works(page: Page, app_server: str):
    visit(page, f"{app_server}/windows?variant=Average&mode=watch")
    page.locator(NAVIGATION, has_text="Teacher's link").click()
    expect(page.get_by_alt_text("QR code of the link", exact=False)).to_be_visible()
    page.wait_for_selector(IDLE)
    page.get_by_test_id("stCheckbox").nth(1).click()
    code = page.get_by_test_id("stCode").first
    expect(code).to_contain_text("answers=hidden")
    link = code.inner_text().strip()
    assert link == f"{app_server}/windows?variant=Average&answers=hidden"
    visit(page, link)
    drawn(page)
    expect(page.locator(".st-key-control-mode")).to_have_count(0)
    expect(page.locator("strong", has_text="Average pooling: what goes")).to_be_visible()


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """``course(address)``: the address of a page of another site that has this one in a frame."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def page_with(address: str) -> str:
        frame = f"<!doctype html><iframe src='{address}' width=1000 height=800></iframe>"
        (tmp_path / "course.html").write_text(frame)
        return f"http://localhost:{server.server_port}/course.html"

    yield page_with
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_course_site_may_embed_a_page_if_it_is_named(
    browser: Browser, app_server: str, course: Callable[[str], str], tmp_path: Path, monkeypatch
):
    site = course("").rsplit("/", 1)[0]
    monkeypatch.setenv("POOLVIZ_FRAME_ANCESTORS", f"'self' {site}")
    process, allowed = start("app.py", tmp_path / "log.txt")
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    try:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(course(f"{allowed}/windows?embed=true&mode=watch&lang=zh"))
        frame = page.frame_locator("iframe")
        stepper = frame.get_by_test_id("stepper")
        expect(stepper).to_have_attribute("data-places", re.compile("input"))
        stepper.locator("button.play").click()
        expect(stepper).not_to_have_attribute("data-step", "0")
        expect(frame.locator("html")).to_have_attribute("lang", "zh")
        expect(frame.locator(NAVIGATION).first).not_to_be_in_viewport()
        assert not [text for text in said if "Content Security Policy" in text]
        with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            page.goto(course(f"{app_server}/windows?embed=true"))
        assert frame.get_by_test_id("stApp").count() == 0
    finally:
        context.close()
        process.terminate()
        process.wait(20)
    assert "Traceback" not in (tmp_path / "log.txt").read_text()
