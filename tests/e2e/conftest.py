"""A real Chromium and a real server: what only a browser can show is tested here."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.ui.app import PAGES

ROOT = Path(__file__).resolve().parents[2]
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 90_000
"""Milliseconds: a slow machine is waited for, a right answer is taken at once."""
expect.set_options(timeout=PATIENCE)
ADDRESSES = ["" if name == "home" else name.replace("_", "-") for name in PAGES]
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 21, 28)"}
"""The page's background in each theme (.streamlit/config.toml)."""
NORMAL = re.compile(r"/[^/]+/_stcore/(health|host-config)$")
"""Streamlit asks for these below a page's path first; on a deep link it gets two 404s."""
MISSING = (
    "no Chromium was found: `apt install chromium` or `playwright install chromium` "
    "(POOLVIZ_REQUIRE_BROWSER=1 makes this a failure)"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder drives a browser."""
    here = f"{Path(__file__).parent}{os.sep}"
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)


def chromium_path() -> str | None:
    """The Chromium to drive: the system's, else the one that Playwright has installed."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests."""
    path = chromium_path()
    if path is None:
        if os.environ.get("POOLVIZ_REQUIRE_BROWSER") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield chromium
        chromium.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(script: str, log: Path) -> tuple[subprocess.Popen, str]:
    """``streamlit run script`` from the root of the repository: the process and its address."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script]
    options = [
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
        "--server.headless=true",
    ]
    with log.open("w") as out:
        process = subprocess.Popen(
            command + options, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    for _ in range(900):  # a minute and a half at the least: a slow machine is waited for
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return process, url
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    process.kill()
    process.wait()
    pytest.fail(f"{script} did not come up:\n{log.read_text()}")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """``serve(script)`` gives the address of a server of that script, started when first asked for.

    When all is done the servers are stopped, and none may have logged an exception.
    """
    running: dict[str, tuple[subprocess.Popen, str, Path]] = {}

    def address(script: str) -> str:
        if script not in running:
            log = tmp_path_factory.mktemp("server") / "log.txt"
            running[script] = (*start(script, log), log)
        return running[script][1]

    yield address
    for process, _, _ in running.values():
        process.terminate()
        process.wait(20)
    for script, (_, _, log) in running.items():
        assert "Traceback" not in log.read_text(), f"{script} logged:\n{log.read_text()}"


@pytest.fixture(scope="session")
def app_server(serve: Callable[[str], str]) -> str:
    """The address of the app itself."""
    return serve("app.py")


SIZE = {"width": 1280, "height": 900}
STILL = {"color_scheme": "light", "reduced_motion": "no-preference"}


@dataclass
class Windows:
    """Windows of the browser, each a person of its own, that go from test to test.

    A window that has read Streamlit's scripts once opens a page for a third of the work. It is
    given back blank, without cookies and without anything stored.
    """

    browser: Browser
    free: dict[str, list[Page]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def take(self, viewport: Any = SIZE, **options: Any) -> tuple[str, Page]:
        """A window that nobody has, and whose it is when it is given back."""
        media = {name: options.pop(name, usual) for name, usual in STILL.items()}
        kind = repr(sorted(options.items()))
        free = self.free.setdefault(kind, [])
        if not free:
            context = self.browser.new_context(viewport=viewport, **options)
            context.set_default_timeout(PATIENCE)
            free.append(watch(context.new_page(), self.wrong))
        page = free.pop()
        page.set_viewport_size(viewport)
        page.emulate_media(**media)
        return kind, page

    def give_back(self, kind: str, page: Page) -> None:
        """The window as it was before anyone had it; one that was closed does not come back."""
        if page.is_closed():
            page.context.close()
            return
        if page.url.startswith("http"):
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        page.goto("about:blank")
        page.context.clear_cookies()
        page.mouse.move(0, 0)
        self.free[kind].append(page)


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def new_page(windows: Windows) -> Iterator[Callable[..., Page]]:
    """``new_page(**context_options)``: pages that record every error and every outside request."""
    windows.wrong.clear()
    taken: list[tuple[str, Page]] = []

    def watched(**options: Any) -> Page:
        taken.append(windows.take(**options))
        return taken[-1][1]

    yield watched
    for kind, page in taken:
        windows.give_back(kind, page)
    assert not windows.wrong, "\n".join(windows.wrong)


def watch(page: Page, wrong: list[str]) -> Page:
    """Every error of the page, and every request to another host, is told to ``wrong``."""
    page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
    page.on("console", lambda message: _console(message, wrong))
    page.on("request", lambda request: _request(request.url, wrong))
    return page


@dataclass
class Guest:
    """One page for the visits of a file: what it has loaded once is not loaded again.

    ``visit`` goes where it is not yet, so that tests of one address share what they look at.
    """

    page: Page
    server: str
    wrong: list[str]
    link: str = ""

    def visit(self, link: str, theme: str = "light", width: int = 1280) -> Page:
        """The page of this link, drawn in this theme in a window of this width."""
        page = self.page
        page.set_viewport_size({"width": width, "height": 900 if width > 500 else 844})
        page.emulate_media(color_scheme=theme)
        if link != self.link:
            self.link = ""  # until it is there
            page.goto(f"{self.server}/{link}")
            settle(page)
            self.link = link
        else:
            paint(page, theme)
            settle(page)
        return page


@pytest.fixture(params=ADDRESSES, scope="module")
def address(request: pytest.FixtureRequest) -> str:
    """Each page in turn: all tests of one, then those of the next."""
    return request.param


@pytest.fixture(scope="module")
def shared_guest(browser: Browser, app_server: str) -> Iterator[Guest]:
    context = browser.new_context(has_touch=True, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    yield Guest(watch(context.new_page(), wrong), app_server, wrong)
    context.close()


@pytest.fixture
def guest(shared_guest: Guest) -> Iterator[Guest]:
    """The guest of this file; what goes wrong in a test, in the console too, is that test's."""
    shared_guest.wrong.clear()
    yield shared_guest
    assert not shared_guest.wrong, "\n".join(shared_guest.wrong)


def paint(page: Page, theme: str) -> None:
    """The page in this theme. Streamlit hears by an event; one that it misses is told again."""
    ground = page.get_by_test_id("stApp")
    for patience in (500, 1_000, 2_000, 5_000, 20_000, PATIENCE):
        page.emulate_media(color_scheme=theme)
        try:
            expect(ground).to_have_css("background-color", GROUND[theme], timeout=patience)
            return
        except AssertionError:
            page.emulate_media(color_scheme="dark" if theme == "light" else "light")
    pytest.fail(f"the page has not become {theme}")


def settle(page: Page) -> None:
    """The script has stopped, every picture is drawn, and the frame has its roles."""
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_selector(IDLE)
    roles = "[data-testid=stSidebarNavItems][role=none]"
    page.wait_for_selector(roles, state="attached")  # on a phone it is folded away
    for stepper in page.get_by_test_id("stepper").all():
        expect(stepper).to_have_attribute("data-places", re.compile("."))
    for chart in page.get_by_test_id("stPlotlyChart").all():
        expect(chart.locator(".main-svg").first).to_be_visible()
    for editor in page.get_by_test_id("keypoints").all():
        expect(editor).to_have_attribute("data-joint", re.compile("."))


def _console(message: object, wrong: list[str]) -> None:
    url = message.location.get("url", "")
    if message.type == "error" and not NORMAL.search(urlsplit(url).path):
        wrong.append(f"console: {message.text} ({url})")


def _request(url: str, wrong: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in (
        "127.0.0.1",
        "localhost",
    ):
        wrong.append(f"outside request: {url}")


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of 1280 x 900; an error in it, or a request to another host, fails the test."""
    return new_page()
