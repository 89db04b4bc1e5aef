"""What exercises about poses show: two poses, and what each joint is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from poolviz.exercises import Picture
from poolviz.stage.part import Numbers, Part, Posed, Table
from poolviz.text import _, counted
from poolviz.wings.pose.oks.posing import Posing
from poolviz.wings.pose.oks.state import as_primitives
from poolviz.wings.pose.oks.words import OKS_FORMULA


@dataclass(frozen=True, eq=False)
class Body(Picture):
    """A detected pose over its truth; ``listed``: the joints' numbers come with the answer."""

    posing: Posing
    listed: bool = False

    formulas = (OKS_FORMULA,)

    def parts(self, prefix: str) -> tuple[Part, ...]:
        """Both poses; their similarities wait for the answer."""
        shown = self.posing
        seen = np.column_stack([shown.person.points, shown.visibility, shown.pred])
        alt = _("A detected pose of {joints} beside the true one").format(
            joints=counted(len(shown.names), _("{n} joint"), _("{n} joints"))
        )
        return (
            Posed(shown.poses, alt, prefix, name=prefix),
            *((Table(joints(shown), tells=1),) if self.listed else ()),
            Numbers(seen, _("Joints"), name=f"{prefix}-joints"),
            Numbers(shown.similarities, _("Similarities"), name=f"{prefix}-similarities", tells=1),
        )

    def sheet(self, answers: bool) -> Any:
        """The poses, with or without what each joint is worth."""
        from poolviz.figures.handout import Sheet
        from poolviz.figures.pose_picture import SHAPE, draw_pose

        def draw(axes: Any, inches: float) -> None:
            draw_pose(axes, self.posing.poses, 0, not answers, inches)

        return Sheet("", draw, SHAPE, (), (), ())

    def state(self) -> Mapping[str, Any]:
        """The person and the detected pose, to be watched."""
        shown = self.posing
        return {
            "person": shown.person.name, "pose": as_primitives(shown.pred), "mode": "watch"
        }  # fmt: skip


def joints(shown: Posing) -> dict[str, list[str]]:
    """The numbers of every joint that counts: distance, k s, similarity."""
    at = np.flatnonzero(shown.counts)
    reach = shown.k * shown.scale
    return {
        _("joint"): [shown.names[i] for i in at],
        _("d, px"): [f"{shown.distances[i]:.1f}" for i in at],
        _("k·s, px"): [f"{reach[i]:.1f}" for i in at],
        _("similarity"): [f"{shown.similarities[i]:.3f}" for i in at],
    }
