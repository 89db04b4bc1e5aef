"""Two stacks that were trained: where each puts the joints of a drawn person on a crop."""

from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pose.networks.stacked import cropped, hourglass_record, stacked_hourglass
from poolviz.pose.procedural import JOINTS
from poolviz.stage.cache import kept
from poolviz.stage.part import ALL, Numbers, Part, Place, Play, Says, Stack, Table
from poolviz.stage.scene import Scene
from poolviz.text import _, titled
from poolviz.wings.pose.stages.looking import Looked, Setting
from poolviz.wings.pose.stages.scene import map_panel, name_of, peak_sentence


@kept
def on_crop(seed: int) -> Looked:
    """What both stacks say of the crop of a seed."""
    people = cropped(seed)
    heat = stacked_hourglass()(people.pixels[None])[:, 0]
    return Looked(Setting(seed), people, people.pixels, heat)


@kept
def trained_scene(seed: int, joint: int) -> Scene:
    """A step a stack: the joint's map over the crop, and every joint's peak."""
    looked = on_crop(seed)
    stacks = range(len(looked.heat))
    names = [_("Stack {n}").format(n=n + 1) for n in stacks]
    both = [map_panel(looked, n, joint, len(stacks), f"stack.{n}", names[n]) for n in stacks]
    panels, overlays = zip(*both, strict=True)
    said = tuple(titled(names[n], peak_sentence(looked, n, joint)) for n in stacks)
    title = _("Two stacks look for the {joint}").format(joint=name_of(joint))
    scene = Scene(title, panels, (), said, overlays=overlays)
    assert scene.wire  # computed here, once
    return scene


def _scene(seed: int, joint: int, hidden: int | None) -> Scene:
    return trained_scene(seed, joint)


def trained_parts(seed: int, joint: int) -> Part:
    """The crop under both stacks, and what they reach."""
    reached = hourglass_record()["reached, percent, a number a stack"]
    columns = {
        _("stack"): [number(n + 1) for n in range(len(reached["found"]))],
        _("found, %"): [number(value) for value in reached["found"]],
        _("on the other side, %"): [number(value) for value in reached["other"]],
    }
    said = _(
        "Two hourglasses of order 3 and 40 channels, {n} numbers, trained on crops of drawn people "
        "and measured on 400 others: a joint is found within .1 of the box. Never shown a "
        "photograph, and not for photographs."
    ).format(n=f"{stacked_hourglass().parameters:,}")
    heat = np.asarray(on_crop(seed).heat[:, joint])
    name = f"hourglass-trained-{seed}-{JOINTS[joint]}"
    return Stack(
        (
            Says(_("Two stacks that were trained"), "heading"),
            Says(said),
            Place(("picture", "joint"), across=True),
            Play(partial(_scene, seed, joint), key="trained", name=name, height=420),
            Table(columns),
            Numbers(heat, _("Maps"), name=f"{name}-maps"),
        ),
        tells=ALL,
    )
