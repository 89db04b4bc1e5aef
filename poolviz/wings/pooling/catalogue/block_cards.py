"""Cards of attention blocks: each on its worked input, and what one cell of its output looks at."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from poolviz.attention import BLOCKS, BlockRun
from poolviz.attention.cross import Cross
from poolviz.numbers import number, rounded
from poolviz.stage.scene import Panel, Scene, Track
from poolviz.text import _
from poolviz.wings.attention.core.block_programs import block_program, given
from poolviz.wings.pooling.catalogue.entry import Entry, Sketch


@dataclass(frozen=True)
class BlockEntry(Entry):
    """One block, and what its card says. The first channel is shown."""

    @property
    def takes_windows(self) -> bool:
        return False

    @property
    def inputs(self) -> dict[str, np.ndarray]:
        """The maps that it takes, by name."""
        x = self.cls.worked.x
        return {"x": x, "low": x} if self.cls.two_inputs else {"x": x}

    @property
    def given_parameters(self) -> dict[str, np.ndarray]:
        """The parameters of the worked case."""
        case = self.cls.worked
        values: dict[str, np.ndarray] = case.values(self.made.shapes(len(case.x)))
        return values

    @cached_property
    def made(self) -> Any:
        return self.cls(**dict(self.cls.worked.fields))

    @cached_property
    def run(self) -> BlockRun:  # type: ignore[override]
        made: BlockRun = self.made(parameters=self.given_parameters, **self.inputs)
        return made

    @property
    def cell(self) -> tuple[int, int]:
        """The cell of the output that is looked at."""
        _channel, row, col = self.cls.worked.cells[0]
        return row, col

    def row(self, at: int) -> np.ndarray | None:
        """What output cell ``at`` takes of each cell of the input ``(H, W)``; None where no cell
        asks another."""
        if not self.run.maps:
            return None
        last = self.run.maps[-1]
        weights = last.dense() if isinstance(last, Cross) else last.weights
        shape = self.cls.worked.x.shape[1:]
        if weights.ndim > 2:  # heads: their mean
            weights = weights.mean(0)
        if weights.shape[-1] != np.prod(shape):
            return None
        picked: np.ndarray = weights[at if len(weights) > 1 else 0].reshape(shape)
        return picked

    @cached_property
    def sketch(self) -> Sketch:
        shape = self.run.output.shape
        row, col = self.cell
        dz = np.zeros(shape)
        dz[0, row, col] = 1
        slopes = self.run.backward(dz).x[0]
        taken = self.row(row * shape[2] + col)
        shares = slopes if taken is None else taken
        return Sketch(self.inputs["x"][0], shares, slopes, (self.run.output[0],))

    @cached_property
    def sentence(self) -> str:
        row, col = self.cell
        return self._told(row * self.run.output.shape[2] + col)

    def _told(self, at: int) -> str:
        cols = self.run.output.shape[2]
        place = {"row": at // cols, "column": at % cols}
        value = rounded(number(self.run.output[0].flat[at]))
        taken = self.row(at)
        if taken is None:
            said = _("The first channel at row {row}, column {column} becomes {value}.")
            return said.format(value=value, **place)
        most = int(taken.argmax())
        return _(
            "Row {row}, column {column} looks most at row {other_row}, column {other_column} "
            "({weight}); its first channel becomes {value}."
        ).format(
            value=value,
            weight=rounded(number(taken.flat[most])),
            other_row=most // taken.shape[1],
            other_column=most % taken.shape[1],
            **place,
        )

    def scene(self, title: str) -> Scene:
        """Every cell of the output in turn, with what it takes of the input's cells."""
        x, y = self.inputs["x"][0], self.run.output[0]
        steps = np.arange(y.size)
        weights = [self.row(int(at)) for at in steps]
        tracks = [Track("output", written=steps)]
        if weights[0] is not None:
            flat = np.array([each.ravel() for each in weights if each is not None])
            cells = np.tile(np.arange(x.size), (y.size, 1))
            tracks.insert(0, Track("input", cells, flat, relative=True))
        return Scene(
            title,
            (
                Panel("input", _("Input"), x, *_ends(x)),
                Panel("output", _("Output"), y, *_ends(y), shown="written"),
            ),
            tuple(tracks),
            tuple(self._told(int(at)) for at in steps),
            "exp",
        )

    @property
    def names(self) -> dict[str, str]:
        elsewhere = self.cls.names.elsewhere
        return {**super().names, **({_("Elsewhere"): elsewhere} if elsewhere else {})}

    @property
    def domain(self) -> str:
        return _("maps of any number of channels")

    @property
    def about(self) -> tuple[str, ...]:
        chosen = self.cls.choices
        return (
            _("Who asks: {what}").format(what=_(chosen.asks)),
            _("Who may be asked: {what}").format(what=_(chosen.asked)),
            _("How strongly: {what}").format(what=_(chosen.strength)),
            _("What is taken: {what}").format(what=_(chosen.taken)),
            _("What is done with it: {what}").format(what=_(chosen.done)),
            *super().about,
        )

    def programs(self) -> dict[str, str]:
        """Framework -> a program for the worked case."""
        arrays = {**self.inputs, **self.given_parameters}
        return {
            title: block_program(self.made, name, given(arrays, name))
            for title, name in (("PyTorch", "torch"), ("NumPy", "numpy"))
        }


def _ends(values: np.ndarray) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def block_entries() -> tuple[BlockEntry, ...]:
    """A card a block, in menu order.

    >>> [entry.name for entry in block_entries()][:2]
    ['NonLocalMeans', 'NonLocal']
    """
    return tuple(BlockEntry(cls) for cls in BLOCKS)
