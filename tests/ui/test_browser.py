"""What a message to the browser holds of a component: its script by address alone."""

import shutil
from pathlib import Path

import pytest
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.runtime import Runtime
from streamlit.testing.v1 import AppTest

from poolviz.ui import browser
from poolviz.ui.browser import Scripts

CODE = "export default function () {}\n"


def mounted() -> None:
    import streamlit as st

    from poolviz.ui.browser import component
    from poolviz.ui.streamlit_patches import get_bidi_component_manager

    mount = component("test", html="<p>\n</p>", css="p {\n}", js="export default function () {}\n")
    mount(key="one", data={"n": 1})
    st.text(str(get_bidi_component_manager().get_component_path("poolviz.test")))


def test_a_message_says_where_the_script_is_and_the_file_there_is_the_script():
    for _server in range(2):  # the second test server of this process knows nothing of the first
        at = AppTest.from_function(mounted).run()
        assert not at.exception
        proto = at.get("bidi_component")[0].proto
        assert (proto.component_name, proto.js_content) == ("poolviz.test", "")
        assert (Path(at.text[0].value) / proto.js_source_path).read_text() == CODE


def test_where_nothing_can_be_written_the_text_is_sent(monkeypatch: pytest.MonkeyPatch):
    def full(*_args: object, **_named: object) -> str:
        raise OSError("no space left on device")

    monkeypatch.setattr(browser, "mkdtemp", full)
    monkeypatch.setattr(browser, "SCRIPTS", Scripts())
    at = AppTest.from_function(mounted).run()
    assert not at.exception
    proto = at.get("bidi_component")[0].proto
    assert (proto.js_content, proto.js_source_path) == (CODE, "")


def test_another_text_is_another_address():
    scripts = Scripts()
    one, other = scripts.put("a", "1"), scripts.put("a", "2")
    assert one != other
    assert one == scripts.put("a", "1")
    assert (one.read_text(), other.read_text()) == ("1", "2")


def test_a_script_that_was_tidied_away_is_written_again():
    scripts = Scripts()
    file = scripts.put("a", "1")
    file.unlink()
    assert scripts.put("a", "1").read_text() == "1"
    shutil.rmtree(file.parent)
    again = scripts.put("a", "1")
    assert again.read_text() == "1"


def test_a_folder_that_somebody_else_put_there_is_not_served():
    scripts = Scripts()
    file = scripts.put("a", "1")
    file.parent.rename(file.parent.with_name(file.parent.name + "-gone"))
    file.parent.mkdir()
    file.write_text("theirs")
    assert scripts.put("a", "1").read_text() == "1"
    shutil.rmtree(file.parent)


def test_only_its_owner_can_write_to_the_folder():
    assert Scripts().put("a", "1").parent.stat().st_mode & 0o077 == 0


def test_without_a_server_there_is_no_address():
    assert not Runtime.exists()
    assert get_bidi_component_manager().get_component_asset_root("poolviz.test") is None
    assert not browser.serve_script("poolviz.test", Path("a.js"))
