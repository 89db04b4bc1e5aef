"""Photo: drop in a photograph, and see a real network find seventeen joints, head by head."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from poolviz.pose import COCO17
from poolviz.stage.cache import kept
from poolviz.stage.control import Choice, Control, Index, Silent, Values, Whole
from poolviz.stage.handmade import Brings
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE
from poolviz.stage.page import Page
from poolviz.stage.part import CLASS, Fold, Formula, Numbers, Part, Place, Play, Program, Says
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.pose.photo.picture import OWN, PICTURES, Looked, held, looked_at
from poolviz.wings.pose.photo.programs import programs
from poolviz.wings.pose.photo.questions import photo_questions
from poolviz.wings.pose.photo.scene import POSE, heads_scene, name_of
from poolviz.wings.pose.photo.telling import joints, limits, measure_it, sources, warnings

FORMULA = (
    r"\text{person} = \arg\max_p \frac{\sigma(c_p)}{|p - m| + 1.8} \qquad "
    r"\text{joint}_j = \arg\max_p \frac{\sigma(h_{jp})}{|p - r_j| + 1.8} + o_j"
)


@dataclass(frozen=True, eq=False)
class Run:
    """What was found, the joint whose map is shown, and what was noted of one's own picture."""

    looked: Looked
    joint: int
    picture: str
    noise: int
    notes: tuple[str, ...]


def compute(values: Values) -> Run:
    """The network's answer in this state."""
    looked = looked_at(values)
    return Run(looked, values["joint"], values["picture"], values["noise"], values["notes"])


def take(values: Values, data: bytes | str | None) -> Mapping[str, Any]:
    """A picture of one's own is looked at as a whole; without it the first one is."""
    if data is None:
        return {"own": None, "notes": ()}
    assert isinstance(data, bytes)
    own, notes = held(data)
    return {
        "own": own, "picture": OWN, "notes": notes, "box": 100, "across": 0, "down": 0, "rotate": 0,
    }  # fmt: skip


def _pictures(values: Values) -> tuple[str, ...]:
    return (*PICTURES, *((OWN,) if values.get("own") else ()))


def _title(name: str) -> str:
    return _("your own picture") if name == OWN else _(PICTURES[name])


CONTROLS = (
    Control(
        "picture", N_("Picture"), Choice(_pictures, _title, known=(*PICTURES, OWN)), "astronaut"
    ),
    Control(
        "box", N_("Box, % of the longer side"), Whole(20, 300, look="slider", unit="%"), 100,
        N_("What the network sees is a square, made 192 × 192."),
    ),
    Control("rotate", N_("Turn"), Whole(-180, 180, look="slider", unit="°"), 0),
    Control(
        "noise", N_("Noise"), Whole(0, 120, look="slider"), 0,
        N_("Standard deviation of normal noise on the crop, of 255."),
    ),
    Control(
        "joint", N_("Joint whose map is shown"),
        Index(lambda values: tuple(name_of(i) for i in range(COCO17.size)), COCO17.size - 1), 2,
    ),
    Control(
        "across", N_("Box to the right"), Whole(-150, 150, look="slider", unit="%"), 0, folded=True
    ),
    Control("down", N_("Box down"), Whole(-150, 150, look="slider", unit="%"), 0, folded=True),
    MODE,
    Control(
        "step", N_("Step"), Silent(whole(0, 10**6), tries=(1,)), POSE, passing=True,
    ),
    Control(
        "", N_("A photograph of your own"),
        Brings(("png", "jpg", "jpeg", "webp"), take, camera=N_("Take one with the camera")),
        help=N_("It stays in the memory of this visit: nothing is stored, and no link holds it."),
        key="own", with_="picture", placed=True,
    ),
    Control("", "", Silent(str), (), key="notes", with_="picture"),
)  # fmt: skip


def view(run: Run) -> tuple[Part, ...]:
    """The four heads over the picture, what is doubtful, the way on, the table, the limits."""
    looked = run.looked
    return (
        Play(partial(_scene, run), name=f"photo-{run.picture}"),
        *(Says(note, "caption") for note in run.notes),
        *warnings(looked),
        Place(("own",)),
        *measure_it(looked),
        Formula(FORMULA),
        Fold(_("All seventeen joints"), lambda: (joints(looked),), "table_rows", name="joints",
             tells=CLASS),
        Numbers(looked.rows, _("Joints"), name="photo-joints", tells=CLASS),
        *limits(),
        Program(
            _("The same in NumPy and JavaScript"),
            {"": lambda: (programs(looked.box, looked.rotate, run.noise), {})},
            _("The network as it is shipped here, and as its publisher's runtime runs it."),
            name="code",
        ),
        sources(),
    )  # fmt: skip


def _scene(run: Run, hidden: int | None) -> Scene:
    return _kept_scene(run.looked, run.joint)


@kept
def _kept_scene(looked: Looked, joint: int) -> Scene:
    scene = heads_scene(looked, joint)
    assert scene.wire  # computed here, once
    return scene


PHOTO = Page(
    address="photo",
    wing=N_("Pose"),
    group=N_("Pose: boxes first"),
    title=N_("Photo"),
    icon="photo_camera",
    shows=N_(
        "Drop in a photograph: a real network finds seventeen joints, one of its four heads after "
        "the other."
    ),
    intro=N_(
        "MoveNet, as phones run it, here in NumPy. Play it: whose middle, where roughly, which "
        "cell, where in the cell."
    ),
    controls=CONTROLS,
    run=compute,
    view=view,
    questions=lambda run: photo_questions(),
    file_name=lambda run: f"photo-{run.picture}",
)
"""MoveNet Lightning on a photograph."""
