"""One browser without a screen: Streamlit's protocol on a websocket, widgets moved at random."""

import asyncio
import json
import random
import re
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ACTED = (
    "number_input",
    "selectbox",
    "checkbox",
    "slider",
    "bidi_component",
    "button",
    "button_group",
)
"""Kinds of widgets that are moved."""


OLDEST = 2
"""For how many runs a browser keeps a message that none of them has needed."""


@dataclass
class Cached:
    """A message that a browser keeps, so that the server needs to send its hash alone."""

    message: ForwardMsg
    used: int


@dataclass
class Visitor:
    """What a browser sees, what it has set its widgets to, and what was measured."""

    page: str
    rng: random.Random
    query: str = ""
    session: str = ""
    script: str = ""
    cookie: str | None = None
    widgets: dict[str, tuple[str, object, str]] = field(default_factory=dict)
    states: dict[str, WidgetState] = field(default_factory=dict)
    cached: dict[str, Cached] = field(default_factory=dict)
    runs: int = 0
    times: list[float] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    received: int = 0

    async def run(self, host: str, start: float, until: float, every: float) -> None:
        """Open the page at a time, then act about every few seconds until another."""
        await asyncio.sleep(max(0.0, start - time.monotonic()))
        async with await self.connect(host) as socket:
            await self.open(socket)
            while time.monotonic() < until:
                await self.act(socket, every)

    async def connect(self, host: str) -> websockets.ClientConnection:
        """A websocket; before the first one the page is fetched, which may bring a cookie."""
        if self.cookie is None:
            self.cookie = await asyncio.to_thread(cookies, host)
        names = ["streamlit", *(["none", self.session] if self.session else [])]
        return websockets.connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=names,
            origin=f"http://{host}",
            additional_headers={"Cookie": self.cookie} if self.cookie else {},
            max_size=None,
        )

    async def open(self, socket: websockets.ClientConnection) -> None:
        """Load the page by its link."""
        self.widgets, self.states, self.script, self.cached = {}, {}, "", {}
        self.loads.append(await self._rerun(socket, "", None))

    async def act(self, socket: websockets.ClientConnection, every: float) -> None:
        """Wait about ``every`` seconds, then move something."""
        await asyncio.sleep(self.rng.uniform(0.7, 1.3) * every)
        self.times.append(await self._rerun(socket, *self._choose()))

    def _choose(self) -> tuple[str, WidgetState | None]:
        """Choose what to do: (the fragment that the widget lives in, a one-time state)."""
        if not self.widgets:  # a broken page: its exception has been counted; load it again
            return "", None
        kind, element, fragment = self.rng.choice(list(self.widgets.values()))
        if kind in ("button", "download_button"):
            return fragment, WidgetState(id=element.id, trigger_value=True)
        self.states[element.id] = self._moved(kind, element)
        return fragment, None

    def _moved(self, kind: str, element: Any) -> WidgetState:
        """The widget at some value that it allows."""
        state = WidgetState(id=element.id)
        if kind == "number_input":
            low = element.min if element.has_min else element.default - 3
            high = min(element.max, low + 6) if element.has_max else low + 6
            whole = element.data_type == element.INT
            value = self.rng.randint(int(low), int(max(low, high)))
            state.double_value = float(value) if not whole else value
        elif kind == "selectbox":
            state.string_value = self.rng.choice(list(element.options))
        elif kind == "checkbox":
            state.bool_value = self.rng.random() < 0.5
        elif kind == "slider":
            state.double_array_value.data.append(self.rng.uniform(element.min, element.max))
        elif kind == "button_group":
            state.string_array_value.data.append(self.rng.choice(element.options).content)
        elif kind == "bidi_component":
            step = self.rng.randrange(4)
            at = {"at": {"step": step, "panel": "", "cell": -1, "n": self.rng.randrange(10**6)}}
            state.json_value = json.dumps(at)
        return state

    async def _rerun(self, socket, fragment: str, trigger: WidgetState | None) -> float:
        message = BackMsg()
        message.rerun_script.page_name = "" if self.page == "home" else self.page
        message.rerun_script.page_script_hash = self.script  # else a fragment's rerun leads home
        message.rerun_script.fragment_id = fragment
        message.rerun_script.query_string = self.query
        message.rerun_script.context_info.locale = "en-US"
        message.rerun_script.cached_message_hashes.extend(self.cached)
        states = [*self.states.values(), *([trigger] if trigger is not None else [])]
        message.rerun_script.widget_states.widgets.extend(states)
        began = time.perf_counter()
        await socket.send(message.SerializeToString())
        while True:
            raw = await socket.recv()
            self.received += len(raw)
            self.look(raw)
            got = ForwardMsg()
            got.ParseFromString(raw)
            got = self._whole(got)
            if got.WhichOneof("type") == "delta":
                self._note(got)
            if got.WhichOneof("type") == "new_session":
                self.session = got.new_session.initialize.session_id
                if not got.metadata.run.fragment_ids:
                    self.widgets = {}  # also where a fragment made the whole page run again
            if got.WhichOneof("type") == "navigation":
                self.script = got.navigation.page_script_hash
            if got.WhichOneof("type") == "page_info_changed":
                self.query = got.page_info_changed.query_string
            if got.WhichOneof("type") == "script_finished":
                if got.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                took = time.perf_counter() - began
                self._forget(fragment)
                if not fragment:  # a browser forgets what is no longer on the page
                    kept = self.widgets.keys() & self.states.keys()
                    self.states = {name: self.states[name] for name in kept}
                return took

    def _whole(self, got: ForwardMsg) -> ForwardMsg:
        """The message that a hash stands for; what may be needed again is kept."""
        if got.WhichOneof("type") == "ref_hash":
            kept = self.cached[got.ref_hash]
            kept.used = self.runs
            whole = ForwardMsg()
            whole.CopyFrom(kept.message)
            whole.metadata.CopyFrom(got.metadata)
            return whole
        if got.metadata.cacheable:
            self.cached[got.hash] = Cached(got, self.runs)
        return got

    def _forget(self, fragment: str) -> None:
        """After a run: what was not needed for a while; a fragment's run ages its own alone."""
        self.runs += 1
        for name, kept in list(self.cached.items()):
            of = kept.message.delta.fragment_id
            if (not fragment or of == fragment) and self.runs - kept.used > OLDEST:
                del self.cached[name]

    def _note(self, got: ForwardMsg) -> None:
        element = got.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.exceptions.append(f"{element.exception.type}: {element.exception.message}")
        if kind in ACTED:
            widget = getattr(element, kind)
            if getattr(widget, "set_value", False):
                self.states[widget.id] = told(kind, widget)
            if not getattr(widget, "disabled", False):
                self.widgets[widget.id] = (kind, widget, got.delta.fragment_id)

    def look(self, raw: bytes) -> None:
        """Every message as it comes; for those who search it."""


def told(kind: str, widget: Any) -> WidgetState:
    """The state that a browser takes over when the server sets a widget."""
    state = WidgetState(id=widget.id)
    if kind == "selectbox":
        state.string_value = widget.raw_value
    elif kind == "slider":
        state.double_array_value.data.extend(widget.value)
    elif kind == "checkbox":
        state.bool_value = widget.value
    elif kind == "button_group":
        state.string_array_value.data.extend(widget.raw_values)
    elif kind == "number_input":
        state.double_value = widget.value
    return state


def cookies(host: str) -> str:
    """What the first page brings to be sent along from then on: the seat behind a proxy."""
    with urllib.request.urlopen(f"http://{host}/", timeout=30) as answer:
        given = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(re.split(";", each)[0] for each in given if each.startswith("poolviz_seat="))
