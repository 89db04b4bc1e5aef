"""The browser's Back undoes what was changed, at once: an address holds the state."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import IDLE


def test_back_undoes_the_last_change_without_waiting(page: Page, app_server: str) -> None:
    page.goto(f"{app_server}/windows")
    page.wait_for_selector(IDLE)
    kernel = page.get_by_role("spinbutton", name="Kernel size")
    expect(kernel).to_have_value("2")
    for size in ("3", "4"):
        kernel.fill(size)
        kernel.press("Enter")
        expect(page).to_have_url(re.compile(f"kernel_size={size}"))
    page.go_back()
    expect(kernel).to_have_value("3")
    expect(page).to_have_url(re.compile("kernel_size=3"))
    page.go_back()
    expect(kernel).to_have_value("2")
    expect(page).not_to_have_url(re.compile("kernel_size"))
    page.go_forward()
    expect(kernel).to_have_value("3")
