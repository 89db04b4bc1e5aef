"""What lies over a panel and is not tied to its cells: points, edges, arrows and boxes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from poolviz.numbers import number
from poolviz.text import _, listed

COLUMNS = ("points", "edges", "strengths", "arrows", "boxes", "hollow")
_WIDTH = {"points": 2, "edges": 2, "arrows": 4, "boxes": 4, "strengths": 0, "hollow": 0}


class Shapes(NamedTuple):
    """An overlay at one step, without what is not there (a row with NaN or -1)."""

    points: np.ndarray
    edges: np.ndarray
    strengths: np.ndarray
    arrows: np.ndarray
    boxes: np.ndarray
    hollow: np.ndarray


@dataclass(frozen=True, eq=False)
class Overlay:
    """Points, edges between them, arrows and boxes over one panel.

    Places are (x, y) in cells, x to the right and y down from the panel's top left corner: the
    centre of the cell in row r and column c is (c + .5, r + .5). Every array is the same at all
    steps, or has a leading axis of steps.

    ``points`` (P, 2), NaN: not there. ``labels`` name them. ``hollow`` (P,), bool: drawn as a ring
    (occluded). ``groups`` (P,), int: what belongs together (one person); each has a shape and a
    colour of its own. ``edges`` (E, 2), the two points' numbers, -1: none; ``strengths`` (E,): wide
    by size, dashed where negative. ``arrows`` (V, 4): x, y, and how far it reaches right and
    down. ``boxes`` (B, 4): x, y, width, height. ``title`` is what it is called in tables.
    """

    panel: str
    title: str
    points: np.ndarray | None = None
    edges: np.ndarray | None = None
    strengths: np.ndarray | None = None
    arrows: np.ndarray | None = None
    boxes: np.ndarray | None = None
    hollow: np.ndarray | None = None
    groups: np.ndarray | None = None
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in COLUMNS:
            column, width = getattr(self, name), _WIDTH[name]
            if column is None:
                continue
            least = 2 if width else 1
            shape = np.shape(column)
            if len(shape) not in (least, least + 1) or (width and shape[-1] != width):
                want = f"(n, {width})" if width else "(n,)"
                raise ValueError(f"{name} must be {want}, or so for each step, got {shape}")
        count, links = self._count("points"), self._count("edges")
        for name, column, size in (
            ("labels", self.labels or None, count),
            ("groups", self.groups, count),
            ("hollow", self.hollow, count),
            ("strengths", self.strengths, links),
        ):
            if column is not None and np.shape(column)[-1] != size:
                raise ValueError(f"{name} must be {size} long, got {np.shape(column)[-1]}")
        if self.edges is not None and np.max(self.edges, initial=-1) >= count:
            raise ValueError(f"edges must join two of {count} points, got {np.max(self.edges)}")

    def _count(self, name: str) -> int:
        column = getattr(self, name)
        return 0 if column is None else int(np.shape(column)[-2])

    def steps(self) -> Iterator[tuple[str, int]]:
        """The columns that change with the step, and how many steps they have."""
        for name in COLUMNS:
            column = getattr(self, name)
            if column is not None and np.ndim(column) > (2 if _WIDTH[name] else 1):
                yield name, len(column)

    def until(self, steps: int) -> "Overlay":
        """Its first steps."""
        return replace(self, **{name: getattr(self, name)[:steps] for name, _n in self.steps()})

    def at(self, s: int) -> Shapes:
        """Everything at step s; points keep their numbers, so those not there stay NaN."""

        def now(name: str, none: np.ndarray) -> np.ndarray:
            column = getattr(self, name)
            if column is None:
                return none
            return np.asarray(column[s] if dict(self.steps()).get(name) else column)

        points = now("points", np.zeros((0, 2))).astype(float)
        edges = now("edges", np.zeros((0, 2), int)).astype(int)
        strengths = now("strengths", np.ones(len(edges))).astype(float)
        there = np.isfinite(points).all(1)
        joined = (edges >= 0).all(1) & np.isfinite(strengths)
        joined[joined] = there[edges[joined]].all(1)
        arrows, boxes = (now(name, np.zeros((0, 4))).astype(float) for name in ("arrows", "boxes"))
        return Shapes(
            np.where(there[:, None], points, np.nan),
            edges[joined],
            strengths[joined],
            arrows[np.isfinite(arrows).all(1)],
            boxes[np.isfinite(boxes).all(1)],
            now("hollow", np.zeros(len(points), bool)).astype(bool),
        )

    def name_of(self, point: int) -> str:
        """What a point is called: its label, or "point 3"."""
        if self.labels:
            return self.labels[point]
        return _("point {number}").format(number=point)

    def table(self, s: int) -> list[list[str]]:
        """Every shape of step s as a row of text: what it is, and its numbers."""
        now = self.at(s)
        rows = [
            [self.name_of(i), *map(number, place)]
            for i, place in enumerate(now.points)
            if np.isfinite(place).all()
        ]
        for (a, b), strength in zip(now.edges.tolist(), now.strengths, strict=True):
            ends = f"{self.name_of(a)} – {self.name_of(b)}"
            rows.append([ends, number(strength)] if self.strengths is not None else [ends])
        for name, shapes in ((_("arrow"), now.arrows), (_("box"), now.boxes)):
            rows += [[f"{name} {i}", *map(number, each)] for i, each in enumerate(shapes)]
        return rows

    def counts(self, s: int) -> str:
        """How many there are of each at step s: "Pose (points: 17, edges: 16)"."""
        now = self.at(s)
        there = int(np.isfinite(now.points).all(1).sum())
        said = [
            text.format(count=count)
            for count, text in (
                (there, _("points: {count}")),
                (len(now.edges), _("edges: {count}")),
                (len(now.arrows), _("arrows: {count}")),
                (len(now.boxes), _("boxes: {count}")),
            )
            if count
        ]
        if not said:
            return self.title
        return _("{title} ({counts})").format(title=self.title, counts=listed(said))
