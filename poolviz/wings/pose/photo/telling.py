"""What is said of a photograph: what to notice, what breaks the network, the way on to /oks."""

import numpy as np

from poolviz.numbers import number
from poolviz.pose.photo.heads import CUSTOMARY
from poolviz.readers.pose import pack_numbers
from poolviz.stage.part import ALL, Fold, Leads, Part, Says, Table
from poolviz.text import _
from poolviz.wings.pose.photo.measured import recorded
from poolviz.wings.pose.photo.picture import OWN, Looked
from poolviz.wings.pose.photo.scene import name_of

FARTHEST, RIVAL = 12, 0.3
"""Somebody else: so many cells from the person taken, center at least so high."""


def warnings(looked: Looked) -> tuple[Part, ...]:
    """A sentence for each thing that makes this answer doubtful."""
    found, said = looked.found, []
    rows, columns = looked.pixels.shape[:2]
    if min(rows, columns) < 16:
        said.append(
            _(
                "The picture has only {rows} × {columns} pixels: there is nothing to see in it, "
                "and the network answers all the same."
            ).format(rows=rows, columns=columns)
        )
    if looked.inside == 0:
        said.append(
            _("The box lies outside the picture: the network sees black, and answers all the same.")
        )
    elif looked.inside < 0.5:
        said.append(_("More than half of the box lies outside the picture, where it is black."))
    if (found.scores < CUSTOMARY).all():
        said.append(
            _(
                "No joint reaches the customary .3: probably nobody is here. The network always "
                "answers; it has no way to say so."
            )
        )
    elif (rival := _rival(looked)) is not None:
        said.append(
            _(
                "Somebody else may be around row {row}, column {column}. The network gives one "
                "person: the one nearest to the middle of the box. Move the box to the other."
            ).format(row=rival[0], column=rival[1])
        )
    return tuple(Says(each, "warning") for each in said)


def _rival(looked: Looked) -> tuple[int, int] | None:
    """The cell of somebody else's middle, if there is one."""
    center = looked.found.center
    rows, columns = np.mgrid[: len(center), : len(center)]
    row, column = looked.found.person
    away = np.hypot(rows - row, columns - column)
    there = np.where(away >= FARTHEST, center, 0)
    if there.max() < RIVAL:
        return None
    at = np.unravel_index(int(there.argmax()), there.shape)
    return int(at[0]), int(at[1])


def measure_it(looked: Looked) -> tuple[Part, ...]:
    """The found pose as a detection on /oks, and as a truth to begin with."""
    places = np.round(looked.places, 1)
    flags = np.where(looked.found.scores >= CUSTOMARY, 2, 0)
    if not flags.any():
        return ()
    truth = np.column_stack([places, flags])
    given = {"person": OWN, "own": pack_numbers(truth), "pose": pack_numbers(places)}
    return (
        Says(_("Measure it"), "heading"),
        Says(
            _(
                "What was found goes to OKS as the detection, and once more as a truth to correct: "
                "lay your picture under it there, move the true joints to where they belong, and "
                "see what each slip costs. Joints below .3 begin unlabelled."
            )
        ),
        Leads("oks", _("Measure it: correct this pose on {page}"), given),
    )


def joints(looked: Looked) -> Part:
    """Every joint with its place in the picture and its score."""
    found = looked.found
    order = range(len(found.scores))
    return Table({
        _("joint"): [name_of(i) for i in order],
        _("x, px"): [number(round(float(x), 1)) for x in looked.places[:, 0]],
        _("y, px"): [number(round(float(y), 1)) for y in looked.places[:, 1]],
        _("score"): [number(round(float(s), 3)) for s in found.scores],
    }, name="joints")  # fmt: skip


def limits() -> tuple[Part, ...]:
    """What it can and cannot do, and what was measured."""
    can = (
        _(
            "For one person, near the middle of the box, upright and about as tall as it; trained "
            "on COCO and on people at sports."
        ),
        _(
            "The score is the heat at the joint's cell: no proof, and no probability of being "
            "right."
        ),
        _("One answer for every picture: who is in it, and whether, is somebody else's to find."),
    )
    return (
        Says(_("What it can do, and what it cannot"), "heading", tells=ALL),
        Says("\n".join(f"- {each}" for each in can), tells=ALL),
        Fold(_("What breaks it, measured on the astronaut"), _breaks, "science", name="breaks",
             tells=ALL),
    )  # fmt: skip


def _breaks() -> tuple[Part, ...]:
    titles = {
        "box": _("box × {value} %"), "across": _("box {value} % to the side"),
        "rotate": _("turned {value}°"), "noise": _("noise {value}"),
    }  # fmt: skip
    rows = recorded()
    return (
        Table({
            _("change"): [titles[b.control].format(value=number(b.value)) for b in rows],
            _("joints move, px of 512"): [number(b.moved) for b in rows],
            _("mean score"): [number(b.score) for b in rows],
        }),
        Says(_("The mean of nose, eyes, ears and shoulders, the joints that are in the picture."),
             "caption"),
    )  # fmt: skip


def sources() -> Says:
    """Whose the network and the pictures are."""
    return Says(
        _(
            "Sources: MoveNet SinglePose Lightning, Google, Apache-2.0 (2.3 million weights as "
            "float16, run in NumPy; equal to TensorFlow.js to 1e-5). The astronaut is Eileen "
            "Collins, photograph by NASA, public domain. The cat: Stéfan van der Walt, CC0. Your "
            "own picture stays in this visit's memory; nothing is stored."
        ),
        "caption",
    )
