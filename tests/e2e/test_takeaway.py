"""Taking away in a real browser: the GIF of a run, a handout, and a state that goes and comes."""

import io
import json
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_windows import drawn, visit


def fetched(page: Page, button: Locator) -> tuple[str, bytes]:
    """The name and the content of the file that a button gives."""
    with page.expect_download() as waited:
        button.click()
    return waited.value.suggested_filename, Path(waited.value.path()).read_bytes()


def test_files_go_and_the_state_comes_back(page: Page, app_server: str):
    visit(page, f"{app_server}/windows?mode=watch&kernel_size=3&stride=1&step=2")
    drawn(page)
    page.get_by_role("button", name="Save", exact=True).click()
    name, data = fetched(page, page.get_by_role("button", name="This step as PNG"))
    assert (name, data[:4]) == ("windows-max-k3-s1-step-3.png", b"\x89PNG")
    page.get_by_role("button", name="Make a GIF of the run").click()
    name, data = fetched(page, page.get_by_role("button", name="The run as GIF"))
    assert name == "windows-max-k3-s1.gif"
    with Image.open(io.BytesIO(data)) as gif:
        assert gif.n_frames == 4
    name, data = fetched(page, page.get_by_role("button", name="Handout: questions"))
    assert (name, data[:4]) == ("windows-max-k3-s1-questions.pdf", b"%PDF")
    page.keyboard.press("Escape")
    page.get_by_text("This state as a link or a file").click()
    name, data = fetched(page, page.get_by_role("button", name="Save this state as JSON"))
    assert name == "windows-state.json"
    held = json.loads(data)
    assert held["link"] | {"variant": "Min"} == {
        "mode": "watch", "kernel_size": "3", "stride": "1", "step": "2", "variant": "Min",
    }  # fmt: skip
    held["link"]["variant"] = "Min"
    file = {"name": name, "mimeType": "application/json", "buffer": json.dumps(held).encode()}
    page.locator("input[type=file][accept*=json]").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_text("The state from the file is on the screen.")).to_be_visible()
    expect(page).to_have_url(re.compile("variant=Min"))
