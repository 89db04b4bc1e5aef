"""What is done to Streamlit's own classes, and what is used of them that no manual names.

Written for Streamlit 1.67. tests/ui/test_streamlit_patches.py has a test for each thing that is
relied on, which fails when a release changes it and says what can go then.
"""

from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from copy import copy, deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import streamlit as st
from streamlit import config, string_util
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.cursor import Cursor
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.scriptrunner import get_script_run_ctx

Callback = Callable[[], None]


def patch_streamlit() -> None:
    """All of this module that a server does once, before the first visitor; again does nothing."""
    answer_kindly()
    watch_no_files()
    wake_once_a_batch()
    write_the_theme_once()
    copy_the_stack_once()
    look_for_emoji_where_one_can_be()


def ours(method: Any) -> bool:
    """Whether a method of Streamlit's has been replaced by one of this module."""
    return bool(method.__module__ == __name__)


def went_back() -> bool:
    """Whether this run is the browser's Back or Forward: then the address is a person's wish."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


# One wake-up of the server's loop for all messages that wait for it.


def wake_once_a_batch() -> None:
    """Wake the loop once for what came within ``BATCH`` seconds, instead of for each message.

    As 1.67 has it, a run's thread hands each message to the server's loop and wakes it, and the
    loop wakes its sender: two system calls a message, at each of which Python changes the thread,
    sixty times a run.
    """
    if ours(AppSession._call_soon_on_event_loop):
        return
    streamlits = AppSession._call_soon_on_event_loop

    def call_soon(self: AppSession, callback: Callback) -> None:
        batch = vars(self).setdefault(BATCHED, Batch())
        batch.callbacks.append(callback)
        if not batch.due:
            batch.due = True
            streamlits(self, lambda: wait(self, batch))

    def wait(self: AppSession, batch: Batch) -> None:
        self._event_loop.call_later(BATCH, carry_out, self, batch)

    AppSession._call_soon_on_event_loop = call_soon  # type: ignore[method-assign]


BATCH = 0.005
"""Seconds that a message may wait; the sender itself looks every hundredth of a second."""
BATCHED = "_poolviz_batch"
"""The attribute of a session that holds its ``Batch``."""


@dataclass
class Batch:
    """What a session has for the loop; ``due`` while the loop has been woken for it."""

    callbacks: deque[Callback] = field(default_factory=deque)
    due: bool = False


def carry_out(session: AppSession, batch: Batch) -> None:
    """On the loop: everything that waits, in its order; then the sender is woken, once."""
    batch.due = False  # first: what comes from here on wakes the loop again
    wake_sender, session._message_enqueued_callback = session._message_enqueued_callback, None
    try:
        while batch.callbacks:
            try:
                batch.callbacks.popleft()()
            except Exception as error:  # as the loop has it: one that fails takes no other along
                told = {"message": "a message of a run failed", "exception": error}
                session._event_loop.call_exception_handler(told)
    finally:
        session._message_enqueued_callback = wake_sender
        if wake_sender:
            wake_sender()


# The theme, which each run tells the browser again.


def write_the_theme_once() -> None:
    """Read a theme from the settings the first time that it is sent, and copy it from then on.

    As 1.67 has it, each run reads some fifty settings for each of six sections of the theme: a
    twentieth of a step. A server's settings do not change while it runs.
    """
    if ours(app_session._populate_theme_msg):
        return
    streamlits = app_session._populate_theme_msg
    written: dict[str, CustomThemeConfig | None] = {}

    def populate(msg: CustomThemeConfig, section: str = "theme") -> None:
        if section not in written:
            holder = CustomThemeConfig()
            streamlits(holder.light, section)
            written[section] = holder.light if holder.HasField("light") else None
        theme = written[section]
        if theme is not None:  # else merging would say that there is one, and it is empty
            msg.MergeFrom(theme)

    app_session._populate_theme_msg = populate


# Where the next element goes, which each fragment keeps a copy of.


def copy_the_stack_once() -> None:
    """Copy each container of a fragment's stack once, and a place in it by its few fields.

    As 1.67 has it, each fragment of a run copies the stack of containers that it stands in, and
    again when it begins; a container is copied with all that are around it, though these are in
    the stack, too: three nested fragments take a seventh of a run of the page.
    """
    if ours(DeltaGenerator.__deepcopy__):
        return

    def copied(self: DeltaGenerator, memo: dict[int, Any]) -> DeltaGenerator:
        container = DeltaGenerator(
            root_container=self._root_container,
            cursor=deepcopy(self._cursor, memo),
            parent=deepcopy(self._parent, memo),
            block_type=self._block_type,
        )
        container._form_data = deepcopy(self._form_data, memo)
        container._creating_fragment_id = self._creating_fragment_id
        return container

    def moved_apart(self: Cursor, memo: dict[int, Any]) -> Cursor:
        place = copy(self)
        place._transient_elements = copy(self._transient_elements)
        place._transient_elements._data = dict(self._transient_elements._data)
        return place

    DeltaGenerator.__deepcopy__ = copied  # type: ignore[method-assign, assignment]
    Cursor.__deepcopy__ = moved_apart  # type: ignore[attr-defined]


# Emoji at the beginning of a choice.


def look_for_emoji_where_one_can_be() -> None:
    """Look for an emoji in no label that begins with a letter or a minus.

    As 1.67 has it, the first label of pills or segments that is not plain ASCII makes the server
    put a pattern of four thousand emoji together, for more than a second, and each is held
    against it: a true minus, and all Chinese.
    """
    if ours(string_util.extract_leading_emoji):
        return
    streamlits = string_util.extract_leading_emoji

    def extract(text: str) -> tuple[str, str]:
        return ("", text) if begins_plainly(text) else streamlits(text)

    string_util.extract_leading_emoji = extract


def begins_plainly(text: str) -> bool:
    """Whether a text begins as no emoji does; the letter "ℹ" is one."""
    return text[:1] in ("−", "∞") or (text[:1].isalpha() and text[0] != "ℹ")


# Watching files.


def watch_no_files() -> None:
    """Hold Streamlit to ``fileWatcherType = "none"`` for visitors who come back, too.

    As 1.67 has it, a session that is resumed begins to watch every module: all are walked through
    on the server's one loop when a run of it ends, and it never stops.
    """
    if config.get_option("server.fileWatcherType") == "none":
        AppSession.register_file_watchers = _watch_nothing  # type: ignore[method-assign]


def _watch_nothing(self: AppSession) -> None:
    pass


# What is said when a file cannot be made.

SENTENCES: ContextVar[list[str]] = ContextVar("sentences_about_a_file")
"""While a file is asked for: what its visitor is to read if it cannot be made."""


def say_of_a_file(sentence: str) -> None:
    """Have the visitor who asked for a file, and will not get it, read this."""
    SENTENCES.get([]).append(sentence)


def answer_kindly() -> None:
    """Have the browser show, under the button, what ``say_of_a_file`` was told.

    As 1.67 has it, the answer is one English sentence for whatever happened.
    """
    if ours(DeferredFileHandler.handle):
        return
    streamlits = DeferredFileHandler.handle

    async def handle(
        self: DeferredFileHandler, request: BackendOperationRequest, session_id: str
    ) -> BackendOperationResponse:
        sentences: list[str] = []
        SENTENCES.set(sentences)  # the thread that makes the file works in a copy of this context
        answer = await streamlits(self, request, session_id)
        if answer.error_msg and sentences:
            answer.error_msg = sentences[-1]
        return answer

    DeferredFileHandler.handle = handle  # type: ignore[method-assign]


# A browser that lost its server.


@st.fragment(run_every=24 * 60 * 60)
def run_when_connected_again() -> None:
    """Make the browser run the page when it has lost its server and found one again.

    It does so by itself only on pages with a fragment that repeats. Without, a session made anew
    (another process answers, or this one was restarted) would know nothing of the page, and what
    a person does first would be lost. The fragment itself shows nothing, once a day.
    """


# Scripts by address.


def serve_script(component: str, file: Path) -> bool:
    """Let the running server give browsers this file for a component, "package.name".

    Streamlit learns such folders from installed packages alone; the app runs from a plain clone,
    too. False where no server runs.
    """
    if not Runtime.exists():
        return False
    manager = get_bidi_component_manager()
    with DECLARING:
        if manager.get_component_asset_root(component) != file.parent:
            package, name = component.split(".")
            manifest = ComponentManifest(package, "", [ComponentConfig(name, file.parent.name)])
            manager.register_from_manifest(manifest, file.parent.parent)
    return True


DECLARING = Lock()
"""A second declaration would take away, for a moment, what a page has mounted after the first."""
