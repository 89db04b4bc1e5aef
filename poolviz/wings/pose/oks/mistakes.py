"""One-click mistakes: the pose broken in one of four ways, and mended."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from poolviz.pose import invert, jitter, miss, swap
from poolviz.stage.control import Values
from poolviz.stage.part import PICTURE, Act, Acts
from poolviz.text import N_, _, titled
from poolviz.wings.pose.oks.posing import Posing, others, shipped_people
from poolviz.wings.pose.oks.state import as_primitives, joint_of, posing_of

Breaks = Callable[[Posing, Values], np.ndarray]


@dataclass(frozen=True)
class Mistake:
    """A way to move joints: what it is called, and where it puts them, (K, 2)."""

    title: str
    puts: Breaks


def _rival(posing: Posing) -> np.ndarray | None:
    rivals = others(posing.person, shipped_people())
    return rivals[0].points if rivals else None


def _swapped(posing: Posing, values: Values) -> np.ndarray:
    rival = _rival(posing)
    return posing.pred if rival is None else swap(posing.person.points, rival)


MISTAKES = {
    "jitter": Mistake(
        N_("Jitter"),
        lambda p, values: jitter(p.person.points, values["pixels"], seed=values["draws"] + 1),
    ),
    "inversion": Mistake(
        N_("Left and right inverted"),
        lambda p, values: invert(p.person.points, p.person.skeleton.mirror),
    ),
    "swap": Mistake(N_("Swapped with another person"), _swapped),
    "miss": Mistake(
        N_("Missed"), lambda p, values: miss(p.person.points, p.area, p.effective)
    ),
    "perfect": Mistake(N_("Perfect"), lambda p, values: p.person.points),
}  # fmt: skip
EVERYWHERE = -1


@dataclass(frozen=True)
class Said:
    """What became of a mistake: OKS before and after; ``joint`` broken, or ``EVERYWHERE``."""

    mistake: str
    joint: int
    before: float
    after: float


def broken(name: str, values: Values) -> dict[str, Any]:
    """The values that a mistake sets, at the selected joint or everywhere."""
    before, joint = posing_of(values), joint_of(values)
    if values["where"] == "all" or name == "perfect":
        joint = EVERYWHERE
    joints = list(range(len(before.pred))) if joint == EVERYWHERE else [joint]
    pred = before.pred.copy()
    pred[joints] = MISTAKES[name].puts(before, values)[joints]
    pose = as_primitives(pred)
    after = replace(before, pred=np.array(pose))
    drawn = {"draws": values["draws"] + 1} if name == "jitter" else {}
    return {"pose": pose, "said": Said(name, joint, before.oks, after.oks), **drawn}


def mistakes(posing: Posing, joint: int, where: str, flagged: bool, constants: bool) -> Acts:
    """Break the pose in one of four ways; mend it; flags and constants as they came.

    What is impossible here is not offered, and the reason is said.
    """
    joints = [joint] if where == "joint" else range(len(posing.pred))
    mirror = posing.person.skeleton.mirror
    missing = {}
    if not any(mirror[i] != i for i in joints):
        missing["inversion"] = _("There is no left and right here.")
    if _rival(posing) is None:
        missing["swap"] = _("Nobody else is labelled in this image: choose another.")
    acts = [
        Act(name, _(mistake.title), partial(broken, name))
        for name, mistake in MISTAKES.items()
        if name not in missing
    ]
    acts.append(Act("first", _("As at first"), lambda values: {"pose": None, "said": None}))
    if flagged:
        acts.append(Act("flags", _("Flags as annotated"), lambda values: {"flags": None}))
    if constants:
        label = _("COCO's σ values") if posing.person.skeleton.sigmas else _("One σ for all")
        acts.append(Act("coco", label, lambda values: {"sigmas": None}))
    note = "\n\n".join(titled(_(MISTAKES[name].title), why) for name, why in missing.items())
    return Acts(
        _("Mistakes"), tuple(acts), ("where", "pixels"), note, name="mistakes", tells=PICTURE
    )


def said_sentence(said: Said, posing: Posing) -> str:
    """What became of the last mistake."""
    what = _("the whole pose") if said.joint == EVERYWHERE else posing.names[said.joint]
    return _("{mistake}, {what}: OKS {before} → {after}.").format(
        mistake=_(MISTAKES[said.mistake].title), what=what,
        before=f"{said.before:.4f}", after=f"{said.after:.4f}",
    )  # fmt: skip
