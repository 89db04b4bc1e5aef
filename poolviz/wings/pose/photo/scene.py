"""MoveNet's four heads in their order, as one scene over what it sees."""

import numpy as np

from poolviz.numbers import number
from poolviz.pose import COCO17
from poolviz.pose.photo.heads import CELLS, CUSTOMARY, Found
from poolviz.stage.scene import Ground, Overlay, Panel, Scene
from poolviz.text import _
from poolviz.wings.pose.oks.posing import readable
from poolviz.wings.pose.photo.picture import Looked, pale

FLOOR = 1.8
"""Cells that are added to a distance before something is divided by it."""
STEPS = 8
SEEN, CENTER, PERSON, ROUGH, HEAT, NEAR, OFFSET, POSE = range(STEPS)


def name_of(joint: int) -> str:
    """A joint of COCO's seventeen as a person reads it."""
    return _(readable(COCO17.names[joint]))


def heads_scene(looked: Looked, joint: int) -> Scene:
    """Eight steps: what it sees, whose middle, rough places, one joint's map, all joints."""
    found = looked.found
    frames = np.zeros((STEPS, CELLS, CELLS), np.float32)
    frames[CENTER] = found.center
    frames[PERSON] = FLOOR * found.preferred
    frames[HEAT] = found.heat[joint]
    frames[NEAR] = FLOOR * found.near[joint]
    panel = Panel(
        "cells", _("What the network sees"), frames, 0.0, float(frames.max()),
        ground=Ground(pale(looked.seen), _("the crop of the picture"), veil=0.85),
    )  # fmt: skip
    return Scene(
        _("From a photograph to seventeen joints"), (panel,),
        (), _told(found, joint), overlays=_overlays(found, joint),
    )  # fmt: skip


def _overlays(found: Found, joint: int) -> tuple[Overlay, ...]:
    rough, places = found.rough[:, ::-1], found.places[:, ::-1] * CELLS
    points = np.full((STEPS, len(places), 2), np.nan)
    points[ROUGH] = rough
    points[NEAR, joint] = rough[joint]
    points[OFFSET, joint] = places[joint]
    points[POSE] = places
    arrows = np.full((STEPS, len(places), 4), np.nan)
    middle = np.array(found.person[::-1], float)
    arrows[ROUGH, :, :2], arrows[ROUGH, :, 2:] = middle, rough - middle
    cell = found.cells[joint, ::-1]
    arrows[OFFSET, joint] = (*cell, *(places[joint] - cell))
    boxes = np.full((STEPS, 1, 4), np.nan)
    boxes[PERSON:HEAT, 0] = (*middle, 1, 1)
    boxes[NEAR : OFFSET + 1, 0] = (*cell, 1, 1)
    edges = np.full((STEPS, len(COCO17.edges), 2), -1)
    edges[POSE] = COCO17.edges
    hollow = np.zeros((STEPS, len(places)), bool)
    hollow[POSE] = found.scores < CUSTOMARY
    return (
        Overlay(
            "cells", _("Joints"), points=points, edges=edges, arrows=arrows, boxes=boxes,
            hollow=hollow,
            labels=tuple(name_of(i) for i in range(len(places))),
        ),
    )  # fmt: skip


def _told(found: Found, joint: int) -> tuple[str, ...]:
    row, column = found.person
    seen = int((found.scores >= CUSTOMARY).sum())
    y, x = found.cells[joint]
    names = {
        "joint": name_of(joint), "row": row, "column": column, "y": y, "x": x,
        "most": number(round(float(found.center.max()), 2)),
        "here": number(round(float(found.center[row, column]), 2)),
        "heat": number(round(float(found.heat[joint].max()), 2)),
        "score": number(round(float(found.scores[joint]), 2)),
        "down": number(round(float(found.offsets[joint, 0]), 2)),
        "right": number(round(float(found.offsets[joint, 1]), 2)),
        "seen": seen,
    }  # fmt: skip
    texts = (
        _("The crop, 192 × 192 pixels: nothing else reaches the network."),
        _(
            "Head 1, center: how much each of 48 × 48 cells looks like the middle of somebody; "
            "{most} at most."
        ),
        _(
            "Divided by the distance to the middle of the crop. The largest is taken as the "
            "person: row {row}, column {column}, where center is {here}."
        ),
        _(
            "Head 2, regress: from that one cell a first, rough place of all seventeen joints. "
            "The outlined cell speaks for the whole person."
        ),
        _("Head 3, heat: where a {joint} is seen, anybody's; {heat} at most."),
        _(
            "Divided by the distance to the rough place, so that another person's counts less. "
            "The largest is the {joint}: row {y}, column {x}."
        ),
        _(
            "Head 4, offset, read in that cell: {down} down, {right} to the right. That is the "
            "place between the cells. Its score is the heat there, {score}."
        ),
        _("All seventeen. Scores of at least .3: {seen}; the others are rings."),
    )
    return tuple(text.format(**names) for text in texts)
