"""/context in a browser: a net learns before the class, can be stopped, and others are told."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import settle


def steps(page: Page) -> int:
    told = page.get_by_test_id("stProgress").inner_text()
    return int(re.match(r"\s*(\d+) of 1200", told)[1])


def test_a_training_goes_on_can_be_stopped_and_is_one_at_a_time(
    new_page: Callable[..., Page], app_server: str
):
    page, other = new_page(), new_page()
    for each in (page, other):
        each.goto(f"{app_server}/context?mode=watch")
        settle(each)
    go = page.get_by_role("button", name="Train", exact=True)
    go.click()
    expect(page.get_by_test_id("stProgress")).to_contain_text(re.compile(r"^\s*[1-9]\d+ of 1200"))
    other.get_by_role("button", name="Train", exact=True).click()
    expect(other.get_by_text("Another training goes on here just now")).to_be_visible()
    page.get_by_test_id("stMain").get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    settle(page)
    done = steps(page)
    assert 0 < done < 1200
    picture = page.get_by_test_id("stepper").nth(1)
    expect(picture).to_have_attribute("data-step", str(done // 40))  # the newest is shown
    expect(page).to_have_url(re.compile(f"trained={done}"))
    page.wait_for_timeout(500)
    assert steps(page) == done
    other.get_by_role("button", name="Train", exact=True).click()
    expect(other.get_by_test_id("stProgress")).to_contain_text(re.compile(r"^\s*[1-9]\d+ of 1200"))
    other.get_by_test_id("stMain").get_by_role("button", name="Pause", exact=True).click()
    expect(other.get_by_role("button", name="Go on")).to_be_visible()
