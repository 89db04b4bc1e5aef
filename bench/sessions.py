"""What an action costs beside a bare page, and a class on one server or two.

    python bench/sessions.py windows
    python bench/sessions.py all --sessions 0
    python bench/sessions.py windows home --sessions 30 --seconds 60 --limit-ms 300 --limit-mb 250
    python bench/sessions.py windows --sessions 60 --processes 1 2

First what one person's actions cost: processor time of the server, beside that of a bare page with
twelve widgets (bench/bare.py, served with this project's own settings), in turns within the same
run; kilobytes and messages received. It fails where an action that changes the run takes more than
3 times what the bare page takes, a step, an answer or a dragged joint more than 2 times, or one
receives more than 25 kB. What counts is the median; the mean stands beside it, for a costly variant
on a photograph computes for longer. Times alone say nothing: machines differ, ratios hold.

Then N sessions (none with ``--sessions 0``), each with an action about every few seconds: starts
the app, opens each session with Streamlit's own protocol on a websocket, and acts as a
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

from actions import KINDS, LINKS, Cost, Person, processor_clock
from servers import SEATS, Deployment, cpu_seconds, memory, nginx_path, serve
from visitor import Visitor

from poolviz.wings.pages import PAGES

Server = tuple[subprocess.Popen, str]
"""A process and its host."""


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


LARGEST_KB = 25
MOST = {"run": 3.0, "step": 2.0, "answer": 2.0, "drag": 2.0}
"""What an action of each kind may cost, in costs of an action on the bare page."""
ROUNDS, WARMING = 4, 4
"""In how many turns the bare page and the page are measured, after some actions that are not."""


@dataclass
class Costs:
    """What the actions of one kind cost on a page, and those on the bare page meanwhile."""

    page: str
    kind: str
    own: Cost
    bare: Cost

    @property
    def ratio(self) -> float:
        """The processor's time of an action, in actions on the bare page."""
        return self.own.ms / self.bare.ms

    @property
    def failed(self) -> bool:
        """Whether it is more than is owed."""
        return self.ratio > MOST[self.kind] or self.own.kb > LARGEST_KB

    def __str__(self) -> str:
        """A row of the table."""
        return (
            f"| {self.page} | {self.kind} | {self.bare.ms:.1f} | {self.own.ms:.1f} "
            f"| {self.own.mean:.1f} "
            f"| {self.ratio:.2f} | {MOST[self.kind]:.0f} | {self.own.kb:.1f} "
            f"| {self.own.each:.0f} | {'too much' if self.failed else ''} |"
        )


async def alone(app: Server, bare: Server, page: str, actions: int) -> list[Costs]:
    """What each kind of action that the page has costs, one person at a time on each server."""
    costs = []
    for kind in KINDS:
        own = Person(page, random.Random(0), LINKS.get(kind, ""))
        idle = Person("home", random.Random(0))
        async with await own.connect(app[1]) as socket, await idle.connect(bare[1]) as other:
            await own.open(socket)
            await idle.open(other)
            both = (
                (own, socket, processor_clock(app[0].pid), kind, Cost()),
                (idle, other, processor_clock(bare[0].pid), "run", Cost()),
            )
            for person, line, clock, what, _cost in both:
                warmed = [await person.spend(line, clock, what, Cost()) for _ in range(WARMING)]
                if not all(warmed):
                    break
            else:
                for _round in range(ROUNDS):
                    for person, line, clock, what, cost in both:
                        for _ in range(-(-actions // ROUNDS)):
                            await person.spend(line, clock, what, cost)
                costs.append(Costs(page, kind, both[0][-1], both[1][-1]))
        for text in own.exceptions:
            raise SystemExit(f"/{page}: {text}")
    return costs


def cost_of_actions(pages: list[str], actions: int) -> bool:
    """Print what actions on these pages cost; whether all is as owed."""
    print("| page | action | bare ms | ms | mean ms | ratio | at most | kB | messages | |")
    print("|" + "---|" * 10, flush=True)
    fine = True
    with tempfile.TemporaryFile("w") as log:
        servers = [serve(log, "app.py"), serve(log, "bench/bare.py")]
        try:
            for page in pages:
                for costs in asyncio.run(alone(*servers, page, actions)):
                    print(costs, flush=True)
                    fine &= not costs.failed
        finally:
            for process, _host in servers:
                process.terminate()
                process.wait()
    return fine


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
    parser.add_argument("--sessions", type=int, default=30, help="0: only what actions cost")
    parser.add_argument("--actions", type=int, default=40, help="of each kind, for their cost")
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
    pages = [each.address for each in PAGES] if args.pages == ["all"] else args.pages
    failed = not cost_of_actions(pages, args.actions)
    if not args.sessions:
        return int(failed)
    print(
        "\n| page | processes | sessions | actions | p50 ms | p95 ms | worst ms | first load ms ",
        end="",
    )
    print("| kB/action | cores | MB before | MB after | exceptions |")
    print("|" + "---|" * 13)
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
