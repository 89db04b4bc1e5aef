"""/coco-eval in a real browser: a good pair is evaluated, a bad file is answered."""

import json
import re

from playwright.sync_api import Page, expect

from tests.e2e.test_oks import visit
from tests.e2e.test_windows import IDLE

PERSON = {
    "id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "num_keypoints": 17,
    "area": 10_000.0, "bbox": [0, 0, 100, 100], "keypoints": [10, 20, 2] * 17,
}  # fmt: skip
TRUTH = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": [PERSON]}
FOUND = {"image_id": 1, "category_id": 1, "keypoints": [10, 20, 1] * 17, "score": 0.9}


def file(data: object, name: str) -> dict:
    return {"name": name, "mimeType": "application/json", "buffer": json.dumps(data).encode()}


def test_uploads_good_and_bad(page: Page, app_server: str):
    visit(page, f"{app_server}/coco-eval?mode=watch")
    page.get_by_text("More", exact=True).click()
    page.wait_for_selector(IDLE)
    page.get_by_text("Annotations (ground truth)").wait_for()
    uploaders = page.locator("input[type=file]")
    # Over 5 MB: this page alone takes it.
    uploaders.nth(0).set_input_files(file({**TRUTH, "info": "x" * 6_000_000}, "gt.json"))
    uploaders.nth(1).set_input_files(file([FOUND], "dt.json"))
    expect(page.get_by_text("nobody counts here").first).to_be_visible(timeout=20_000)
    page.wait_for_selector(IDLE)
    page.get_by_role("button", name="Remove dt.json").or_(
        page.get_by_test_id("stFileUploaderDeleteBtn").nth(1).locator("button")
    ).first.click()
    expect(page.get_by_text("The other file is needed too").first).to_be_visible()
    page.wait_for_selector(IDLE)
    uploaders.nth(1).set_input_files(file([{**FOUND, "score": "high"}], "bad.json"))
    said = page.locator("[data-testid=stAlertContentInfo]", has_text="results[0]")
    expect(said).to_be_visible()
    expect(page.get_by_text("nobody counts here").first).to_be_visible()


def test_a_control_beside_the_picture_moves_all_that_depends_on_it(page: Page, app_server: str):
    """It stands in the picture's part of the page; the table and the charts are outside of it."""
    visit(page, f"{app_server}/coco-eval?mode=watch")
    row = page.get_by_text("reaches the threshold 0.5.", exact=False).first
    expect(row).to_be_visible()
    threshold = page.get_by_role("combobox", name="OKS threshold")
    threshold.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a list closes where the page still scrolls under it
    threshold.click()
    page.get_by_role("option", name="0.95").click()
    expect(page.get_by_text("is below the threshold 0.95", exact=False).first).to_be_visible()
    expect(page).to_have_url(re.compile("threshold=0.95"))
