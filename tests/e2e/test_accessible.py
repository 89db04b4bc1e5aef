"""Everyone can use it: the way of the Tab key, the ring of focus, the size of a target.

What axe-core and a narrow window say of each page: test_every_page.py and its siblings.
"""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Guest


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


def test_the_stepper_by_keys_alone(guest: Guest):
    page = guest.visit("windows?mode=watch&lang=en")
    stepper = page.get_by_test_id("stepper")
    assert not small(stepper)
    stepper.focus()
    page.keyboard.press("Shift+Tab")  # by keys, as the ring is for who comes by keys
    page.keyboard.press("Tab")
    expect(stepper).to_be_focused()
    expect(stepper).to_have_css("outline-style", "solid")
    expect(stepper.get_by_text("Arrow keys go step by step")).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    expect(stepper.locator(".tip")).to_contain_text("row 1, column 1: 7")
    expect(stepper).to_have_attribute("data-lit", "output:0")
    page.keyboard.press("Enter")
    expect(stepper).to_have_attribute("data-pinned", "input:5")
    page.keyboard.press("Escape")
    expect(stepper).to_have_attribute("data-pinned", "")
    for cell in ("row 0, column 0", "row 1, column 1"):  # back from the first: the output's last
        page.keyboard.press("Shift+ArrowLeft")
        expect(stepper.locator(".tip")).to_contain_text(cell)
    page.keyboard.press("Escape")
    expect(stepper.locator(".tip")).to_be_hidden()
    way = []
    for _ in range(9):
        page.keyboard.press("Tab")
        way.append(focused(page))
    buttons = ["First step", "Previous step", "Play", "Next step", "Last step"]
    assert way == [*buttons, "Step", "Speed", "Loop", "The numbers as tables"]
    assert ringed(stepper.locator("summary"))
    page.keyboard.press("Enter")
    expect(stepper.locator("table").first).to_be_visible()


def test_the_pose_editor_by_keys_and_by_taps(guest: Guest):
    page = guest.visit("oks?mode=watch&lang=en")
    editor = page.get_by_test_id("keypoints")
    assert not small(editor)
    editor.get_by_role("button", name="Zoom to the selected joint").focus()
    page.keyboard.press("Tab")
    assert focused(page) == "nose"
    dot = editor.locator("[data-joint='0'] .dot")
    assert dot.evaluate("e => getComputedStyle(e).strokeWidth") == "4px", "the ring of focus"
    before = editor.get_attribute("data-oks") or ""
    page.keyboard.press("ArrowLeft")
    expect(editor).not_to_have_attribute("data-oks", before)
    page.keyboard.press("Tab")
    assert focused(page) == "left eye"
    before = editor.get_attribute("data-oks") or ""
    editor.get_by_role("button", name="Move the selected joint up").tap()
    expect(editor).not_to_have_attribute("data-oks", before)
    assert editor.evaluate("e => e.getAnimations({ subtree: true }).length") == 0, "nothing moves"
