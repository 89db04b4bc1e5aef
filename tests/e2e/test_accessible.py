"""Everyone can use it: WCAG 2.2 AA, as far as a browser can tell.

axe-core reads every page, in both languages and both themes, with all that is folded open. What no
rule of axe asks is asked below: the way of the Tab key, the ring of focus, the size of a target,
words and numbers for every picture, stillness for who asks for it, and 200 % zoom.
"""

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from tests.e2e.test_every_page import ADDRESSES, IDLE

PATIENCE = 90_000
"""Milliseconds: a slow machine is waited for, a right answer is taken at once."""
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async tags => {
  const { violations } = await axe.run({
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false,
  });
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).flatMap(
    ({ id, nodes }) => nodes.map(({ target, html, failureSummary }) =>
      [id, target.flat(9).join(" >> "), html.slice(0, 300), failureSummary]));
}"""
DEEP = """const all = (query, from = document) => [
    ...from.querySelectorAll(query),
    ...[...from.querySelectorAll("*")].flatMap(e => e.shadowRoot ? all(query, e.shadowRoot) : [])];
"""
"""``all(query)``: elements of the page and of its components."""
BEYOND = (
    "() => {"
    + DEEP
    + """
  const carried = e => { // it scrolls with something that is narrow enough
    for (let up = e.parentElement || e.getRootNode().host; up;
         up = up.parentElement || up.getRootNode().host)
      if (/auto|scroll/.test(getComputedStyle(up).overflowX)) return up.clientWidth <= innerWidth;
    return false;
  };
  const wide = e => { const { left, right, width } = e.getBoundingClientRect();
    return width && (left < -1 || right > innerWidth + 1) && !carried(e) };
  const main = document.querySelector("[data-testid=stMain]");
  const over = [document.documentElement, main].filter(e => e.scrollWidth > innerWidth);
  const controls = "a, button, input, select, summary, textarea, [tabindex='0']";
  return [...over, ...all(controls).filter(e => e.checkVisibility() && main.contains(host(e)))
    .filter(wide)].map(e => e.outerHTML.slice(0, 200));
  function host(e) { const root = e.getRootNode(); return root.host ? host(root.host) : e }
}"""
)
"""What is wider than the window, and what a finger cannot reach in it."""
MUTE = (
    "() => {"
    + DEEP
    + """
  const named = e => e.alt?.trim() || e.getAttribute("aria-label")?.trim();
  const charts = all("[data-testid=stPlotlyChart]");
  const tables = document.querySelectorAll("[class*='-numbers'] [data-testid=stPopover]").length;
  const steppers = all("[data-testid=stepper]");
  return [
    ...all("main img, [data-testid=stMain] img").filter(e => !named(e)),
    ...charts.filter(e => !named(e) && ![...e.querySelectorAll("[aria-label]")].some(named)),
    ...steppers.filter(e => !named(e.querySelector("canvas")) || !e.querySelector("td")),
  ].map(e => e.outerHTML.slice(0, 200)).concat(tables < charts.length ? "a chart alone" : []);
}"""
)
"""Pictures without words, or without the numbers that they show."""
MOVING = """() => document.getAnimations().filter(({ effect, playState }) =>
  playState === "running" && effect.getComputedTiming().duration > 1)
  .map(({ effect }) => "moves: " + effect.target.outerHTML.slice(0, 200))"""
"""What still moves for who has asked for stillness, charts too."""
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 21, 28)"}
"""The page's background in each theme (.streamlit/config.toml)."""
SAID = "[data-testid=stMain] :is(h1, h2, h3, summary, [data-testid=stWidgetLabel])"


def findings(page: Page) -> list[str]:
    """What axe finds serious or critical: rule, element, its HTML, and how to mend it."""
    page.evaluate(AXE)  # an evaluation is not bound by the page's own policy
    return ["\n  ".join(found) for found in page.evaluate(RUN, RULES)]


def in_theme(page: Page, theme: str) -> None:
    """Let the device ask for the other theme, and wait until the page has it."""
    page.emulate_media(color_scheme=theme)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[theme])
    settle(page)


def narrow(page: Page, width: int) -> list[str]:
    """What does not fit a window of this width, once the page has settled in it."""
    page.set_viewport_size({"width": width, "height": 844})
    try:
        page.wait_for_function(f"() => innerWidth === {width} && !({BEYOND})().length")
    except TimeoutError:
        return [f"{width}: {each}" for each in page.evaluate(BEYOND)]
    return []


def settle(page: Page) -> None:
    """The script has stopped, every picture is drawn, and the frame has its roles."""
    page.wait_for_selector(IDLE)
    page.wait_for_selector("[data-testid=stSidebarNavItems][role=none]")
    for stepper in page.get_by_test_id("stepper").all():
        expect(stepper).to_have_attribute("data-places", re.compile("."))
    for chart in page.get_by_test_id("stPlotlyChart").all():
        expect(chart.locator(".main-svg").first).to_be_visible()
    for editor in page.get_by_test_id("keypoints").all():
        expect(editor).to_have_attribute("data-joint", re.compile("."))


def unfold(page: Page) -> None:
    """Open all that is folded; some of it is made only then."""
    closed = page.locator("[data-testid=stExpander] details:not([open]) > summary")
    for _ in range(30):
        if not closed.count():
            break
        closed.first.click()
        page.wait_for_selector(IDLE)
    for summary in page.locator("[data-testid=stepper] details:not([open]) > summary").all():
        summary.click()
    settle(page)


