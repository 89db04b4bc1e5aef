"""What one person does on a page, one action after the other, and what it costs the server.

Kinds of action: ``run``, a control that changes the run; ``step``, a step told by the stepper;
``answer``, an answered question; ``drag``, a joint let go in the pose editor.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

import psutil
from streamlit.proto.WidgetStates_pb2 import WidgetState
from visitor import Visitor

KINDS = ("run", "step", "answer", "drag")
LINKS = {"drag": "mode=watch"}
"""With what a page is opened for a kind of action: joints rest while a question is open."""
FRAME = ("frame.language",)
"""Controls of the frame: they change no run."""
QUESTION = re.compile(r"\.\d+$")
"""How the key of an open question's choices ends (poolviz/ui/quiz.py)."""
AFTER = 0.03
"""Seconds that the server has to tidy up after a run, before the processor's time is read."""
Act = tuple[str, WidgetState | None]


@dataclass
class Cost:
    """What actions of one kind cost: seconds of the processor, bytes and messages received."""

    seconds: list[float] = field(default_factory=list)
    received: int = 0
    messages: int = 0

    @property
    def ms(self) -> float:
        """Milliseconds of the processor that a typical action takes: the median."""
        return 1000 * median(self.seconds)

    @property
    def mean(self) -> float:
        """The mean, which a costly variant on a photograph pulls up."""
        return 1000 * fmean(self.seconds)

    @property
    def kb(self) -> float:
        """Kilobytes an action."""
        return self.received / 1000 / len(self.seconds)

    @property
    def each(self) -> float:
        """Messages an action."""
        return self.messages / len(self.seconds)


def processor_clock(pid: int) -> Callable[[], float]:
    """Reads what a process has used of the processor, in seconds.

    Linux keeps it to the nanosecond in a clock of each process (clock_getcpuclockid(3)); elsewhere
    psutil says it in hundredths, too coarse for one action and fair over many.
    """
    try:
        time.clock_gettime((~pid << 3) | 2)
    except (OSError, AttributeError):
        process = psutil.Process(pid)
        return lambda: sum(process.cpu_times()[:2])
    return lambda: time.clock_gettime((~pid << 3) | 2)


@dataclass
class Person(Visitor):
    """A visitor who does one kind of thing at a time, each control in its turn."""

    turn: int = 0
    count: int = 0
    messages: int = 0
    last: str = ""

    def look(self, raw: bytes) -> None:
        """Count the messages."""
        self.messages += 1

    async def spend(self, socket: Any, clock: Callable[[], float], kind: str, cost: Cost) -> bool:
        """Do one thing of this kind, its cost added; False where the page has none."""
        act = await self._prepared(socket, kind)
        if act is None:
            return False
        received, messages, before = self.received, self.messages, clock()
        await self._rerun(socket, *act)
        await asyncio.sleep(AFTER)
        cost.seconds.append(clock() - before)
        cost.received += self.received - received
        cost.messages += self.messages - messages
        return True

    async def _prepared(self, socket: Any, kind: str) -> Act | None:
        self.turn += 1
        if kind != "answer":
            return {"run": self._control, "step": self._step, "drag": self._drag}[kind]()
        for _ in range(3):  # on to the next question, or asked again, until one is open
            open_ = self._open_question()
            if open_ is not None:
                return open_
            on = self._buttons(lambda key: key.endswith((".next", ".again")))
            if not on:
                return None
            await self._rerun(socket, *self._pressed(on[0]))
        return None

    def _open_question(self) -> Act | None:
        """One of the choices of an open question."""
        for kind, element, fragment in self.widgets.values():
            if kind == "button_group" and QUESTION.search(key(element.id)):
                state = WidgetState(id=element.id)
                state.string_array_value.data.append(self.rng.choice(element.options).content)
                self.states[element.id] = state
                return fragment, None
        return None

    def _buttons(self, wanted: Callable[[str], bool]) -> list[tuple[Any, str]]:
        return [(e, f) for k, e, f in self.widgets.values() if k == "button" and wanted(key(e.id))]

    def _pressed(self, button: tuple[Any, str]) -> Act:
        element, fragment = button
        return fragment, WidgetState(id=element.id, trigger_value=True)

    def _control(self) -> Act | None:
        """The next control in turn, at another value than it has."""
        moved = ("number_input", "selectbox", "checkbox", "slider")
        there = [w for w in self.widgets.values() if w[0] in moved and key(w[1].id) not in FRAME]
        if not there:
            return None
        kind, element, fragment = there[self.turn % len(there)]
        self.last = key(element.id)
        now = self.states.get(element.id)
        for _ in range(20):
            state = self._moved(kind, element)
            if state != now:
                break
        self.states[element.id] = state
        return fragment, None

    def _component(self, name: str) -> tuple[Any, str] | None:
        for kind, element, fragment in self.widgets.values():
            if kind == "bidi_component" and element.component_name.endswith(name):
                return element, fragment
        return None

    def _told(self, element: Any, fragment: str, at: dict[str, Any]) -> Act:
        self.count += 1
        at["n"] = self.count
        self.states[element.id] = WidgetState(id=element.id, json_value=json.dumps({"at": at}))
        return fragment, None

    def _step(self) -> Act | None:
        found = self._component("stepper")
        if found is None:
            return None
        return self._told(*found, {"step": 1 + self.turn % 3, "panel": "", "cell": -1})

    def _drag(self) -> Act | None:
        """Another joint each time, a little off; none where a person could move none."""
        found = self._component("keypoints")
        data = json.loads(found[0].json) if found else {"still": True}
        if found is None or data["still"]:
            return None
        joint = self.turn % len(data["pred"])
        data["pred"][joint] = [x + self.rng.uniform(-2, 2) for x in data["pred"][joint]]
        self.count = max(self.count, data["n"])
        told = {name: data[name] for name in ("id", "pred", "gt", "visibility")}
        return self._told(*found, {**told, "joint": joint})


def key(widget_id: str) -> str:
    """The key that the page's code gave a widget: Streamlit's id ends with it.

    >>> key("$$ID-0123abcd-windows.0.1")
    'windows.0.1'
    """
    return widget_id.split("-", 2)[-1]
