"""/oks in a real browser: joints moved by mouse, finger and keys; one OKS on both sides."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_windows import IDLE

ROOT = Path(__file__).resolve().parents[2]
CASES = json.loads((ROOT / "tests/golden/oks.json").read_text())["cases"]
WATCH = "/oks?mode=watch"


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(IDLE)


def editor(page: Page) -> Locator:
    """The component, once it shows a value."""
    found = page.get_by_test_id("keypoints")
    expect(found).to_have_attribute("data-oks", re.compile(r"\d"))
    return found


def value(found: Locator) -> float:
    return float(found.get_attribute("data-oks") or "nan")


def centre(found: Locator, joint: int) -> tuple[float, float]:
    box = found.locator(f"[data-joint='{joint}'] .dot").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def python_says(page: Page, oks: float) -> None:
    """The formula that Python wrote ends in this value."""
    formula = page.locator(".katex annotation").filter(has_text="OKS")
    expect(formula).to_contain_text(f"= {oks:.4f}")


@pytest.fixture
def settled(page: Page, app_server: str) -> Locator:
    visit(page, app_server + WATCH)
    return editor(page)


def test_the_javascript_gives_the_values_of_the_vectors(page: Page):
    source = (ROOT / "assets/keypoints/oks.js").read_text("utf-8")
    found = page.evaluate(f"(cases) => {{ {source}; return cases.map(similarityOf) }}", CASES)
    assert len(CASES) > 20
    for case, mine in zip(CASES, found, strict=True):
        assert abs(mine["oks"] - case["oks"]) <= 1e-12, case["name"]
        for a, b in zip(mine["ks"], case["ks"], strict=True):
            assert a is b is None or abs(a - b) <= 1e-12, case["name"]


def test_a_mouse_drags_a_joint_and_nothing_is_sent_until_it_is_let_go(page: Page, app_server: str):
    frames: list[int] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda _: frames.append(1)))
    visit(page, app_server + WATCH)
    found = editor(page)
    before = value(found)
    python_says(page, before)
    page.wait_for_timeout(800)
    x, y = centre(found, 9)
    page.mouse.move(x, y)
    page.mouse.down()
    page.wait_for_timeout(500)
    frames.clear()
    seen = set()
    for i in range(30):
        page.mouse.move(x + 2 * i, y + i)
        seen.add(value(found))
    assert len(seen) >= 25, "the value follows the pointer"
    assert not frames, "bytes crossed the websocket while dragging"
    page.mouse.up()
    after = value(found)
    assert after < before
    python_says(page, after)
    expect(page).to_have_url(re.compile("pose="))
    assert value(found) == after
    assert found.get_attribute("data-joint") == "9"


def test_a_finger_drags_a_joint(new_page: Callable[..., Page], app_server: str):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visit(page, app_server + WATCH)
    found = editor(page)
    found.locator("svg").scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    before = value(found)
    x, y = centre(found, 15)
    touch = page.context.new_cdp_session(page)
    send = touch.send
    send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for i in range(1, 11):
        point = {"x": x + 3 * i, "y": y - 2 * i}
        send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    page.wait_for_timeout(100)
    live = value(found)
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert live < before
    page.wait_for_timeout(100)
    assert value(found) == live
    python_says(page, live)
    assert value(found) == live


def test_arrow_keys_move_a_joint_and_shift_moves_it_further(page: Page, settled: Locator):
    joint = settled.locator("[data-joint='0']")
    joint.focus()

    def place() -> list[float]:
        text = joint.get_attribute("aria-valuetext") or ""
        return [float(n) for n in re.findall(r"-?[\d.]+", text)[:2]]

    x, y = place()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert place() == [pytest.approx(x + 1), pytest.approx(y + 10)]
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert place() == [pytest.approx(x - 4), pytest.approx(y + 10)]
    oks = value(settled)
    python_says(page, oks)
    assert value(settled) == oks
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.dataset.joint") == "0"


def test_a_flag_and_a_chosen_joint_reach_python(page: Page, settled: Locator):
    before = value(settled)
    flag = settled.locator(".flag").first
    flag.click()
    expect(page).to_have_url(re.compile("flags=1222"))
    assert value(settled) == before
    flag.click()
    expect(page).to_have_url(re.compile("flags=0222"))
    python_says(page, value(settled))
    assert value(settled) > before
    settled.get_by_role("button", name="right hip", exact=True).click()
    expect(page.get_by_text("σ of the selected joint: right hip")).to_be_visible()


def test_a_mistake_moves_the_picture(page: Page, settled: Locator):
    before = value(settled)
    page.get_by_role("radio", name="Missed").click()
    expect(page.get_by_text(re.compile("Missed, left wrist: OKS"))).to_be_visible()
    page.wait_for_function(
        "([root, before]) => Number(root.dataset.oks) < before",
        arg=[settled.element_handle(), before],
    )
    python_says(page, value(settled))


def test_the_truth_is_set_by_hand(page: Page, settled: Locator):
    page.get_by_text("Your own skeleton and coordinates").click()
    toggle = page.get_by_role("switch", name="Move the true joints instead")
    # By key: while the folded part opens, the toggle slides away from under a pointer.
    toggle.press("Space")
    expect(settled.locator(".joint.true")).to_have_count(17)
    expect(toggle).to_be_checked()
    settled.locator("[data-joint='9']").press("Shift+ArrowUp")
    expect(page).to_have_url(re.compile("person=own"))
    python_says(page, value(settled))


def test_a_picture_lies_under_the_skeleton_and_is_sent_once(page: Page, app_server: str):
    pictures: list[int] = []

    def received(frame: bytes | str) -> None:
        content = frame if isinstance(frame, bytes) else frame.encode()
        if b"data:image/jpeg;base64," in content:
            pictures.append(len(content))

    page.on("websocket", lambda ws: ws.on("framereceived", received))
    visit(page, app_server + WATCH)
    settled = editor(page)
    page.get_by_text("Your own skeleton and coordinates").click()
    uploader = page.get_by_test_id("stFileUploader").filter(has_text="A picture to lay under it")
    uploader.locator("input").set_input_files(ROOT / "assets/images/cat.png")
    laid = settled.locator("image")
    expect(laid).to_have_attribute("href", re.compile("^data:image/jpeg"))
    python_says(page, value(settled))
    before = value(settled)
    settled.locator("[data-joint='9']").press("Shift+ArrowUp")
    assert value(settled) != before
    python_says(page, value(settled))
    expect(laid).to_have_attribute("href", re.compile("^data:image/jpeg"))
    assert len(pictures) == 1
    uploader.locator("input").set_input_files(
        {"name": "x.png", "mimeType": "image/png", "buffer": b"<svg onload='alert(1)'/>"}
    )
    expect(page.locator("[data-testid=stAlertContentError]").first).to_be_visible()
    expect(laid).to_have_attribute("href", re.compile("^data:image/jpeg"))  # it stays


def test_the_guess_hides_the_value(page: Page, app_server: str):
    visit(page, app_server + "/oks")
    found = page.get_by_test_id("keypoints")
    expect(found.locator(".joint")).to_have_count(17)
    assert found.get_attribute("data-oks") is None
    asked = page.locator(".st-key-question")  # the picture has a button of that name too
    asked.get_by_role("radio", name="left eye", exact=True).click()
    page.get_by_role("button", name="Next question").click()
    asked.get_by_role("radio", name="0.83", exact=True).click()
    editor(page)


def test_zoomed_in_a_crowded_joint_can_be_held(page: Page, settled: Locator):
    def radius() -> float:
        return float(settled.locator(".ring").last.get_attribute("r") or 0)

    settled.locator("[data-joint='1']").focus()
    small = radius()
    settled.get_by_role("button", name="Zoom to the selected joint").click()
    assert radius() > 3 * small
    x, y = centre(settled, 1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 5, steps=4)
    at = centre(settled, 1)
    assert at == (pytest.approx(x + 40, abs=2), pytest.approx(y + 5, abs=2))
    page.mouse.up()
    python_says(page, value(settled))
