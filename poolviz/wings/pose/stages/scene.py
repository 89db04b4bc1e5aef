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
VEIL = 0.85


def name_of(joint: int) -> str:
    """A joint as it is called; the head's joint is its middle."""
    return _("head") if JOINTS[joint] == "top_head" else _(readable(JOINTS[joint]))


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
            panel, overlay = _stage(each, stage, joint, told, f"{row}.{stage}", row)
            panels.append(panel)
            overlays.append(overlay)
    said = [
        _narrated(shown, s, joint) if s < told else _("Stage {n}: predict first.").format(n=s + 1)
        for s in range(STAGES)
    ]
    title = _("Four stages look for the {joint}").format(joint=name_of(joint))
    return Scene(title, tuple(panels), (), tuple(said), overlays=tuple(overlays))


def _stage(
    each: Looked, stage: int, joint: int, told: int, name: str, row: int
) -> tuple[Panel, Overlay]:
    steps = np.arange(STAGES)
    there = (steps >= stage) & (stage < told)
    # Rounded to a hundredth, a map travels as half as many bytes and looks the same
    heat = np.clip(np.round(each.heat[stage, joint], 2), 0, 1).astype(np.float16)
    values = np.where(there[:, None, None], heat, 0).astype(np.float32)
    image = np.rint(np.clip(each.pixels, 0, 1) * 255).astype(np.uint8)
    ground = Ground(image, _("a drawn person, head at {angle}°").format(
        angle=number(each.setting.head)), VEIL)  # fmt: skip
    title = _("Stage {n}").format(n=stage + 1)
    if each.setting.head:
        title = _("Stage {n}, head turned").format(n=stage + 1)
    panel = Panel(
        name, title, values, -1.0, 1.0, "diverging", ground=ground, breaks=row > 0 and stage == 0
    )
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
    head = _("Stage {n} sees {field} pixels").format(n=stage + 1, field=field_of(stage + 1))
    lines = [_about(each, stage, joint) for each in shown]
    if len(shown) > 1:
        names = (_("As drawn"), _("Head turned"))
        lines = [titled(name, line) for name, line in zip(names, lines, strict=True)]
    return together((titled(head, lines[0]), *lines[1:]))


def _about(each: Looked, stage: int, joint: int) -> str:
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
    return together(
        (said, _("On the other side: {joints}.").format(joints=listed(map(name_of, swapped))))
    )
