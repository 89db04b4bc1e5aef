"""Everyone can use it: WCAG 2.2 AA, as far as a browser can tell.

axe-core reads every page, in both languages and both themes, with all that is folded open. What no
rule of axe asks is asked below: the way of the Tab key, the ring of focus, the size of a target,
words and numbers for every picture, stillness for who asks for it, and 200 % zoom.
"""

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_every_page import ADDRESSES, IDLE

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
STREAMLITS: dict[str, tuple[str, ...]] = {}
"""Rule: the parts of Streamlit that it finds and that no page can change."""


def findings(page: Page) -> list[str]:
    """What axe finds serious or critical: rule, element, its HTML, and how to mend it."""
    page.evaluate(AXE)  # an evaluation is not bound by the page's own policy
    return [
        "\n  ".join(found)
        for found in page.evaluate(RUN, RULES)
        if not any(part in f"{found[1]} {found[2]}" for part in STREAMLITS.get(found[0], ()))
    ]


def settle(page: Page) -> None:
    """The script has stopped, every picture is drawn, and the frame has its roles."""
    page.wait_for_selector(IDLE, timeout=60_000)
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
        page.wait_for_selector(IDLE, timeout=60_000)
    for summary in page.locator("[data-testid=stepper] details:not([open]) > summary").all():
        summary.click()
    settle(page)


@pytest.fixture(scope="module")
def guest(browser: Browser) -> Iterator[Page]:
    """One page for all visits: what it has loaded once is not loaded again."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), ("dark", "zh")])
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_serious(
    guest: Page, app_server: str, address: str, theme: str, lang: str
):
    guest.emulate_media(color_scheme=theme)
    guest.goto(f"{app_server}/{address}?lang={lang}")
    settle(guest)
    expect(guest.locator("html")).to_have_attribute("lang", lang)
    if lang == "zh":
        unfold(guest)
    found = findings(guest)
    assert not found, "\n" + "\n".join(found)
