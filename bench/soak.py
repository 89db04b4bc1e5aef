"""A school day in ten minutes: sessions that come, work on all pages, leave and come back.

    python bench/soak.py
    python bench/soak.py --sessions 30 --minutes 10 --every 3

Each session carries a mark of its own in its links: in a matrix, a sentence, a search, the name of
a joint. Every message that the server sends is searched for the marks of others. Fails when memory
grows by 5 % or more over the second half, p95 of what was asked is 500 ms or more, an exception is
shown or logged, or a mark arrives at the wrong place. Below four minutes memory is not judged: a
session that left is kept for two.
"""

import argparse
import asyncio
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field

from servers import memory
from sessions import Served, failures, served
from visitor import Visitor

from poolviz.wings.pages import BY_ADDRESS

PAGES = list(BY_ADDRESS)
MARKS = re.compile(rb"(?<![0-9a-f])9021(\d{3})7(?![0-9a-f])")
"""Not within a longer number: messages carry their hashes, and among millions any digits occur."""
GROWTH, P95 = 0.05, 0.5
KEPT = 120
"""Seconds that Streamlit keeps a session whose browser has gone."""


def mark(number: int) -> str:
    """The mark of a session: a number that nothing else shows."""
    return f"9021{number:03d}7"


def link(page: str, own: str) -> str:
    """A link to a page with a mark in it, where the page takes something of one's own."""
    matrix = any(control.name == "matrix" for control in BY_ADDRESS[page].controls)
    return {
        "sequences": f"text=mark+{own}+was+not+bad&mode=watch",
        "catalogue": f"search={own}",
        "glossary": f"search={own}",
        "oks": f"person=own&own=1_2_2__30_40_2&names=m{own}~b",
        "global": "",  # a matrix is not its first input
    }.get(page, f"matrix={own}_1_2__3_4_5__6_7_8&mode=watch" if matrix else "")


@dataclass
class Wanderer(Visitor):
    """A session that goes through pages, leaves, and comes back by its link or to its session."""

    number: int = 0
    own: int = 0
    others: set[tuple[int, str]] = field(default_factory=set)
    connections: int = 0

    def look(self, raw: bytes) -> None:
        """Count one's own mark; a mark of somebody else is what must not be."""
        for found in MARKS.finditer(raw):
            if int(found[1]) == self.number:
                self.own += 1
            else:
                around = raw[max(0, found.start() - 30) : found.end() + 30]
                self.others.add((int(found[1]), f"/{self.page}: {around!r}"))

    async def wander(self, host: str, until: float, every: float) -> None:
        """Connect, visit a few pages and act on each, leave, come back; until it is time."""
        await asyncio.sleep(self.rng.uniform(0, every))
        while time.monotonic() < until:
            if self.rng.random() < 0.5:
                self.session = ""  # a new tab; else the browser asks for its session again
            self.seen = {}
            async with await self.connect(host) as socket:
                self.connections += 1
                for page in self.rng.sample(PAGES, 4):
                    self.page, self.query = page, link(page, mark(self.number))
                    await self.open(socket)
                    for _ in range(self.rng.randint(2, 4)):
                        if time.monotonic() < until:
                            await self.act(socket, every)
            await asyncio.sleep(self.rng.uniform(0, 2 * every))


async def watch(app: Served, until: float, sizes: list[tuple[float, float]]) -> None:
    """Note the memory of the server each second."""
    while time.monotonic() < until:
        sizes.append((time.monotonic(), memory(app.processes)))
        await asyncio.sleep(1)


def growth(sizes: list[tuple[float, float]]) -> tuple[float, float, float]:
    """MB when the second half begins and at its end (medians of a tenth each), and the share."""
    began, ended = sizes[0][0], sizes[-1][0]
    places = [(t - began) / (ended - began) for t, _ in sizes]

    def around(low: float, high: float) -> float:
        return statistics.median(
            mb for p, (_, mb) in zip(places, sizes, strict=True) if low <= p <= high
        )

    half, end = around(0.5, 0.6), around(0.9, 1)
    return half, end, end / half - 1


async def soak(app: Served, wanderers: list[Wanderer], seconds: float, every: float) -> list:
    """Let everybody wander; what the server's memory was meanwhile."""
    until, sizes = time.monotonic() + seconds, []
    await asyncio.gather(
        watch(app, until, sizes), *(w.wander(app.host, until, every) for w in wanderers)
    )
    return sizes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument(
        "--every", type=float, default=3, help="seconds between a session's actions"
    )
    args = parser.parse_args()
    wanderers = [Wanderer("home", random.Random(i), number=i) for i in range(args.sessions)]
    with served(1) as app:
        sizes = asyncio.run(soak(app, wanderers, 60 * args.minutes, args.every))
    half, end, share = growth(sizes)
    actions = [t for w in wanderers for t in w.times]
    visits = [t for w in wanderers for t in w.loads]
    p50, p95 = (statistics.quantiles(actions + visits, n=100)[n] for n in (49, 94))
    wrong = [e for w in wanderers for e in w.exceptions] + failures(app.logged)
    strange = {(w.number, *other) for w in wanderers for other in w.others}
    for text in sorted({*wrong, *(f"session {a} saw {b} on {where}" for a, b, where in strange)}):
        print(text.strip(), file=sys.stderr)
    if wrong:
        with tempfile.NamedTemporaryFile("w", suffix=".log", delete=False) as log:
            log.write(app.logged)
        print(f"the server's log: {log.name}", file=sys.stderr)
    print(
        "| minutes | sessions | connections | visits | actions | p50 ms | p95 ms | worst ms ",
        end="",
    )
    print("| MB at half | MB at end | growth | exceptions | own marks | others' marks |")
    print("|" + "---|" * 14)
    print(
        f"| {args.minutes:g} | {args.sessions} | {sum(w.connections for w in wanderers)} "
        f"| {len(visits)} | {len(actions)} | {1000 * p50:.0f} | {1000 * p95:.0f} "
        f"| {1000 * max(actions + visits):.0f} | {half:.0f} | {end:.0f} | {share:+.1%} "
        f"| {len(wrong)} | {sum(w.own for w in wanderers)} | {len(strange)} |"
    )
    judged = args.minutes * 60 >= 2 * KEPT
    unseen = not all(w.own for w in wanderers)
    return int((judged and share >= GROWTH) or p95 >= P95 or bool(wrong) or bool(strange) or unseen)


if __name__ == "__main__":
    raise SystemExit(main())
