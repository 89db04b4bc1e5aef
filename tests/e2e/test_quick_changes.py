"""Ten changes in a few seconds: control, link, picture and words end in one state, the last one."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import IDLE

NUMBERS = [
    ("windows", "Stride", "stride", 2),
    ("gradients", "Stride", "stride", 2),
    ("unpooling", "Kernel size", "kernel_size", 2),
    ("adaptive", "Output size, rows", "output_size", 3),
    ("compare", "Kernel size", "kernel_size", 2),
    ("global", "Maps C", "channels", 512),
    ("sequences", "Cells kept, k", "k", 3),
    ("practise", "Number (seed)", "exercise", 0),
    ("coco-eval", "Seed", "seed", 0),
]
PAUSE = 350  # milliseconds


def settled(page):
    """The page after its last run."""
    page.wait_for_timeout(600)
    page.wait_for_selector(IDLE)
    page.wait_for_timeout(300)
    page.wait_for_selector(IDLE)
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize(("address", "label", "name", "default"), NUMBERS)
def test_a_number_changed_ten_times(page, app_server, address, label, name, default):
    page.goto(f"{app_server}/{address}?mode=watch")
    expect(page.locator("html[data-ready]")).to_have_count(1)
    box = page.get_by_role("spinbutton", name=label, exact=True)
    page.wait_for_selector(IDLE)
    for i in range(10):
        box.press("ArrowUp" if i in (0, 1, 2, 5, 6) else "ArrowDown")
        page.wait_for_timeout(PAUSE)
    box.press("ArrowUp")
    linked = settled(page).get(name, [str(default)])[0]
    shown = float(box.input_value())
    assert float(re.split("[,x]", linked)[0]) == shown
    if address == "windows":
        outputs = (4 - 2) // int(shown) + 1
        heading = page.get_by_role("heading", name=re.compile("Why .* outputs"))
        expect(heading).to_contain_text(str(outputs))
        steps = page.get_by_test_id("stepper").get_attribute("data-steps")
        assert int(steps) == outputs**2


def test_a_joint_and_a_slider_moved_ten_times(page, app_server):
    page.goto(f"{app_server}/oks?mode=watch")
    expect(page.locator("html[data-ready]")).to_have_count(1)
    joint = page.locator("g[data-joint='9']")
    slider = page.get_by_role("slider", name=re.compile("Scale"))
    page.wait_for_selector(IDLE)
    for _ in range(5):
        joint.press("ArrowRight")
        page.wait_for_timeout(PAUSE)
        slider.press("ArrowRight")
        page.wait_for_timeout(PAUSE)
    settled(page)
    told = page.get_by_test_id("keypoints").inner_text()
    oks = re.search(r"OKS\s+(\.\d+)", told)[1]
    formula = page.locator(".katex annotation").filter(has_text="OKS").first.text_content()
    assert oks.rstrip("0") in formula
    before = page.url
    page.reload()
    expect(page.get_by_test_id("keypoints")).to_contain_text(oks)
    assert page.url == before


def test_a_search_typed_quickly(page, app_server):
    page.goto(f"{app_server}/glossary")
    box = page.get_by_role("textbox")
    for word in ("pad", "stride", "pool", "max", "keypoint"):
        box.fill(word)
        box.press("Enter")
        page.wait_for_timeout(PAUSE)
    assert settled(page)["search"] == ["keypoint"]
    expect(box).to_have_value("keypoint")
    rows = page.locator("[data-testid=stMarkdownContainer] tbody tr, [data-testid=stTable] tr")
    expect(rows.filter(has_text="keypoint").first).to_be_visible()
    assert rows.filter(has_text="max unpooling").count() == 0
