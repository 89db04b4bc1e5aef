"""What exercises about pooling show: a run, its gradient, one that is built, or matrices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from poolviz.exercises import Picture
from poolviz.pooling import Pooled, pool
from poolviz.readers import pack_matrix, unpack_matrix
from poolviz.stage.matrix import OWN
from poolviz.stage.part import Moment, Now, Numbers, Part, Play, Still
from poolviz.stage.scene import Panel, Scene
from poolviz.text import _
from poolviz.wings.pooling.core.filenames import run_name
from poolviz.wings.pooling.core.telling import scene_of
from poolviz.wings.pooling.core.window_scene import Region, value_range
from poolviz.wings.pooling.gradients.scene import gradient_scene


@dataclass(frozen=True, eq=False)
class Played(Picture):
    """A run whose window of ``cell`` is asked about; with ``dy``, its gradient is."""

    run: Pooled
    cell: tuple[int, int] = (0, 0)
    dy: np.ndarray | None = None

    @property
    def step(self) -> int:  # type: ignore[override]
        """The step of the window that is asked about."""
        return self.cell[0] * self.run.output.shape[1] + self.cell[1]

    @property
    def formulas(self) -> tuple[str, ...]:  # type: ignore[override]
        """That of the variant, and of its gradient where that is shown."""
        variant = self.run.variant
        return (variant.formula,) if self.dy is None else (variant.formula, variant.gradient)

    def name(self, prefix: str) -> str:
        """The variant and its windows come behind."""
        return run_name(prefix, self.run)

    def scene(self, hidden: int | None) -> Scene:
        """The scene, from step ``hidden`` on with its answers withheld."""
        region = Region.within(self.run)
        if self.dy is None:
            return scene_of(self.run, region, "sequence", hidden)
        title = _("Gradient of {variant}").format(variant=_(self.run.variant.title))
        return gradient_scene(self.run, self.dy, title, region, hidden)

    def parts(self, prefix: str) -> tuple[Part, ...]:
        """The scene, and its numbers; what comes out waits for the answer."""
        name, run = self.name(prefix), self.run
        shown = (
            Play(self.scene, name=name),
            Numbers(run.x, _("Input"), name=f"{name}-input"),
        )
        if self.dy is None:
            return (*shown, Numbers(run.output, _("Output"), name=f"{name}-output", tells=1))
        return (
            *shown,
            Numbers(self.dy, "dL/dy", name=f"{name}-dy"),
            Numbers(run.backward(self.dy), "dL/dx", name=f"{name}-dx", tells=1),
        )

    def sheet(self, answers: bool) -> Any:
        """The scene at this step, empty or with all that it writes."""
        from poolviz.figures.files import blank, finished
        from poolviz.figures.handout import scene_sheet

        scene = finished(self.scene(None)) if answers else blank(self.scene(0))
        return scene_sheet(scene, self.step, (), (), ())

    def state(self) -> Mapping[str, Any]:
        """The values of the pooling pages that give this run, to be watched."""
        run, geometry = self.run, self.run.geometry
        axes = geometry.axes(run.x.shape)  # type: ignore[attr-defined]
        variant, padding = type(run.variant).__name__, geometry.padding  # type: ignore[attr-defined]
        sent = {} if self.dy is None else {"upstream": "own", "dy": pack_matrix(self.dy)}
        return {
            "sample": OWN,
            "matrix": pack_matrix(run.x),
            "variant": variant,
            **{f"{variant}.{name}": value for name, value in vars(run.variant).items()},
            "kernel_size": tuple(axis.kernel for axis in axes),
            "stride": tuple(axis.stride for axis in axes),
            "padding": padding if isinstance(padding, str) else tuple(a.before for a in axes),
            "dilation": tuple(axis.dilation for axis in axes),
            "ceil_mode": geometry.ceil_mode,  # type: ignore[attr-defined]
            "mode": "watch",
            **sent,
        }


@dataclass(frozen=True, eq=False)
class Built(Played):
    """A run over a matrix that is built; ``example`` is one that answers, ``back``: its gradient.

    Until an answer is given the matrix is seen alone.
    """

    text: str = ""
    example: np.ndarray | None = None
    back: bool = False

    def over(self, matrix: np.ndarray) -> Played:
        """The same variant and windows over another matrix."""
        run = pool(matrix, self.run.variant, self.run.geometry)
        return Played(run, self.cell, np.ones(run.output.shape) if self.back else None)

    def parts(self, prefix: str) -> tuple[Part, ...]:
        """What has been built."""
        return (Now(partial(self._now, prefix)),)

    def _now(self, prefix: str, moment: Moment) -> tuple[Part, ...]:
        matrix = unpack_matrix(moment.built) if moment.built else self.run.x
        if not moment.answered:
            return Matrices(self.text, ((_("Input"), matrix),)).parts(prefix)
        played, *numbers = self.over(matrix).parts(prefix)
        assert isinstance(played, Play)
        scene = played.scene
        # A wrong try is shown with all its numbers: another one may follow.
        return (replace(played, scene=lambda _hidden: scene(None)), *numbers)

    def sheet(self, answers: bool) -> Any:
        """What there is at first, or an example."""
        if not answers:
            return Matrices(self.text, ((_("Input"), self.run.x),)).sheet(answers)
        assert self.example is not None
        return self.over(self.example).sheet(answers)


@dataclass(frozen=True, eq=False)
class Matrices(Picture):
    """Matrices with their titles, the input first, and the question ``text`` about them."""

    text: str
    matrices: tuple[tuple[str, np.ndarray], ...]

    def scene(self) -> Scene:
        """Matrices side by side in the same colours, and the question under them."""
        colours = value_range(np.concatenate([values.ravel() for _name, values in self.matrices]))
        panels = [
            Panel(str(i), name, values, *colours) for i, (name, values) in enumerate(self.matrices)
        ]
        return Scene(self.text, tuple(panels), (), (self.text,))

    def parts(self, prefix: str) -> tuple[Part, ...]:
        """The matrices, and each to take away."""
        files = zip(("input", "output"), self.matrices, strict=False)
        return (
            Still(self.scene, name=prefix),
            *(Numbers(values, what, name=f"{prefix}-{part}") for part, (what, values) in files),
        )

    def sheet(self, answers: bool) -> Any:
        """The same on paper."""
        from poolviz.figures.files import blank, finished
        from poolviz.figures.handout import scene_sheet

        scene = finished(self.scene()) if answers else blank(self.scene())
        return scene_sheet(scene, 0, (), (), ())
