"""The keypoints component: a skeleton whose joints can be dragged, with its OKS while they move."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import streamlit as st

from poolviz.stage.posing import FARTHEST, Ground, Moved, Point, Poses
from poolviz.text import _, counted
from poolviz.ui import exchange
from poolviz.ui.browser import component, sent

SCRIPTS = ("oks", "draw", "keypoints")
"""One module in parts, joined in this order."""
PATTERN = {"n": 0, "id": "", "pred": [], "gt": [], "visibility": [], "joint": 0}
"""What the browser tells when a joint is let go: names and types."""

_mount = component(
    "keypoints",
    html=sent("keypoints/keypoints.html"),
    css=sent("keypoints/keypoints.css"),
    js="\n".join(sent(f"keypoints/{name}.js") for name in SCRIPTS),
)


def keypoints(
    poses: Poses,
    *,
    key: str,
    id: str,
    joint: int = 0,
    hidden: bool = False,
    arrows: bool = False,
    by_truth: bool = False,
    still: bool = False,
    ground: Ground | None = None,
) -> None:
    """Show ``poses``; what a person moves is told when a joint is let go, see ``moved``.

    ``id`` names the truth that is shown: with another one the browser forgets the pose in hand.
    ``by_truth``: the true joints are moved instead of the detected ones.
    ``hidden`` withholds the similarities and lets nothing be moved; ``still`` does that alone.
    """
    books = exchange.passed(key)
    books["id"] = id
    _mount(
        key=key,
        data={
            "id": id,
            "n": exchange.last(key).get("n", 0),
            "names": list(poses.names),
            "edges": [list(edge) for edge in poses.edges],
            "gt": poses.truth.tolist(),
            "pred": poses.found.tolist(),
            "visibility": list(poses.visibility),
            "sigmas": poses.sigmas.tolist(),
            "area": poses.area,
            "bbox": list(poses.bbox),
            "joint": joint,
            "hidden": hidden,
            "still": hidden or still,
            "arrows": arrows,
            "move": "truth" if by_truth else "found",
            "image": _picture(books, ground),
            "labels": labels(poses, arrows and not hidden, hidden or still, by_truth),
        },
        default={"at": None},
        on_at_change=lambda: exchange.hear(key, st.session_state[key]["at"], PATTERN),
        on_want_change=lambda: books.pop("picture", None),
        width="stretch",
        height="content",
    )


def _picture(books: dict[str, Any], ground: Ground | None) -> dict[str, Any] | None:
    """The picture as it is sent: itself the first time, then its name, until it is asked for.

    A browser keeps the last picture that it got, and asks when it lacks one (``want``): a picture
    is up to 100 times as large as all the rest of what a release sends.
    """
    if ground is None:
        return None
    known = books.get("picture") == ground.name
    books["picture"] = ground.name
    sent_now = {} if known else {"href": ground.href}
    return {"name": ground.name, "width": ground.width, "height": ground.height, **sent_now}


def moved(key: str, count: int) -> Moved | None:
    """What was moved since the last call, once; None if nothing, or nothing usable.

    Called before the controls of a page, whose values may follow from it. What was moved of a truth
    that is no longer on the screen is lost.
    """
    books = exchange.passed(key)
    message = exchange.news(key, books)
    if message is None or message["id"] != books.get("id"):
        return None
    return usable(message, count)


def usable(told: Mapping, count: int) -> Moved | None:
    """The message as a ``Moved``, if it has the right types, sizes and ranges."""
    visibility, joint = told.get("visibility"), told.get("joint")
    pred, gt = (_pose(told.get(name), count) for name in ("pred", "gt"))
    right = (
        pred is not None
        and gt is not None
        and isinstance(visibility, list)
        and len(visibility) == count
        and all(type(v) is int and v in (0, 1, 2) for v in visibility)
        and type(joint) is int
        and 0 <= joint < count
    )
    if not right:
        return None
    return Moved(pred, gt, tuple(visibility), joint)  # type: ignore[arg-type]


def _pose(points: Any, count: int) -> tuple[Point, ...] | None:
    if not isinstance(points, list) or len(points) != count:
        return None
    if not all(isinstance(p, list) and len(p) == 2 and all(map(_place, p)) for p in points):
        return None
    return tuple((float(x), float(y)) for x, y in points)


def _place(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value) and abs(value) <= FARTHEST


def labels(poses: Poses, arrows: bool, still: bool, by_truth: bool) -> dict[str, Any]:
    """Every word that the browser shows, in the current language."""
    legend = [("truth", _("true pose")), ("found", _("detected pose: drag its joints"))]
    if still or by_truth:
        legend[1] = ("found", _("detected pose"))
    if by_truth and not still:
        legend[0] = ("truth", _("true pose: drag its joints"))
    if not poses.counts.all():
        legend.append(("free", _("not labelled: free")))
    if poses.bare:
        legend.append(("box", _("the box, and the box enlarged: there the distance is 0")))
    else:
        legend.append(("rings", _("similarity .85, .75, .5 of the selected joint")))
    if arrows:
        legend.append(("arrows", _("the way that improves OKS most")))
    return {
        "title": _("Pose editor"),
        "alt": _(
            "True and detected pose with {joints}. Each joint is moved with the arrow keys, "
            "with Shift in larger steps."
        ).format(joints=counted(len(poses.names), _("{n} joint"), _("{n} joints"))),
        "zoom": _("Zoom to the selected joint"),
        "ways": [
            _("Move the selected joint left"),
            _("Move the selected joint up"),
            _("Move the selected joint down"),
            _("Move the selected joint right"),
        ],
        "oks": _("OKS {value}"),
        "told": _("{name}: {d} px off, similarity {value}"),
        "free": _("{name}: not labelled in the truth, counts for nothing"),
        "secret": _("Answer first; then the joints can be moved."),
        "value": _("{x}, {y}; similarity {similarity}"),
        "flag": _("{name}: {flag}. Change the flag."),
        "flags": [
            _("v = 0: not labelled"),
            _("v = 1: labelled, hidden"),
            _("v = 2: labelled, visible"),
        ],
        "head": [_("joint"), _("truth"), _("similarity"), ""],
        "legend": legend,
    }
