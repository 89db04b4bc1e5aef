"""Top-down: move the box, and see the crop, the map of a joint, and the joint back again."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pose import COCO17
from poolviz.pose.photo.heads import CELLS
from poolviz.pose.topdown.crop import inverse
from poolviz.stage.cache import kept
from poolviz.stage.control import Choice, Control, Flag, Index, Silent, Values, Whole
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE
from poolviz.stage.page import Page
from poolviz.stage.part import ALL, PICTURE, Formula, Numbers, Part, Play, Program, Says, Table
from poolviz.stage.question import Choice as Answer
from poolviz.stage.question import Question
from poolviz.stage.scene import Ground, Overlay, Panel, Scene
from poolviz.text import N_, _
from poolviz.wings.pose.photo.measured import UPPER, moved_by
from poolviz.wings.pose.photo.picture import pale, shipped
from poolviz.wings.pose.photo.programs import programs
from poolviz.wings.pose.photo.scene import name_of
from poolviz.wings.pose.topdown.way import OFFSET, STRIDE, WAYS, Way, way

SHIFT = -20
STEPS = 4
BOX, CROP, MAP, BACK = range(STEPS)
AROUND = 64
"""Cells of the panel of the picture; the astronaut fills 48 of them, boxes reach beyond."""


@dataclass(frozen=True, eq=False)
class Run:
    """What is found in the box, and in the box that is right."""

    way: Way
    right: Way
    joint: int
    decode: str
    flip: bool

    @property
    def away(self) -> float:
        """How far the joint is from where the right box puts it, in pixels."""
        return float(np.linalg.norm((self.way.places - self.right.places)[self.joint]))

    @property
    def mean(self) -> float:
        """The same on average over the joints that are in the picture."""
        far = np.linalg.norm(self.way.places - self.right.places, axis=1)[:UPPER]
        return float(far.mean())


def _ways(values: Values) -> tuple[str, ...]:
    """The offset is read in one run's cell: averaged maps have none."""
    return tuple(name for name in WAYS if name != OFFSET or not values["flip"])


def compute(values: Values) -> Run:
    """Both boxes."""
    flip, decode = values["flip"], values["decode"]
    if decode not in _ways(values):
        decode = _ways(values)[0]
    here = way(values["box"], values["across"], values["down"], flip, decode)
    return Run(here, way(100, 0, 0, flip, decode), values["joint"], decode, flip)


