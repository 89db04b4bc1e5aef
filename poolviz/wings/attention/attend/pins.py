"""Queries that are pinned: their maps side by side, and what the scale makes of them."""

from functools import partial
from typing import Any

import numpy as np

from poolviz.attention import attend
from poolviz.numbers import number
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.part import ALL, Act, Acts, Chart, Part, Play, Says, Sets, Stack
from poolviz.stage.scene import Scene
from poolviz.text import _
from poolviz.wings.attention.attend.asking import Made, compute
from poolviz.wings.attention.attend.back import sent_by
from poolviz.wings.attention.attend.scene import called, pinned_scene

POINTS = 41
"""Points of the curve of effective keys."""
Curves = tuple[tuple[int, tuple[float, ...]], ...]
"""Token -> effective keys at each scale."""


def pins(made: Made, name: str) -> Stack:
    """Two pinned queries and their signed difference; how to pin others."""
    acts = Acts(
        _("The query of this step"),
        (
            Act("query", _("Pin it"), partial(_pin, "query")),
            Act("query2", _("Pin it as the second"), partial(_pin, "query2")),
        ),
        note=_("A click on an output goes to its query; pinned, a query is in the link."),
    )
    head = Says(_("Two queries side by side"), "heading")
    if made.second is None or made.second == made.query:
        parts: tuple[Part, ...] = (head, acts, *_other(made))
    else:
        play = Play(partial(_pinned, made, made.second), key="pinned", height=360,
                    name=f"{name}-pinned")  # fmt: skip
        parts = (head, play, acts)
    return Stack(parts, tells=1)


def _pinned(made: Made, second: int, hidden: int | None) -> Scene:
    return pinned_scene(made, second)


def _pin(which: str, values: Values) -> dict[str, Any]:
    made = compute(values)
    tokens = sent_by(made).tokens if made.backward else made.order
    token = int(tokens[min(int(values["step"] or 0), len(tokens) - 1)])
    place = divmod(token, made.size[1])
    return {which: place, **({"step": 0} if which == "query" else {})}


def _other(made: Made) -> tuple[Part, ...]:
    """A button that pins the query whose row differs most from the pinned one's."""
    if not made.small:
        return ()
    rows = made.rows(np.arange(len(made.order)))
    other = int(np.abs(rows - rows[made.query]).sum(1).argmax())
    if other == made.query:
        return ()
    place = divmod(other, made.size[1])
    label = _("Compare with {cell}, which looks elsewhere most").format(cell=called(made, other))
    return (Sets(((label, {"query2": place}),), moves=("query2",), name="other"),)


def scale_curve(made: Made, name: str) -> tuple[Part, ...]:
    """Effective keys against the scale, for the pinned queries."""
    if made.norm != "softmax":
        return ()
    pinned = [made.query]
    if made.second not in (None, made.query):
        pinned.append(made.second)
    ends = max(0.5, 2 * abs(made.scale))
    scales = np.unique(np.append(ends * np.linspace(0, 1, POINTS) ** 2, max(made.scale, 0)))
    used = {token: effective_at(made, token, scales) for token in pinned}
    alt = _("Effective keys fall from {all} at scale 0 to {n} at scale {scale}").format(
        all=number(used[made.query][0], 3), n=number(used[made.query][-1], 3), scale=number(ends)
    )
    what = _("Scale 0: all allowed keys alike, the mean. A large scale: the best keys alone.")
    chart = Chart(
        partial(_curve, made, tuple(used.items()), tuple(scales.tolist())), alt,
        name=f"{name}-effective-keys", title=_("Effective keys against the scale"),
    )  # fmt: skip
    return (
        Stack((Says(_("What the scale does"), "heading"), chart, Says(what, "caption")), tells=ALL),
    )


def effective_at(made: Made, token: int, scales: np.ndarray) -> tuple[float, ...]:
    """How many keys a query really uses at each scale."""
    q, k, v = made.run.q[token : token + 1], made.run.k, made.run.v
    mask = None if made.run.mask is None else made.run.mask[token : token + 1]
    bias = None
    if made.values["form"] == "similar":
        bias = -(made.k.array[:, 0] ** 2) / 2
    return tuple(
        float(attend(q, k, v, mask, float(c), bias=None if bias is None else c * bias).effective[0])
        for c in scales
    )


@kept
def _curve(made: Made, used: Curves, scales: tuple[float, ...]) -> Any:
    from poolviz.figures.experiments import Line, line_chart  # Plotly, where a chart is shown

    lines = [Line(called(made, token), scales, keys, marks=False) for token, keys in used]
    now = None if made.scale < 0 else (made.scale, _("now"))
    return line_chart(lines, _("scale"), _("effective keys"), limit=now)
