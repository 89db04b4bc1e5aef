"""What is done to Streamlit's classes, and that the installed release is what it is done to."""

import asyncio
import inspect
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import config, string_util
from streamlit.cursor import Cursor, RunningCursor
from streamlit.delta_generator import DeltaGenerator
from streamlit.emojis import ALL_EMOJIS
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import (
    Runtime,
    app_session,
    backend_operation_handler,
    websocket_session_manager,
)
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.scriptrunner import ScriptRunContext
from streamlit.testing.v1 import AppTest

from poolviz.ui import streamlit_patches
from poolviz.ui.streamlit_patches import (
    BATCH,
    answer_kindly,
    begins_plainly,
    copy_the_stack_once,
    look_for_emoji_where_one_can_be,
    ours,
    say_of_a_file,
    wake_once_a_batch,
    watch_no_files,
    write_the_theme_once,
)


class Loop:
    """Stands for the server's loop: notes who wakes it, and does what it was told when asked."""

    def __init__(self) -> None:
        self.woken, self.later, self.failed = 0, [], []

    def call_soon_threadsafe(self, callback: Any) -> None:
        self.woken += 1
        callback()

    def call_later(self, seconds: float, callback: Any, *args: Any) -> None:
        assert seconds == BATCH
        self.later.append((callback, args))

    def call_exception_handler(self, failure: dict[str, Any]) -> None:
        self.failed.append(failure["exception"])

    def run(self) -> None:
        due, self.later = self.later, []
        for callback, args in due:
            callback(*args)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stands for a session, with a loop that can be looked at; ``hand`` is what is patched."""
    monkeypatch.setattr(AppSession, "_call_soon_on_event_loop", AppSession._call_soon_on_event_loop)
    wake_once_a_batch()
    session = SimpleNamespace(_event_loop=Loop(), sent=0)

    def sender_woken() -> None:
        session.sent += 1

    session._message_enqueued_callback = sender_woken
    session.hand = lambda callback: AppSession._call_soon_on_event_loop(
        session,  # type: ignore[arg-type]
        callback,
    )
    return session


def test_the_loop_and_its_sender_are_woken_once_for_all_that_waits(session: Any):
    order: list[int] = []
    for n in range(5):
        session.hand(
            lambda n=n: (order.append(n), session._message_enqueued_callback or order.append(n))
        )
    assert (session._event_loop.woken, order) == (1, [])
    session._event_loop.run()
    assert order == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], "in order; the sender not woken from within"
    assert session.sent == 1
    session.hand(lambda: order.append(5))
    session._event_loop.run()
    assert (session._event_loop.woken, order[-1], session.sent) == (2, 5, 2)


def test_a_message_that_fails_takes_no_other_along(session: Any):
    done: list[str] = []
    session.hand(lambda: 1 // 0)
    session.hand(lambda: done.append("next"))
    session._event_loop.run()
    assert done == ["next"]
    assert [type(error) for error in session._event_loop.failed] == [ZeroDivisionError]
    assert session.sent == 1


def test_streamlit_hands_each_message_to_the_loop_and_wakes_the_sender_for_it():
    """What ``wake_once_a_batch`` replaces: where a release batches itself, it can go."""
    handed = inspect.getsource(AppSession._on_scriptrunner_event)
    assert "self._call_soon_on_event_loop(" in handed
    assert list(inspect.signature(AppSession._call_soon_on_event_loop).parameters) == [
        "self",
        "callback",
    ]
    queued = inspect.getsource(AppSession._enqueue_forward_msg)
    assert "if self._message_enqueued_callback:\n" in queued
    assert "call_soon_threadsafe" in inspect.getsource(Runtime._enqueued_some_message)
    assert "self._event_loop = " in inspect.getsource(AppSession.__init__)


def test_patching_twice_is_patching_once(monkeypatch: pytest.MonkeyPatch):
    for owner, name in (
        (AppSession, "_call_soon_on_event_loop"),
        (AppSession, "register_file_watchers"),
        (DeferredFileHandler, "handle"),
        (app_session, "_populate_theme_msg"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    streamlit_patches.patch_streamlit()
    once = AppSession._call_soon_on_event_loop, DeferredFileHandler.handle
    streamlit_patches.patch_streamlit()
    assert (AppSession._call_soon_on_event_loop, DeferredFileHandler.handle) == once


def test_who_comes_back_makes_the_server_watch_no_files(monkeypatch: pytest.MonkeyPatch):
    """Streamlit calls it for a session that is resumed, whatever ``fileWatcherType`` says."""
    assert "existing_session.register_file_watchers()" in inspect.getsource(
        websocket_session_manager
    ), "no longer called: watch_no_files can go"
    monkeypatch.setattr(AppSession, "register_file_watchers", AppSession.register_file_watchers)
    streamlits = AppSession.register_file_watchers
    monkeypatch.setattr(config, "get_option", lambda _name: "auto")  # while one changes code
    watch_no_files()
    assert AppSession.register_file_watchers is streamlits
    monkeypatch.undo()
    monkeypatch.setattr(AppSession, "register_file_watchers", streamlits)
    watch_no_files()
    session = SimpleNamespace(_local_sources_watcher=None)
    AppSession.register_file_watchers(session)  # type: ignore[arg-type]
    assert session._local_sources_watcher is None


def test_a_theme_is_what_streamlit_writes_read_once(monkeypatch: pytest.MonkeyPatch):
    streamlits = app_session._populate_theme_msg
    monkeypatch.setattr(app_session, "_populate_theme_msg", streamlits)
    assert "_populate_theme_msg(" in inspect.getsource(AppSession._create_new_session_message)
    write_the_theme_once()

    def whole() -> CustomThemeConfig:
        theme = CustomThemeConfig()
        app_session._populate_theme_msg(theme)
        for part, section in ((theme.light, "light"), (theme.sidebar, "sidebar"),
                              (theme.dark.sidebar, "dark.sidebar")):  # fmt: skip
            app_session._populate_theme_msg(part, f"theme.{section}")
        return theme

    ours = whole()
    assert ours.light.text_color == config.get_option("theme.light.textColor") != ""
    assert not ours.HasField("sidebar"), "the project says nothing of it"
    monkeypatch.setattr(config, "get_options_for_section", lambda _section: 1 // 0)
    assert whole() == ours, "read once"
    monkeypatch.undo()
    assert whole() == ours, "as Streamlit has it"


def stack(deep: int) -> tuple[DeltaGenerator, ...]:
    """Containers in each other, as a run has them."""
    containers: list[DeltaGenerator] = []
    for level in range(deep):
        place = RunningCursor(0, (level,) * level)
        parent = containers[-1] if containers else None
        containers.append(DeltaGenerator(0, place, parent, "column"))
    return tuple(containers)


def made_by_copying(deep: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many containers are made where so many are copied."""
    made, begin = [], DeltaGenerator.__init__
    containers = stack(deep)

    def counted(self: DeltaGenerator, *args: Any, **given: Any) -> None:
        made.append(self)
        begin(self, *args, **given)

    with monkeypatch.context() as patched:
        patched.setattr(DeltaGenerator, "__init__", counted)
        deepcopy(containers)
    return len(made)


