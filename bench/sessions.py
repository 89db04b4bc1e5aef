"""A class on one server or two: N sessions, each with an action about every few seconds.

    python bench/sessions.py windows
    python bench/sessions.py windows home --sessions 30 --seconds 60 --limit-ms 300 --limit-mb 250
    python bench/sessions.py all
    python bench/sessions.py windows --sessions 60 --processes 1 2

Starts the app, opens each session with Streamlit's own protocol on a websocket, and acts as a
browser does: it moves a control that the page shows, presses a button, or pauses the stepper at
another step. The time of an action is from the message sent to the script finished. Server and load
share the cores of the machine. Any page works: name its address ("home" is the first page, "all"
all in turn). With two processes, the deployment of deploy/ stands between: nginx and its cookie.
"""

import argparse
import asyncio
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from servers import SEATS, Deployment, cpu_seconds, memory, nginx_path, serve
from visitor import Visitor

from poolviz.ui.frame import ENTRIES


@dataclass
class Served:
    """The app somewhere on this machine; ``logged`` once it has ended."""

    host: str
    processes: list[subprocess.Popen]
    logged: str = ""


@contextmanager
def served(processes: int) -> Iterator[Served]:
    """One process, or as many as deploy/ has behind nginx."""
    with tempfile.TemporaryDirectory() as folder:
        if processes == 1:
            path = Path(folder) / "log"
            with path.open("w") as log:
                process, host = serve(log)
            app = Served(host, [process])
            try:
                yield app
            finally:
                process.terminate()
                process.wait()
            app.logged = path.read_text()
            return
        nginx = nginx_path()
        if nginx is None or processes != len(SEATS):
            raise SystemExit(f"{len(SEATS)} processes need nginx: apt install nginx-light")
        deployment = Deployment(Path(folder), nginx)
        try:
            deployment.start()
            app = Served(deployment.url.removeprefix("http://"), list(deployment.running.values()))
            yield app
        finally:
            deployment.stop()
        app.logged = deployment.logged()


def failures(logged: str) -> list[str]:
    """Lines of a log that name an exception."""
    return [
        line for line in logged.splitlines() if re.match(r"Traceback|\w*(Error|Exception)\b", line)
    ]


def measure(
    page: str, sessions: int, seconds: float, every: float, processes: int
) -> dict[str, float]:
    """A fresh server, a warm-up visit, then the class; what was measured."""
    with served(processes) as app:
        began = time.monotonic()
        asyncio.run(Visitor(page, random.Random(0)).run(app.host, began, began, every))
        before, cpu = memory(app.processes), cpu_seconds(app.processes)
        began = time.monotonic()
        visitors = [Visitor(page, random.Random(i)) for i in range(sessions)]

        async def everyone() -> None:
            await asyncio.gather(
                *(
                    v.run(app.host, began + i * every / sessions, began + seconds, every)
                    for i, v in enumerate(visitors)
                )
            )

        asyncio.run(everyone())
        used = (cpu_seconds(app.processes) - cpu) / (time.monotonic() - began)
        top = memory(app.processes)
    times = [t for v in visitors for t in v.times]
    wrong = [e for v in visitors for e in v.exceptions] + failures(app.logged)
    for text in set(wrong):
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
        "exceptions": len(wrong),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", help='addresses of pages, "home" the first, or "all"')
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument(
        "--every", type=float, default=3, help="seconds between a session's actions"
    )
    parser.add_argument(
        "--processes", type=int, nargs="+", default=[1], help="1, or 2 behind nginx, or both"
    )
    parser.add_argument("--limit-ms", type=float, help="fail if p95 of an action is above")
    parser.add_argument("--limit-mb", type=float, help="fail if memory is above")
    args = parser.parse_args()
    pages = [each.address for each in ENTRIES] if args.pages == ["all"] else args.pages
    print(
        "| page | processes | sessions | actions | p50 ms | p95 ms | worst ms | first load ms ",
        end="",
    )
    print("| kB/action | cores | MB before | MB after | exceptions |")
    print("|" + "---|" * 13)
    failed = False
    for page, processes in ((page, n) for page in pages for n in args.processes):
        m = measure(page, args.sessions, args.seconds, args.every, processes)
        print(
            f"| {page} | {processes} | {args.sessions} | {m['actions']} | {m['p50']:.0f} "
            f"| {m['p95']:.0f} | {m['worst']:.0f} | {m['load']:.0f} | {m['kb']:.1f} "
            f"| {m['cpu']:.2f} | {m['before']:.0f} | {m['memory']:.0f} | {m['exceptions']} |",
            flush=True,
        )
        failed |= bool(m["exceptions"])
        failed |= args.limit_ms is not None and m["p95"] > args.limit_ms
        failed |= args.limit_mb is not None and m["memory"] > args.limit_mb
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
