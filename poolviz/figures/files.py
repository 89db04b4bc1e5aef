"""What a page offers to take away, from its declaration: for the browser and the command line.

One function a kind of part. Nothing is drawn before its file is asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from poolviz.stage.control import Values
from poolviz.stage.offer import Drawn, Made, Numbers, Offer, Played
from poolviz.stage.page import Page
from poolviz.stage.part import (
    Chart,
    File,
    Formula,
    Moment,
    Part,
    Picture,
    Pictures,
    Play,
    Posed,
    Still,
    first_play,
    walk,
)
from poolviz.stage.part import Numbers as NumbersPart
from poolviz.stage.question import Question
from poolviz.stage.scene import Kind, Panel, Scene
from poolviz.text import _


def offers(
    page: Page, values: Values, moment: Moment, link: str, save: Callable[[], bytes]
) -> list[Offer]:
    """All of it, in the order of the page; ``save`` makes the state's file."""
    offered = [
        offer for part in walk(page.parts(values), moment) for offer in offers_of(part, moment)
    ]
    offered += handouts(page, values, moment, link)
    offered.append(Made(f"{page.address}-state", "state", save))
    return offered


def offers_of(part: Part, moment: Moment) -> Iterator[Offer]:
    """What one part offers, not what it holds."""
    if not part.name:
        return
    match part:
        case Play():
            yield Played(part.name, part.scene(moment.hidden), moment.step)
        case Posed():
            yield Drawn(part.name, partial(posed_file, part, moment.hidden is not None))
        case Still():
            yield Drawn(part.name, partial(still_file, part))
        case Chart():
            yield Drawn(part.name, partial(chart_file, part))
        case Picture() if part.draw is not None or part.file is not None:
            yield Drawn(part.name, partial(picture_file, part))
        case Pictures():
            yield Drawn(part.name, partial(pictures_file, part))
        case NumbersPart():
            yield Numbers(part.name, part.values, part.what)
        case File():
            name, _dot, kind = part.name.rpartition(".")
            yield Made(name, kind, part.make, part.label)


def posed_file(part: Posed, hidden: bool, kind: str) -> bytes:
    """Two poses as a file of this kind; while ``hidden`` without their numbers."""
    from poolviz.figures.export import saved  # Matplotlib, which a view does without
    from poolviz.figures.pose_picture import pose_picture

    return saved(lambda: pose_picture(part.poses, part.joint, hidden), kind, part.alt)


def still_file(part: Still, kind: str) -> bytes:
    """A scene without steps as a file of this kind."""
    from poolviz.figures.export import still

    return still(part.scene(), 0, kind)


def chart_file(part: Chart, kind: str) -> bytes:
    """A chart as a file of this kind."""
    from poolviz.figures.export import saved  # Matplotlib, which a view does without
    from poolviz.figures.redrawn import redrawn

    return saved(lambda: redrawn(part.figure()), kind, part.alt)


def picture_file(part: Picture, kind: str) -> bytes:
    """A picture as a file of this kind."""
    if part.file is not None:
        return part.file(kind)
    from poolviz.figures.export import saved

    assert part.draw is not None
    return saved(part.draw, kind, part.alt)


def pictures_file(part: Pictures, kind: str) -> bytes:
    """Several pictures as one file of this kind."""
    from poolviz.figures.export import saved
    from poolviz.figures.planes import sheet

    def draw() -> Any:
        planes = [(shot.alt, (shot.large or shot.pixels)()) for shot in part.shots]
        return sheet(planes, part.below)

    return saved(draw, kind, part.title)


def handouts(page: Page, values: Values, moment: Moment, link: str) -> Iterator[Made]:
    """The sheet of questions, and the same with answers where the page withholds none."""
    run = page.result(values)
    name = page.name_of_files(run)
    for side in ("questions", "answers"):
        if side == "answers" and withholds(page, run, moment):
            continue
        sheet = partial(sheet_of, page, values, moment, link, side == "answers")
        if page.sheet is not None or first_play(page.parts(values), moment) is not None:
            yield Made(f"{name}-{side}", side, partial(_handout, sheet, side == "answers"))


def withholds(page: Page, run: Any, moment: Moment) -> bool:
    """Whether a question is open, or its answer is withheld in the picture."""
    open_ = moment.answered < len(page.questions(run))
    return moment.secret or moment.hidden is not None or open_


def _handout(sheet: Callable[[], Any], answers: bool) -> bytes:
    from poolviz.figures.handout import handout

    return handout(sheet(), answers)


def sheet_of(page: Page, values: Values, moment: Moment, link: str, answers: bool) -> Any:
    """The content of a handout: the page's own, or that of its first scene.

    The worked example is the current step, unless it is asked about: then the last.
    """
    from poolviz.figures.handout import scene_sheet

    run = page.result(values)
    if page.sheet is not None:
        return replace(page.sheet(run, answers), link=link)
    parts = page.parts(values)
    play = first_play(parts, moment)
    assert play is not None
    asked = asked_on_paper(page, run, moment)
    full = play.scene(None)
    scene = finished(full) if answers else blank(play.scene(0))
    last = len(scene) - 1  # what is withheld may be steps at the end
    worked = moment.step if 1 < moment.step <= last else last
    sentence = full.narration[worked] if len(full) else ""
    example: tuple[str, ...] = (
        _("Worked example, marked in the picture: {sentence}").format(sentence=sentence),
    )
    if moment.secret or (play.marks and not answers):
        scene, example = unmarked(scene), ()
    return scene_sheet(scene, worked, formulas(parts, moment), example, tuple(asked), link)


def asked_on_paper(page: Page, run: Any, moment: Moment) -> Sequence[Question]:
    """The questions of the sheet."""
    return page.asked(run, moment.step, moment.secret)


def formulas(parts: tuple[Part, ...], moment: Moment) -> tuple[str, ...]:
    """The formulas that stand on the page unfolded, and are for a sheet."""
    shown = walk(parts, replace(moment, hidden=0), folds=False)
    return tuple(part.latex for part in shown if isinstance(part, Formula) and part.sheet)


def blank(scene: Scene) -> Scene:
    """The scene with a "?" in every cell that its steps would write."""
    panels = tuple(
        panel if panel.shown == "always" else replace(panel, kind=_secret(panel))
        for panel in scene.panels
    )
    return replace(scene, panels=panels)


def _secret(panel: Panel) -> np.ndarray:
    kind = np.zeros(panel.shape, np.uint8) if panel.kind is None else panel.kind
    return np.where(kind == Kind.CELL, Kind.SECRET, kind)


def unmarked(scene: Scene) -> Scene:
    """The scene without the marks of its steps; what they would write is there as it is."""
    panels = tuple(
        panel if panel.frames else replace(panel, shown="always") for panel in scene.panels
    )
    return replace(scene, panels=panels, tracks=(), overlays=())


def finished(scene: Scene) -> Scene:
    """The scene with all that its steps write, from the first one on; other cells are empty."""
    panels = tuple(
        panel if panel.shown == "always" else _written(scene, panel) for panel in scene.panels
    )
    return replace(scene, panels=panels)


def _written(scene: Scene, panel: Panel) -> Panel:
    last = len(scene) - 1
    values, kind = scene.shown(panel.name, last), scene.kind_at(panel.name, last)
    never = np.isnan(values) & ~np.isnan(panel.values_at(last)) & (kind == Kind.CELL)
    return replace(panel, values=values, kind=np.where(never, Kind.OUTSIDE, kind), shown="always")