def test_a_stack_is_copied_once_and_stands_apart(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(DeltaGenerator, "__deepcopy__", DeltaGenerator.__deepcopy__)
    monkeypatch.setattr(Cursor, "__deepcopy__", None, raising=False)
    copy_the_stack_once()
    assert made_by_copying(5, monkeypatch) == 5
    containers = stack(3)
    copied = deepcopy(containers)
    assert [each._get_delta_path_str() for each in copied] == [
        each._get_delta_path_str() for each in containers
    ]
    assert copied[2]._parent is copied[1]
    copied[1]._cursor.lock_element()
    assert (copied[1]._cursor.index, containers[1]._cursor.index) == (1, 0)
    assert copied[1]._cursor._transient_elements is not containers[1]._cursor._transient_elements


def test_streamlit_copies_all_around_a_container_with_it(monkeypatch: pytest.MonkeyPatch):
    if ours(DeltaGenerator.__deepcopy__):
        source = inspect.getsource(sys.modules[DeltaGenerator.__module__])
        assert "parent=deepcopy(self._parent)," in source
    else:
        assert made_by_copying(5, monkeypatch) == 15


def test_a_label_is_held_against_all_emoji_only_where_one_can_be(monkeypatch: pytest.MonkeyPatch):
    searched = []

    def search(text: str) -> tuple[str, str]:
        searched.append(text)
        return text[:1], text[2:]

    monkeypatch.setattr(string_util, "extract_leading_emoji", search)
    look_for_emoji_where_one_can_be()
    assert string_util.extract_leading_icon("−3.5") == ("", "−3.5")
    assert string_util.extract_leading_icon("平均") == ("", "平均")
    assert not searched
    assert string_util.extract_leading_icon("🚨 alarm") == ("🚨", "alarm")
    assert searched == ["🚨 alarm"]
    assert not [emoji for emoji in ALL_EMOJIS if begins_plainly(emoji)]


def test_who_asks_for_a_file_reads_what_was_said_of_it(monkeypatch: pytest.MonkeyPatch):
    """A thread of Streamlit's own makes the file; test_mishap.py asks a real server for one."""
    monkeypatch.setattr(DeferredFileHandler, "handle", DeferredFileHandler.handle)
    answer_kindly()

    def fails(_file: str) -> str:
        say_of_a_file("not today")
        raise ValueError

    def answered(make: Any) -> BackendOperationResponse:
        files = SimpleNamespace(execute_deferred=make)
        request = SimpleNamespace(deferred_file=SimpleNamespace(file_id="a"), request_id="r")
        handler = DeferredFileHandler(lambda: files)  # type: ignore[arg-type, return-value]
        with ThreadPoolExecutor(1) as own:  # a browser test may have left a loop in this thread
            return own.submit(lambda: asyncio.run(handler.handle(request, "s"))).result()  # type: ignore[arg-type]

    assert answered(fails).error_msg == "not today"
    assert answered(lambda _file: "a.csv").deferred_file.url == "a.csv"
    assert answered(lambda _file: 1 // 0).error_msg == STREAMLITS_SENTENCE


STREAMLITS_SENTENCE = "Failed to generate file for download"


def test_streamlit_answers_every_file_that_fails_with_one_sentence():
    """Else ``answer_kindly`` can go."""
    source = inspect.getsource(backend_operation_handler.DeferredFileHandler)
    assert f'error_msg="{STREAMLITS_SENTENCE}"' in source
    assert "asyncio.to_thread(" in source, "a thread in a copy of the context"


def test_the_page_has_a_fragment_that_repeats_once_a_day(monkeypatch: pytest.MonkeyPatch):
    """What a browser that lost its server needs, to run the page with the next one."""
    intervals: list[float] = []
    streamlits = ScriptRunContext.enqueue

    def enqueue(self: ScriptRunContext, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "auto_rerun":
            intervals.append(message.auto_rerun.interval)
        streamlits(self, message)

    def page() -> None:
        from poolviz.ui.streamlit_patches import run_when_connected_again

        run_when_connected_again()

    monkeypatch.setattr(ScriptRunContext, "enqueue", enqueue)
    assert not AppTest.from_function(page).run().exception
    assert intervals == [24 * 60 * 60]


def test_a_run_knows_whether_back_began_it(monkeypatch: pytest.MonkeyPatch):
    """Else ``share`` could not tell Back from an address that comes late."""
    assert not ScriptRunContext.is_history_navigation, "that it is there, and the default"
    assert not streamlit_patches.went_back(), "no run at all"
    for went in (False, True):
        context = SimpleNamespace(is_history_navigation=went)
        monkeypatch.setattr(
            streamlit_patches, "get_script_run_ctx", lambda context=context, **_how: context
        )
        assert streamlit_patches.went_back() is went
