"""The keypoints component: a skeleton whose joints can be dragged, with its OKS while they move."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from math import isfinite
from typing import Any

import streamlit as st

from poolviz.text import _
from poolviz.ui.browser import component, sent
from poolviz.wings.pose.oks.posing import Posing

SCRIPTS = ("oks", "draw", "keypoints")
"""One module in parts, joined in this order."""
FARTHEST = 1e6

_mount = component(
    "keypoints",
    html=sent("keypoints/keypoints.html"),
    css=sent("keypoints/keypoints.css"),
    js="\n".join(sent(f"keypoints/{name}.js") for name in SCRIPTS),
)


@dataclass(frozen=True)
class Moved:
    """What the browser told: both poses, the flags of the truth, the selected joint."""

    pred: tuple[tuple[float, float], ...]
    gt: tuple[tuple[float, float], ...]
    visibility: tuple[int, ...]
    joint: int


@dataclass(frozen=True)
class Ground:
    """A picture under the skeleton: ``href`` a data URL, its size in the pose's pixels."""

    href: str
    width: float
    height: float

    @cached_property
    def name(self) -> str:
        """What the browser keeps it by: the same picture has the same name."""
        return sha256(self.href.encode()).hexdigest()[:16]


def keypoints(
    posing: Posing,
    *,
    key: str,
    id: str,
    joint: int = 0,
    hidden: bool = False,
    arrows: bool = False,
    move_truth: bool = False,
    ground: Ground | None = None,
) -> None:
    """Show ``posing``; what a person moves is told when a joint is let go, see ``moved``.

    ``id`` names the truth that is shown: with another one the browser forgets the pose in hand.
    ``move_truth``: the true joints are moved instead of the detected ones.
    ``hidden`` withholds the similarities and lets nothing be moved.
    """
    books = st.session_state.setdefault(f"{key}_books", {"n": 0})
    person = posing.person
    _mount(
        key=key,
        data={
            "id": id,
            "n": books["n"],
            "names": list(posing.names),
            "edges": [list(edge) for edge in person.skeleton.edges],
            "gt": person.points.tolist(),
            "pred": posing.pred.tolist(),
            "visibility": list(posing.visibility),
            "sigmas": posing.effective.tolist(),
            "area": posing.area,
            "bbox": list(person.bbox),
            "joint": joint,
            "hidden": hidden,
            "arrows": arrows,
            "move": "truth" if move_truth else "found",
            "image": _picture(books, ground),
            "labels": labels(posing, arrows, hidden, move_truth),
        },
        default={"at": None},
        on_at_change=lambda: _heard(key, id),
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
    """What was told since the last call, once; None if nothing, or nothing usable.

    Called before the controls of a page, whose values may follow from it.
    """
    books = st.session_state.setdefault(f"{key}_books", {"n": 0})
    told = books.pop("told", None)
    return None if told is None else usable(told, count)


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


def _pose(points: Any, count: int) -> tuple[tuple[float, float], ...] | None:
    if not isinstance(points, list) or len(points) != count:
        return None
    if not all(isinstance(p, list) and len(p) == 2 and all(map(_place, p)) for p in points):
        return None
    return tuple((float(x), float(y)) for x, y in points)


def _place(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value) and abs(value) <= FARTHEST


def _heard(key: str, id: str) -> None:
    """Keep a message that is news and belongs to the truth on the screen."""
    books = st.session_state[f"{key}_books"]
    told = st.session_state[key]["at"]
    if not isinstance(told, Mapping) or type(told.get("n")) is not int or told["n"] <= books["n"]:
        return
    books["n"] = told["n"]
    if told.get("id") == id:
        books["told"] = dict(told)


def labels(posing: Posing, arrows: bool, hidden: bool, move_truth: bool) -> dict[str, Any]:
    """Every word that the browser shows, in the current language."""
    legend = [("truth", _("true pose")), ("found", _("detected pose: drag its joints"))]
    if hidden or move_truth:
        legend[1] = ("found", _("detected pose"))
    if move_truth and not hidden:
        legend[0] = ("truth", _("true pose: drag its joints"))
    if not posing.counts.all():
        legend.append(("free", _("not labelled: free")))
    if posing.bare:
        legend.append(("box", _("the box, and the box enlarged: there the distance is 0")))
    else:
        legend.append(("rings", _("similarity .85, .75, .5 of the selected joint")))
    if arrows and not hidden:
        legend.append(("arrows", _("the way that improves OKS most")))
    return {
        "title": _("Pose editor"),
        "alt": _(
            "True and detected pose with {n} joints. Each joint is moved with the arrow keys, "
            "with Shift in larger steps."
        ).format(n=len(posing.names)),
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
