"""What a browser can tell of WCAG 2.2 AA: axe-core's rules, and what no rule of axe asks.

Words and numbers for every picture, stillness for who asks for it, 200 % zoom, and a phone.
"""

from importlib.resources import files

from playwright.sync_api import Page, TimeoutError

from tests.e2e.conftest import IDLE, settle

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""What a theme can change."""
RUN = """async ([type, values]) => {
  const { violations } = await axe.run({
    runOnly: { type, values }, resultTypes: ["violations"], preload: false,
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
    ...all("main img, [data-testid=stMain] img")
      .filter(e => !named(e) && !e.closest("a")?.innerText),
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
SAID = "[data-testid=stMain] :is(h1, h2, h3, summary, [data-testid=stWidgetLabel])"


def findings(page: Page, colours: bool = False) -> list[str]:
    """What axe finds serious or critical: rule, element, its HTML, and how to mend it.

    ``colours``: those rules alone, where the others have been asked in another theme.
    """
    page.evaluate(AXE)  # an evaluation is not bound by the page's own policy
    asked = ["rule", COLOURS] if colours else ["tag", RULES]
    return ["\n  ".join(found) for found in page.evaluate(RUN, asked)]


def narrow(page: Page, width: int) -> list[str]:
    """What does not fit a window of this width, once the page has settled in it."""
    page.set_viewport_size({"width": width, "height": 844})
    try:
        page.wait_for_function(f"() => innerWidth === {width} && !({BEYOND})().length")
    except TimeoutError:
        return [f"{width}: {each}" for each in page.evaluate(BEYOND)]
    return []


def unfold(page: Page) -> None:
    """Open all that is folded; some of it is made only then."""
    closed = page.locator("[data-testid=stExpander] details:not([open]) > summary")
    for _ in range(30):
        if not closed.count():
            break
        closed.evaluate_all("all => all.forEach(each => each.click())")
        page.wait_for_selector(IDLE)
    tables = page.locator("[data-testid=stepper] details:not([open]) > summary")
    tables.evaluate_all("all => all.forEach(each => each.click())")  # several pictures on a page
    settle(page)


def sayings(page: Page) -> set[str]:
    """The headings and labels of the page, without the names of their signs."""
    return {text.split("\n")[-1] for text in page.locator(SAID).all_inner_texts()}
