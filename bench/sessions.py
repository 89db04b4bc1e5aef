"""A class on one server: N sessions, each with an action about every few seconds, on this machine.

    python bench/sessions.py windows
    python bench/sessions.py windows home --sessions 30 --seconds 60 --limit-ms 300 --limit-mb 250

Starts the app, opens each session with Streamlit's own protocol on a websocket, and acts as a
browser does: it moves a control that the page shows, presses a button, or pauses the stepper at
another step. The time of an action is from the message sent to the script finished. Server and load
share the cores of the machine. Any page works: name its address ("home" is the first page).
"""

import argparse
import asyncio
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Visitor:
    """One browser: the widgets it sees, what it has set them to, and what it measured."""

    page: str
    rng: random.Random
    widgets: dict[str, tuple[str, object, str]] = field(default_factory=dict)
    states: dict[str, WidgetState] = field(default_factory=dict)
    seen: dict[str, ForwardMsg] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    received: int = 0

    async def run(self, host: str, start: float, until: float, every: float) -> None:
        await asyncio.sleep(max(0.0, start - time.monotonic()))
        async with websockets.connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=f"http://{host}",
            max_size=None,
        ) as socket_:
            self.loads.append(await self._rerun(socket_, "", None))
            while time.monotonic() < until:
                await asyncio.sleep(self.rng.uniform(0.7, 1.3) * every)
                fragment, trigger = self._act()
                self.times.append(await self._rerun(socket_, fragment, trigger))

    def _act(self) -> tuple[str, WidgetState | None]:
        """Choose what to do: (the fragment that the widget lives in, a one-time state)."""
        if not self.widgets:  # a broken page: its exception has been counted; load it again
            return "", None
        kind, element, fragment = self.rng.choice(list(self.widgets.values()))
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
        elif kind == "bidi_component":
            step = self.rng.randrange(4)
            at = {"at": {"step": step, "panel": "", "cell": -1, "n": self.rng.randrange(10**6)}}
            state.json_value = json.dumps(at)
        elif kind in ("button", "download_button"):
            state.trigger_value = True
            return fragment, state
        self.states[element.id] = state
        return fragment, None

    async def _rerun(self, socket_, fragment: str, trigger: WidgetState | None) -> float:
        message = BackMsg()
        message.rerun_script.page_name = "" if self.page == "home" else self.page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.context_info.locale = "en-US"
        states = [*self.states.values(), *([trigger] if trigger is not None else [])]
        message.rerun_script.widget_states.widgets.extend(states)
        if not fragment:
            self.widgets = {}
        began = time.perf_counter()
        await socket_.send(message.SerializeToString())
        while True:
            raw = await socket_.recv()
            self.received += len(raw)
            got = ForwardMsg()
            got.ParseFromString(raw)
            if got.WhichOneof("type") == "ref_hash":
                got = self.seen.get(got.ref_hash, got)
            elif got.metadata.cacheable:
                self.seen[got.hash] = got
            if got.WhichOneof("type") == "delta":
                self._note(got)
            if got.WhichOneof("type") == "script_finished":
                if got.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                took = time.perf_counter() - began
                if not fragment:  # a browser forgets what is no longer on the page
                    kept = self.widgets.keys() & self.states.keys()
                    self.states = {name: self.states[name] for name in kept}
                return took

    def _note(self, got: ForwardMsg) -> None:
        element = got.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.exceptions.append(f"{element.exception.type}: {element.exception.message}")
        if kind in ACTED:
            widget = getattr(element, kind)
            if not getattr(widget, "disabled", False):
                self.widgets[widget.id] = (kind, widget, got.delta.fragment_id)


ACTED = ("number_input", "selectbox", "checkbox", "slider", "bidi_component", "button")


def serve(log, script: str = "app.py") -> tuple[subprocess.Popen, str]:
    """Start the app on a free port and wait until it is healthy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    paths = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=paths)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
            return process, f"127.0.0.1:{port}"
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.2)
    process.kill()
    raise SystemExit("the server did not come up")


def memory(process: subprocess.Popen) -> float:
    """Resident memory of the server, MB."""
    return psutil.Process(process.pid).memory_info().rss / 1e6


def measure(page: str, sessions: int, seconds: float, every: float) -> dict[str, float]:
    """A fresh server, a warm-up visit, then the class; what was measured."""
    with tempfile.TemporaryFile("w+") as log:
        process, host = serve(log)
        try:
            began = time.monotonic()
            asyncio.run(Visitor(page, random.Random(0)).run(host, began, began, every))
            before, cpu = memory(process), psutil.Process(process.pid).cpu_times()
            began = time.monotonic()
            visitors = [Visitor(page, random.Random(i)) for i in range(sessions)]

            async def everyone() -> None:
                await asyncio.gather(
                    *(
                        v.run(host, began + i * every / sessions, began + seconds, every)
                        for i, v in enumerate(visitors)
                    )
                )

            asyncio.run(everyone())
            took, after = time.monotonic() - began, psutil.Process(process.pid).cpu_times()
            used = (after.user + after.system - cpu.user - cpu.system) / took
            top = memory(process)
        finally:
            process.terminate()
            process.wait()
        log.seek(0)
        logged = [line for line in log if re.match(r"\w*(Error|Exception)\b", line)]
    times = [t for v in visitors for t in v.times]
    shown = [e for v in visitors for e in v.exceptions]
    for text in {*shown, *logged}:
        print("exception:", text.strip(), file=sys.stderr)
    return {
        "actions": len(times),
        "p50": 1000 * statistics.median(times),
        "p95": 1000 * statistics.quantiles(times, n=20)[-1],
        "worst": 1000 * max(times),
        "load": 1000 * statistics.median([t for v in visitors for t in v.loads]),
        "cpu": used,
        "before": before,
        "memory": top,
        "kb": sum(v.received for v in visitors) / 1000 / max(1, len(times)),
        "exceptions": len(shown) + len(logged),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", help='addresses of pages, "home" for the first')
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument(
        "--every", type=float, default=3, help="seconds between a session's actions"
    )
    parser.add_argument("--limit-ms", type=float, help="fail if p95 of an action is above")
    parser.add_argument("--limit-mb", type=float, help="fail if memory is above")
    args = parser.parse_args()
    print(
        "| page | sessions | actions | p50 ms | p95 ms | worst ms | first load ms | kB/action ",
        end="",
    )
    print("| cores | MB before | MB after | exceptions |")
    print("|" + "---|" * 12)
    failed = False
    for page in args.pages:
        m = measure(page, args.sessions, args.seconds, args.every)
        print(
            f"| {page} | {args.sessions} | {m['actions']} | {m['p50']:.0f} | {m['p95']:.0f} "
            f"| {m['worst']:.0f} | {m['load']:.0f} | {m['kb']:.1f} | {m['cpu']:.2f} "
            f"| {m['before']:.0f} | {m['memory']:.0f} | {m['exceptions']} |",
            flush=True,
        )
        failed |= bool(m["exceptions"])
        failed |= args.limit_ms is not None and m["p95"] > args.limit_ms
        failed |= args.limit_mb is not None and m["memory"] > args.limit_mb
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
