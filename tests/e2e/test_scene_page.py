"""A scene as a page of its own: it plays by itself, from a file, and asks nobody."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from poolviz.figures.played import scene_page
from tests.e2e.stepper_harness import scenes


def load(page: Page, folder: Path, html: str) -> list[str]:
    """Open the page from a file; what it asks for, and what it complains of."""
    file = folder / "scene.html"
    file.write_text(html, "utf-8")
    noted: list[str] = []
    page.on("request", lambda request: noted.append(request.url))
    page.on("console", lambda message: noted.append(message.text))
    page.on("pageerror", lambda error: noted.append(str(error)))
    page.goto(file.as_uri())
    expect(page.get_by_test_id("stepper")).to_have_attribute("data-steps", r"4")
    return noted[1:]


def test_it_plays_by_itself_and_asks_nobody(page: Page, tmp_path: Path) -> None:
    noted = load(page, tmp_path, scene_page(scenes()["select"]))
    stepper = page.get_by_test_id("stepper")
    page.get_by_role("combobox", name="Speed").select_option("20 a second")
    page.keyboard.press("Space")
    expect(stepper).to_have_attribute("data-step", "3")
    expect(stepper).to_have_attribute("data-playing", "false")
    expect(stepper.get_by_text("max(5, 3, 1, 8) = 8")).to_be_visible()
    assert noted == []


def test_what_a_person_wrote_is_never_html(page: Page, tmp_path: Path) -> None:
    said = "</script><script>document.title = 1</script><img src=x onerror=alert(1)>&amp;"
    scene = replace(scenes()["select"], title=said, narration=(said,) * 4)
    noted = load(page, tmp_path, scene_page(scene))
    assert page.title() == said
    expect(page.get_by_test_id("stepper").locator("p")).to_have_text(said)
    assert page.locator("img").count() == 0
    assert noted == []


@pytest.mark.parametrize("step", [-1, 4])
def test_a_step_that_does_not_exist(step: int) -> None:
    with pytest.raises(ValueError, match=r"step must be in \[0, 3\], got"):
        scene_page(scenes()["select"], step)