@pytest.fixture(scope="module")
def guest(browser: Browser) -> Iterator[Page]:
    """One page for all visits: what it has loaded once is not loaded again."""
    context = browser.new_context(has_touch=True, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=20_000)


def visit(page: Page, url: str, theme: str = "light") -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.goto(url)
    settle(page)


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_serious(guest: Page, app_server: str, address: str):
    visit(guest, f"{app_server}/{address}?lang=en")
    expect(guest.locator("html")).to_have_attribute("lang", "en")
    found = findings(guest)
    in_theme(guest, "dark")
    found += findings(guest)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("address", ADDRESSES)
def test_unfolded_it_is_read_by_all_and_fits_at_twice_the_size(
    guest: Page, app_server: str, address: str
):
    """In Chinese, with all open: axe, words for pictures, 200 % zoom of 1280, and a phone."""
    visit(guest, f"{app_server}/{address}?lang=zh&mode=watch", "dark")
    expect(guest.locator("html")).to_have_attribute("lang", "zh")
    unfold(guest)
    found = findings(guest) + guest.evaluate(MUTE) + guest.evaluate(MOVING)
    in_theme(guest, "light")
    found += findings(guest)
    said = sayings(guest)
    found += narrow(guest, 640)
    found += [f"not said at 640 px: {text}" for text in said - sayings(guest)]
    found += narrow(guest, 390)
    assert not found, "\n" + "\n".join(found)


def sayings(page: Page) -> set[str]:
    """The headings and labels of the page, without the names of their signs."""
    return {text.split("\n")[-1] for text in page.locator(SAID).all_inner_texts()}


def focused(page: Page) -> str:
    """The name of what has the focus, inside the components too."""
    return page.evaluate(
        "() => { let e = document.activeElement; while (e.shadowRoot?.activeElement)"
        " e = e.shadowRoot.activeElement;"
        " return e.getAttribute('aria-label') || e.textContent.trim() }"
    )


def ringed(element: Locator) -> bool:
    return element.evaluate("e => getComputedStyle(e).outlineStyle === 'solid'")


def small(root: Locator) -> list[str]:
    """Targets in a component under 24 x 24 pixels."""
    return root.evaluate(
        """root => [...root.querySelectorAll("button, input, select, summary, .hit")]
        .filter(e => { const { width, height } = e.getBoundingClientRect();
          return width && Math.min(width, height) < 24 }).map(e => e.outerHTML)"""
    )


def test_the_stepper_by_keys_alone(guest: Page, app_server: str):
    visit(guest, f"{app_server}/windows?mode=watch&lang=en")
    stepper = guest.get_by_test_id("stepper")
    assert not small(stepper)
    stepper.focus()
    guest.keyboard.press("Shift+Tab")  # by keys, as the ring is for who comes by keys
    guest.keyboard.press("Tab")
    assert ringed(stepper)
    expect(stepper.get_by_text("Arrow keys go step by step")).to_be_visible()
    for _ in range(6):
        guest.keyboard.press("Shift+ArrowRight")
    expect(stepper.locator(".tip")).to_contain_text("row 1, column 1: 7")
    expect(stepper).to_have_attribute("data-lit", "output:0")
    guest.keyboard.press("Enter")
    expect(stepper).to_have_attribute("data-pinned", "input:5")
    guest.keyboard.press("Escape")
    expect(stepper).to_have_attribute("data-pinned", "")
    for cell in ("row 0, column 0", "row 1, column 1"):  # back from the first: the output's last
        guest.keyboard.press("Shift+ArrowLeft")
        expect(stepper.locator(".tip")).to_contain_text(cell)
    guest.keyboard.press("Escape")
    expect(stepper.locator(".tip")).to_be_hidden()
    way = []
    for _ in range(9):
        guest.keyboard.press("Tab")
        way.append(focused(guest))
    buttons = ["First step", "Previous step", "Play", "Next step", "Last step"]
    assert way == [*buttons, "Step", "Speed", "Loop", "The numbers as tables"]
    assert ringed(stepper.locator("summary"))
    guest.keyboard.press("Enter")
    expect(stepper.locator("table").first).to_be_visible()


def test_the_pose_editor_by_keys_and_by_taps(guest: Page, app_server: str):
    visit(guest, f"{app_server}/oks?mode=watch&lang=en")
    editor = guest.get_by_test_id("keypoints")
    assert not small(editor)
    editor.get_by_role("button", name="Zoom to the selected joint").focus()
    guest.keyboard.press("Tab")
    assert focused(guest) == "nose"
    dot = editor.locator("[data-joint='0'] .dot")
    assert dot.evaluate("e => getComputedStyle(e).strokeWidth") == "4px", "the ring of focus"
    before = editor.get_attribute("data-oks") or ""
    guest.keyboard.press("ArrowLeft")
    expect(editor).not_to_have_attribute("data-oks", before)
    guest.keyboard.press("Tab")
    assert focused(guest) == "left eye"
    before = editor.get_attribute("data-oks") or ""
    editor.get_by_role("button", name="Move the selected joint up").tap()
    expect(editor).not_to_have_attribute("data-oks", before)
    assert editor.evaluate("e => e.getAnimations({ subtree: true }).length") == 0, "nothing moves"
