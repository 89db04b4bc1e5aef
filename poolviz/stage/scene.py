"""Scene: pure data that can be played. Panels of numbers, and steps that light their cells.

One scene has several outlets, which therefore agree: the stepper in the browser (``wire``), a page
of HTML, exports, the table of values (``table``), and the alt text (``alt_text``). Nothing here
computes pooling.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from poolviz.numbers import number
from poolviz.stage.cache import SIZES, size_of
from poolviz.stage.overlay import Overlay, Shapes
from poolviz.stage.panel import Ground, Kind, Panel
from poolviz.stage.track import COLUMNS, Lit, Track, lit_of
from poolviz.stage.weighing import Weighing
from poolviz.stage.wire import packed
from poolviz.text import _, clauses

__all__ = [
    "Ground", "Kind", "Lit", "Overlay", "Panel", "Scene", "Shapes", "Step", "Track", "Weighing",
]  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step: its narration, and what is lit on each panel, by its first track or by all."""

    narration: str
    lit: dict[str, Lit]
    source: tuple[str, int] | None = None
    tracks: tuple[Lit, ...] = ()


@dataclass(frozen=True, eq=False)
class Scene:
    """Panels and steps; ``story`` names the weigh beat, a file of poolviz/figures/stories.

    ``source`` is a panel and its (S,) cells from which links are drawn to the lit cells of the
    other panels that carry a weight or receive something; cells without either are outlined alone.
    ``flow`` says what the links tell: "forward", or "backward" for gradients (open arrowheads).
    ``overlays`` lie over panels. ``run`` names something that goes on: a longer scene of the same
    run (``extends``) takes the place of the shorter one, and whoever plays stays where they are;
    ``growing``: more steps are to come, so at its end playing waits.

    Errors: ``ValueError`` where parts name other panels, cells, or numbers of steps.
    """

    title: str
    panels: tuple[Panel, ...]
    tracks: tuple[Track, ...]
    narration: tuple[str, ...]
    story: str = "share"
    source: tuple[str, np.ndarray] | None = None
    flow: str = "forward"
    note: str = ""
    overlays: tuple[Overlay, ...] = ()
    run: str = ""
    growing: bool = False

    def __post_init__(self) -> None:
        names = [panel.name for panel in self.panels]
        for panel in self.panels:
            if panel.frames:
                self._fits("frames", panel.name, panel.frames)
        for named in (*(t.panel for t in self.tracks), *(o.panel for o in self.overlays)):
            if named not in names:
                raise ValueError(f"panel must be one of {names}, got {named!r}")
        for track in self.tracks:
            for name in COLUMNS:
                column = getattr(track, name)
                if column is not None:
                    self._fits(name, track.panel, len(column))
            if track.weighing is not None:
                self._fits("query", track.panel, len(track.weighing.query))
            self._within(track)
        for overlay in self.overlays:
            for name, steps in overlay.steps():
                self._fits(name, overlay.panel, steps)
        if self.growing and not self.run:
            raise ValueError("a growing scene must say of which run it is")

    def _fits(self, name: str, panel: str, steps: int) -> None:
        if steps != len(self):
            raise ValueError(f"{name} of {panel!r} must have {len(self)} steps, got {steps}")

    def _within(self, track: Track) -> None:
        """Cells of a track are cells of its panel, or -1."""
        rows, cols = self.panel(track.panel).shape
        count = rows * cols
        for name in ("cells", "chosen", "written"):
            column = getattr(track, name)
            if np.max(column if column is not None else -1, initial=-1) >= count:
                raise ValueError(
                    f"{name} of {track.panel!r} must be below {count}, got {np.max(column)}"
                )
        if track.weighing is None:
            return
        keys = len(track.weighing.key)
        if keys > count or np.max(track.cells_at(0), initial=-1) >= keys:
            raise ValueError(f"key of {track.panel!r} must be a cell's each, {count}, got {keys}")

    def __len__(self) -> int:
        """The number of steps."""
        return len(self.narration)

    def __iter__(self) -> Iterator[Step]:
        return (self.step(s) for s in range(len(self)))

    def panel(self, name: str) -> Panel:
        """The panel of this name."""
        return next(panel for panel in self.panels if panel.name == name)

    def step(self, s: int) -> Step:
        """Step s as plain values."""
        source = self.source and (self.source[0], int(self.source[1][s]))
        tracks = tuple(lit_of(track, s) for track in self.tracks)
        lit: dict[str, Lit] = {}
        for each in tracks:
            lit.setdefault(each.panel, each)
        return Step(self.narration[s], lit, source, tracks)

    def tracks_of(self, name: str) -> list[Track]:
        """The tracks of a panel."""
        return [track for track in self.tracks if track.panel == name]

    def overlays_of(self, name: str) -> list[Overlay]:
        """The overlays of a panel."""
        return [overlay for overlay in self.overlays if overlay.panel == name]

    def shown(self, name: str, s: int) -> np.ndarray:
        """The values of a panel after step s, NaN where nothing is written yet or is withheld."""
        panel = self.panel(name)
        real = self.kind_at(name, s) == Kind.CELL
        values = np.where(real, np.asarray(panel.values_at(s), dtype=float), np.nan)
        if panel.shown in ("always", "replaced"):
            return values
        if panel.shown == "summed":
            values = np.where(real, self._sum(name, s), np.nan)
        return np.where(self.reached(name, s), values, np.nan)

    def kind_at(self, name: str, s: int) -> np.ndarray:
        """What the cells of a panel are after step s: sums of what is withheld are secret, too."""
        kind = self.panel(name).kind_at(s)
        unknown = np.zeros(kind.size, dtype=bool)
        for track in self.tracks_of(name) if self.panel(name).shown == "summed" else ():
            if track.cells is not None and track.withheld is not None:
                cells = track.cells[track.withheld : s + 1]
                unknown[cells[cells >= 0]] = True
        return np.where(unknown.reshape(kind.shape) & (kind == Kind.CELL), Kind.SECRET, kind)

    def reached(self, name: str, s: int) -> np.ndarray:
        """Which cells of a panel say something after step s ``(rows, cols)``, bool."""
        panel = self.panel(name)
        summed = panel.shown == "summed"
        if panel.shown in ("always", "replaced") or (summed and s == len(self) - 1):
            return np.ones(panel.shape, dtype=bool)
        seen = np.zeros(panel.shape, dtype=bool)
        for track in self.tracks_of(name):
            cells = track.cells if summed else track.written
            if cells is not None:
                seen.flat[cells[: s + 1][cells[: s + 1] >= 0]] = True
        return seen

    def _sum(self, name: str, s: int) -> np.ndarray:
        """What the steps up to s have added to each cell of a panel."""
        total = np.zeros(self.panel(name).shape)
        for track in self.tracks_of(name):
            if track.cells is not None and track.added is not None:
                cells, added = track.cells[: s + 1], track.added[: s + 1]
                np.add.at(total.reshape(-1), cells[cells >= 0], added[cells >= 0])
        return total

    def sizes(self, s: int = 0) -> str:
        """The panels and how large they are: "Input: 4 by 4 cells; Output: 2 by 2 cells".

        With what lies under them and, at step s, over them.
        """
        said = []
        for panel in self.panels:
            said.append(
                _("{title}: {rows} by {columns} cells").format(
                    title=panel.title, rows=panel.size[0], columns=panel.size[1]
                )
            )
            if panel.ground is not None:
                said.append(_("under it {picture}").format(picture=panel.ground.alt))
            said += [overlay.counts(s) for overlay in self.overlays_of(panel.name)]
        return clauses(said)

    def alt_text(self, s: int) -> str:
        """The picture at step s in a sentence or two."""
        place = _("Step {step} of {steps}").format(step=s + 1, steps=len(self))
        return _("{title}. {sizes}. {place}. {narration}").format(
            title=self.title, sizes=self.sizes(s), place=place, narration=self.narration[s]
        )

    def table(self, name: str, s: int | None = None) -> list[list[str]]:
        """A panel as rows of text after step s (default: the last), for CSV and screen readers."""
        s = len(self) - 1 if s is None else s
        panel = self.panel(name)
        values, kind = self.shown(name, s), self.kind_at(name, s)
        other = {Kind.PADDING: panel.padding_text, Kind.OUTSIDE: "", Kind.SECRET: "?"}
        blank = np.isnan(values) & ~np.isnan(np.asarray(panel.values_at(s), dtype=float))
        never = blank | ~self.reached(name, s)
        return [
            [
                other.get(Kind(int(kind[r, c])), "")
                if kind[r, c]
                else ""
                if never[r, c]
                else number(values[r, c])
                for c in range(values.shape[1])
            ]
            for r in range(values.shape[0])
        ]

    def weights(self, name: str, s: int) -> list[list[list[str]]]:
        """The weights of each track of a panel at step s, as rows of text; blank where unlit."""
        tables = []
        rows, cols = self.panel(name).shape
        for lit in (lit_of(track, s) for track in self.tracks_of(name)):
            texts = [""] * (rows * cols)
            for cell, weight in zip(lit.cells, lit.weights, strict=bool(lit.weights)):
                texts[cell] = number(weight)
            if lit.weights:
                tables.append([texts[r * cols : (r + 1) * cols] for r in range(rows)])
        return tables

    def extends(self, previous: "Scene") -> bool:
        """Whether this is the same run as ``previous``, with further steps or none behind it.

        What was is as it was: panels (but for further frames), tracks, sentences.
        """
        done = len(previous)
        if not self.run or self.run != previous.run or not 0 < done <= len(self):
            return False
        return replace(self.until(done), growing=False).wire == replace(
            previous.until(done), growing=False
        ).wire  # fmt: skip

    def until(self, steps: int) -> "Scene":
        """Its first ``steps`` steps, as if there were no more: what they do not write is blank."""
        if not 0 < steps <= len(self):
            raise ValueError(f"steps must be in [1, {len(self)}], got {steps}")
        return replace(
            self,
            panels=tuple(self._panel_until(panel, steps) for panel in self.panels),
            tracks=tuple(track.until(steps) for track in self.tracks),
            narration=self.narration[:steps],
            source=self.source and (self.source[0], self.source[1][:steps]),
            overlays=tuple(overlay.until(steps) for overlay in self.overlays),
        )

    def _panel_until(self, panel: Panel, steps: int) -> Panel:
        if panel.frames:
            kind = panel.kind
            kind = kind[:steps] if kind is not None and np.ndim(kind) == 3 else kind
            return replace(panel, values=panel.values[:steps], kind=kind)
        if panel.shown != "written":
            return panel
        return replace(panel, values=self.shown(panel.name, steps - 1))

    @cached_property
    def wire(self) -> str:
        """The scene for the browser (poolviz/stage/wire.py says how it is packed)."""
        return packed(self)


def _bytes_of(scene: Scene) -> int:
    """What a scene takes: its sentences, hundreds, are one text."""
    held = {name: value for name, value in vars(scene).items() if name != "narration"}
    return size_of(held) + len("".join(scene.narration)) + 60 * len(scene.narration)


SIZES[Scene] = _bytes_of
