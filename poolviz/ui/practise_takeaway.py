"""What a person takes away from an exercise: what it shows, its numbers, and a sheet to answer."""

from functools import partial
from typing import Any

import numpy as np

from poolviz.exercises import KINDS, Exercise
from poolviz.exercises.exercise import Grid, Kernel, Numbers, Played
from poolviz.exercises.kinds import title
from poolviz.figures.export import saved, still
from poolviz.figures.files import blank, finished
from poolviz.figures.handout import Sheet, scene_sheet
from poolviz.figures.pose_picture import SHAPE, draw_pose, pose_picture
from poolviz.pooling import pool
from poolviz.stage.question import Choice, Question
from poolviz.stage.scene import Panel, Scene
from poolviz.text import _
from poolviz.ui.pictures import picture_files, pictures
from poolviz.ui.pooling import scene_of
from poolviz.ui.takeaway import downloads
from poolviz.wings.pooling.core.window_scene import Region, value_range
from poolviz.wings.pooling.gradients.scene import gradient_scene
from poolviz.wings.pose.oks.posing import Posing
from poolviz.wings.pose.oks.words import OKS_FORMULA

KEY = "practise"
SIZE = r"o = \lfloor (n + 2 p - k) / s \rfloor + 1"
Matrices = tuple[tuple[str, np.ndarray], ...]


def played_scene(shown: Played, first: int | None) -> Scene:
    """The scene of a run or of its gradient, from step ``first`` on with its answers withheld."""
    if shown.dy is None:
        return scene_of(shown.run, first)
    name = _("Gradient of {variant}").format(variant=_(shown.run.variant.title))
    return gradient_scene(shown.run, shown.dy, name, Region.within(shown.run), first)


def of_built(shown: Played, matrix: np.ndarray, back: bool) -> Played:
    """The same variant and windows over a matrix that was built; with ``back`` its gradient."""
    run = pool(matrix, shown.run.variant, shown.run.geometry)
    return Played(run, shown.cell, np.ones(run.output.shape) if back else None)


def window_step(shown: Played) -> int:
    """The step of the window that is asked about."""
    return shown.cell[0] * shown.run.output.shape[1] + shown.cell[1]


def save_picture(made: Exercise, shown: Any, step: int, name: str, hidden: bool) -> None:
    """What is ``shown`` as files, its answer withheld while ``hidden``."""
    label = _("Save this picture")
    if isinstance(shown, Played):
        pictures(played_scene(shown, 0 if hidden else None), step, name, KEY)
    elif isinstance(shown, Numbers):
        scene = _matrices_scene(made.text, shown.matrices)
        picture_files(partial(still, scene, 0), name, KEY, label)
    elif isinstance(shown, Posing):
        picture_files(
            lambda kind: saved(lambda: pose_picture(shown.poses, 0, hidden), kind, name),
            name, KEY, label,
        )  # fmt: skip


def _matrices_scene(text: str, matrices: Matrices) -> Scene:
    """Matrices side by side in the same colours, and the question under them."""
    colours = value_range(np.concatenate([values.ravel() for _name, values in matrices]))
    panels = [Panel(str(i), name, values, *colours) for i, (name, values) in enumerate(matrices)]
    return Scene(text, tuple(panels), (), (text,))


def save_numbers(shown: Any, name: str, hidden: bool) -> None:
    """What the exercise shows as CSV and .npy; what it asks for, once that has been answered."""
    if isinstance(shown, Played):
        run = shown.run
        downloads(run.x, f"{name}-input", f"{KEY}.input", what=_("Input"))
        if shown.dy is None:
            downloads(run.output, f"{name}-output", KEY, hidden)
            return
        downloads(shown.dy, f"{name}-dy", f"{KEY}.dy", what="dL/dy")
        downloads(run.backward(shown.dy), f"{name}-dx", KEY, hidden, what="dL/dx")
    elif isinstance(shown, Numbers):
        for part, (what, values) in zip(("input", "output"), shown.matrices, strict=False):
            downloads(values, f"{name}-{part}", f"{KEY}.{part}", what=what)
    elif isinstance(shown, Posing):
        seen = np.column_stack([shown.person.points, shown.visibility, shown.pred])
        downloads(seen, f"{name}-joints", f"{KEY}.joints", what=_("Joints"))
        downloads(shown.similarities, f"{name}-similarities", KEY, hidden, _("Similarities"))


def exercise_sheet(kind: str, made: Exercise, address: str, answers: bool) -> Sheet:
    """The exercise on paper. What people get wrong comes without a formula: it would tell."""
    shown, tells = made.picture, bool(KINDS[kind].misconception)
    formulas = _formulas(made) if answers or not tells else ()
    about, asked = title(kind), (_question(made, answers),)
    if isinstance(shown, Posing):
        return Sheet(
            about, lambda axes, inches: draw_pose(axes, shown.poses, 0, not answers, inches), SHAPE,
            formulas, made.notes, asked, address,
        )  # fmt: skip
    scene, step = _sheet_scene(made, answers)
    if scene is None:
        return Sheet(about, None, SHAPE, formulas, made.notes, asked, address)
    return scene_sheet(scene, step, formulas, made.notes, asked, address, about)


def _sheet_scene(made: Exercise, answers: bool) -> tuple[Scene | None, int]:
    """What the sheet shows, and at which step: of a matrix that is to be built, an example."""
    shown = made.picture
    if isinstance(shown, Numbers):
        return _matrices_scene(made.text, shown.matrices), 0
    if not isinstance(shown, Played):
        return None, 0
    if isinstance(made.form, Grid):
        if not answers:
            return _matrices_scene(made.text, ((_("Input"), made.form.start),)), 0
        assert made.example is not None
        shown = of_built(shown, made.example, made.page == "gradients")
    scene = played_scene(shown, None if answers else 0)
    return finished(scene) if answers else blank(scene), window_step(shown)


def _formulas(made: Exercise) -> tuple[str, ...]:
    shown = made.picture
    if isinstance(shown, Posing):
        return (OKS_FORMULA,)
    if isinstance(shown, Played):
        variant = shown.run.variant
        return (variant.formula,) if shown.dy is None else (variant.formula, variant.gradient)
    return (SIZE,) if isinstance(made.form, Kernel) else ()


def _question(made: Exercise, answers: bool) -> Question:
    """The exercise as a question: with its options, with one answer to write, or with none."""
    options = getattr(made.form, "options", None)
    if options is not None:
        return Question(made.text, options)
    found = made.solution()
    if not isinstance(made.form, Grid):
        return Question(made.text, (found,))
    told = Choice(_("The input in the picture, and many others"), True, found.why)
    return Question(made.text, (told,) if answers else ())