def topdown_scene(run: Run, hidden: int | None) -> Scene:
    """The box in the picture, its crop, the joint's map, and the joint back in the picture."""
    margin = (AROUND - CELLS) // 2
    wide = np.pad(shipped("astronaut"), [(margin * 512 // CELLS,) * 2] * 2 + [(0, 0)])
    scale = CELLS / 512
    x, y, w, h = (side * scale for side in run.way.box)
    boxes = np.full((STEPS, 1, 4), np.nan)
    boxes[:, 0] = (x + margin, y + margin, w, h)
    points = np.full((STEPS, 2, 2), np.nan)
    points[BACK] = (run.right.places[run.joint], run.way.places[run.joint])
    points = points * scale + margin
    inside = np.full((STEPS, 1, 2), np.nan)
    inside[MAP:, 0] = run.way.cells[run.joint]
    frames = np.zeros((STEPS, CELLS, CELLS), np.float32)
    frames[MAP:] = run.way.near[run.joint]
    told = list(_told(run))
    if hidden is not None:
        for step in range(hidden, STEPS):
            points[step], inside[step], frames[step] = np.nan, np.nan, 0
            told[step] = _("How far does the joint move?")
    top = max(float(run.way.near[run.joint].max()), 1e-6)
    panels = (
        Panel(
            "picture", _("Picture"), np.zeros((AROUND, AROUND)), 0.0, 1.0,
            ground=Ground(pale(wide), _("an astronaut, black around"), 0.0),
        ),
        Panel(
            "crop", _("Crop and map"), frames, 0.0, top,
            ground=Ground(pale(run.way.seen, 240), _("the crop"), 0.85),
        ),
    )  # fmt: skip
    overlays = (
        Overlay("picture", _("Box and joint"), points=points, boxes=boxes,
                hollow=np.array([True, False]), labels=(_("from the right box"), _("found"))),
        Overlay("crop", _("Joint"), points=inside, labels=(name_of(run.joint),)),
    )  # fmt: skip
    return Scene(_("Box, crop, map, and back"), panels, (), tuple(told), overlays=overlays)


def _told(run: Run) -> tuple[str, ...]:
    x, y, w, h = (number(round(float(side))) for side in run.way.box)
    place, cell = run.way.places[run.joint], run.way.cells[run.joint]
    names = {
        "x": x, "y": y, "w": w, "h": h, "joint": name_of(run.joint),
        "px": number(round(float(run.way.box[2]) / CELLS, 2)),
        "cx": number(round(float(cell[0]), 2)), "cy": number(round(float(cell[1]), 2)),
        "bx": number(round(float(place[0]), 1)), "by": number(round(float(place[1]), 1)),
        "away": number(round(run.away, 1)), "mean": number(round(run.mean, 1)),
        "how": _(WAYS[run.decode]),
    }  # fmt: skip
    texts = (
        _("The box: x = {x}, y = {y}, {w} × {h} pixels. A detector drew it, rightly or not."),
        _("Its crop, made 192 × 192. One cell of the maps is {px} pixels of the picture."),
        _("The map of the {joint}, read by {how}: ({cx}, {cy}) in cells."),
        _(
            "Back by the inverse: ({bx}, {by}) in the picture, {away} px from where the right box "
            "puts it (the ring); over seven joints {mean} px."
        ),
    )
    return tuple(text.format(**names) for text in texts)


@kept
def _scene(run: Run, hidden: int | None) -> Scene:
    scene = topdown_scene(run, hidden)
    assert scene.wire  # computed here, once
    return scene


def asked(run: Run) -> tuple[Question, ...]:
    """A box that is off; one that is too large; and the shift of the flip test."""
    return shift_question(), size_question(), flip_question()


def shift_question() -> Question:
    """A box a fifth too far left moves the joints by a few pixels."""
    pixels = -SHIFT * 512 // 100
    moved = moved_by("across", SHIFT)
    why = _(
        "{moved} px on average over seven joints: the way back undoes the box. What is left comes "
        "of what the network then sees, and of what it no longer sees."
    ).format(moved=number(moved))
    return Question(
        _("The box is moved left by 20 % of its side, {px} px. How far do the joints move?").format(
            px=pixels
        ),
        (
            Answer(_("{px} px, as far as the box").format(px=pixels), False, why),
            Answer(_("about {moved} px").format(moved=number(round(moved))), True, why),
            Answer(_("not at all: the way back undoes it"), False, why),
        ),
        step=BACK,
        example={"across": SHIFT},
    )


def size_question() -> Question:
    """Size matters more than place."""
    why = _(
        "{size} px against {place} px. A box twice as large shows the person at half the size, "
        "with "
        "cells twice as wide; a box that is off still shows her as she was in training."
    ).format(size=number(moved_by("box", 200)), place=number(moved_by("across", SHIFT)))
    return Question(
        _("What hurts more: a box twice as large, or one a fifth of its side off?"),
        (
            Answer(_("twice as large"), True, why),
            Answer(_("a fifth off"), False, why),
            Answer(_("both alike"), False, why),
        ),
        example={"box": 200},
    )


def flip_question() -> Question:
    """The shift by one of the flip test comes of x / s."""
    why = _(
        "With x / s a mirrored map comes back (s − 1) / s = .75 cells off at stride 4; a shift "
        "by one "
        "cell leaves .25. With (x + .5) / s − .5 it comes back where it was."
    )
    return Question(
        _(
            "The flip test runs the mirrored crop, mirrors the maps back, averages. HRNet's code "
            "then shifts them by one cell. Why?"
        ),
        (
            Answer(_("mirroring always moves a map by a cell"), False, why),
            Answer(_("it places a joint at x / s, without half pixels"), True, why),
            Answer(_("the network sees mirrored people one cell off"), False, why),
        ),
        example={"flip": True, "decode": "dark"},
    )


def view(run: Run) -> tuple[Part, ...]:
    """The way of the joint, its matrices with the numbers in, all joints, what to notice, code."""
    return (
        Play(partial(_scene, run), name="topdown"),
        *map(Formula, _matrices(run)),
        Table(_rows(run), name="joints", tells=PICTURE),
        Numbers(run.way.rows, _("Joints"), name="topdown-joints", tells=PICTURE),
        Says(
            "\n".join(
                f"- {each}"
                for each in (
                    _(
                        "One run a box: ten people are ten runs. Boxes that miss somebody lose "
                        "them."
                    ),
                    _(
                        "RMPE puts a transformer before the pose network that moves the crop, θ, "
                        "and one behind it that undoes it, γ: the same two matrices, learnt."
                    ),
                    _("The stride here is {stride} px of the crop.").format(stride=STRIDE),
                )
            ),
            tells=ALL,
        ),
        Program(
            _("The same in NumPy and JavaScript"),
            {"": lambda: (programs(run.way.box, 0, 0), {})}, name="code",
        ),
        Says(
            _(
                "Sources: Fang, Xie, Tai & Lu, ICCV 2017 (RMPE); HRNet's code and its question 22 "
                "(the shift by one); MoveNet, Google. Photograph: NASA, public domain."
            ),
            "caption",
        ),
    )  # fmt: skip


def _matrices(run: Run) -> tuple[str, str]:
    """Both ways with their numbers: x' and y' are cells of the crop's maps."""

    def written(matrix: np.ndarray, to: str, of: str) -> str:
        rows = zip("xy", matrix + 0.0, strict=True)
        return r", \qquad ".join(
            rf"{axis}{to} = {row[i]:.4g} \, {axis}{of} {row[2]:+.4g}"
            for i, (axis, row) in enumerate(rows)
        )

    there = run.way.matrix
    return written(there, "'", ""), written(inverse(there), "", "'")


def _rows(run: Run) -> dict[str, list[object]]:
    far = np.linalg.norm(run.way.places - run.right.places, axis=1)
    return {
        _("joint"): [name_of(i) for i in range(COCO17.size)],
        _("x, px"): [number(round(float(x), 1)) for x in run.way.places[:, 0]],
        _("y, px"): [number(round(float(y), 1)) for y in run.way.places[:, 1]],
        _("px moved"): [number(round(float(d), 1)) for d in far],
        _("score"): [number(round(float(s), 2)) for s in run.way.found.scores],
    }


TOPDOWN = Page(
    address="topdown",
    wing=N_("Pose"),
    group=N_("Pose: boxes first"),
    title=N_("Top-down"),
    icon="crop_free",
    shows=N_("A box becomes a crop, the crop a map, the map a joint back in the picture."),
    intro=N_("A detector draws a box; a pose network looks at nothing else."),
    controls=(
        Control("box", N_("Box, % of the right one"), Whole(30, 300, look="slider", unit="%"), 100),
        Control("across", N_("Box to the right"), Whole(-60, 60, look="slider", unit="%"), SHIFT),
        Control("down", N_("Box down"), Whole(-60, 60, look="slider", unit="%"), 0),
        Control(
            "joint", N_("Joint"),
            Index(lambda values: tuple(name_of(i) for i in range(COCO17.size)), COCO17.size - 1), 6,
        ),
        Control(
            "decode", N_("Read by"),
            Choice(_ways, lambda name: _(WAYS[name]), known=tuple(WAYS)),
            OFFSET, folded=True,
        ),
        Control(
            "flip", N_("Flip test"), Flag(), False,
            N_("Run the mirrored crop, too, and average the maps."), folded=True,
        ),
        Control("step", N_("Step"), Silent(whole(0, 10**6), tries=(1,)), 0, passing=True),
        MODE,
    ),
    run=compute,
    view=view,
    questions=asked,
)  # fmt: skip
"""Top-down: boxes first."""
