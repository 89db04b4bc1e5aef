"""The stages side by side: a step a stage, the map of one joint over the picture, and all peaks."""

import numpy as np

from poolviz.numbers import number
from poolviz.pose.networks.receptive import DESIGNS
from poolviz.pose.procedural import JOINTS, LIMBS
from poolviz.pose.skeletons import CROWDPOSE
from poolviz.stage.scene import Ground, Overlay, Panel, Scene
from poolviz.text import _, listed, titled, together
from poolviz.wings.pose.oks.posing import readable
from poolviz.wings.pose.stages.looking import Looked

STAGES = 4
VEIL, STRONG = 0.95, 0.6
"""How opaque the veil is where a map is at least so high."""
MOST_NAMED = 5
"""Joints on the other side that are named; of more their number is said."""


def name_of(joint: int) -> str:
    """A joint as it is called; the head's joint is its middle."""
    return _("head") if JOINTS[joint] == "top_head" else _(readable(JOINTS[joint]))


def joint_title(name: str) -> str:
    """A joint by its name, as a control offers it."""
    return name_of(JOINTS.index(name))


def field_of(stage: int) -> int:
    """How many pixels wide the field of a stage is, 1 the first."""
    return DESIGNS["ours"].field(stage).side


def stages_scene(shown: tuple[Looked, ...], joint: int, hidden: int | None) -> Scene:
    """A row of four panels for each picture: as drawn, and with the head turned.

    Step s asks stage s + 1. From step ``hidden`` on nothing of what a stage says is there.
    """
    told = STAGES if hidden is None else hidden
    panels: list[Panel] = []
    overlays: list[Overlay] = []
    for row, each in enumerate(shown):
        for stage in range(STAGES):
            title = _("Stage {n}, head turned") if each.setting.head else _("Stage {n}")
            panel, overlay = map_panel(
                each, stage, joint, told, f"{row}.{stage}", title.format(n=stage + 1),
                breaks=row > 0 and stage == 0,
            )  # fmt: skip
            panels.append(panel)
            overlays.append(overlay)
    said = [
        _narrated(shown, s, joint) if s < told else _("Stage {n}: predict first.").format(n=s + 1)
        for s in range(STAGES)
    ]
    title = _("Four stages look for the {joint}").format(joint=name_of(joint))
    return Scene(title, tuple(panels), (), tuple(said), overlays=tuple(overlays))


def map_panel(
    each: Looked,
    stage: int,
    joint: int,
    told: int,
    name: str,
    title: str,
    breaks: bool = False,
) -> tuple[Panel, Overlay]:
    """The map of a joint from a stage, 0 the first, over the picture, and every joint's peak.

    Both are there from the step of this number on, if it is below ``told``.
    """
    there = (np.arange(len(each.heat)) >= stage) & (stage < told)
    # Rounded to a hundredth, a map travels as half as many bytes and looks the same
    heat = np.clip(np.round(each.heat[stage, joint], 2), 0, 1).astype(np.float16)
    values = np.where(there[:, None, None], heat, 0).astype(np.float32)
    image = np.rint(np.clip(each.pixels, 0, 1) * 255).astype(np.uint8)
    ground = Ground(image, _("a drawn person, head at {angle}°").format(
        angle=number(each.setting.head)), VEIL)  # fmt: skip
    panel = Panel(name, title, values, -STRONG, STRONG, "diverging", ground=ground, breaks=breaks)
    cells = np.where(there[:, None, None], (each.found[stage] + 0.5) / 4, np.nan)
    sides = np.array([_side(j) for j in range(len(JOINTS))])
    overlay = Overlay(
        name, _("Where it puts each joint"), cells, edges=np.array(LIMBS), groups=sides,
        hollow=np.arange(len(JOINTS)) != joint, labels=tuple(map(name_of, range(len(JOINTS)))),
    )  # fmt: skip
    return panel, overlay


def _side(joint: int) -> int:
    """0 left, 1 right, 2 neither."""
    return 2 if CROWDPOSE.mirror[joint] == joint else int(JOINTS[joint].startswith("right"))


def _narrated(shown: tuple[Looked, ...], stage: int, joint: int) -> str:
    names = {"n": stage + 1, "field": field_of(stage + 1)}
    lines = [peak_sentence(each, stage, joint) for each in shown]
    if len(shown) == 1:
        return titled(_("Stage {n} sees {field} pixels").format(**names), lines[0])
    rows = zip((_("As drawn"), _("Head turned")), lines, strict=True)
    head = _("Stage {n} sees {field} pixels.").format(**names)
    return together((head, *(titled(name, line) for name, line in rows)))


def peak_sentence(each: Looked, stage: int, joint: int) -> str:
    """How far the chosen joint's peak is off, and which joints lie on the other side."""
    own, other = each.distances(joint)[stage]
    if CROWDPOSE.mirror[joint] == joint:
        said = _("the peak lies {own} px from the {joint}.").format(
            own=number(round(float(own), 1)), joint=name_of(joint)
        )
    else:
        said = _("the peak lies {own} px from the {joint}, {other} px from the {mirror}.").format(
            own=number(round(float(own), 1)), joint=name_of(joint),
            other=number(round(float(other), 1)), mirror=name_of(CROWDPOSE.mirror[joint]),
        )  # fmt: skip
    swapped = np.flatnonzero(each.swapped[stage]).tolist()
    if not len(swapped):
        return together((said, _("No joint lies on the other side.")))
    named = _("On the other side: {joints}.").format(joints=listed(map(name_of, swapped)))
    if len(swapped) > MOST_NAMED:
        named = _("{n} of 12 joints with a side lie on the other one.").format(n=len(swapped))
    return together((said, named))
