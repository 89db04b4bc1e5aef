"""What lies over and under a redrawn chart: rules and frames, notes and arrows, a picture."""

import base64
import io
import re
from html import unescape
from typing import Any

import numpy as np
from matplotlib.patches import Ellipse, Rectangle
from PIL import Image

from poolviz.figures.lettering import letters, writable

_RGBA = re.compile(r"rgba?\(\s*(\d+),\s*(\d+),\s*(\d+)(?:,\s*([\d.]+))?\)")
INK = "#1c2733"
_DOTS = {"dot": ":", "dash": "--", None: "-"}


def colour(given: Any) -> Any:
    """A colour for Matplotlib: hexadecimal as it is, "rgba(1,2,3,.5)" as numbers in [0, 1].

    >>> colour("#2f7ed8"), colour("rgba(255,0,0,.5)"), colour(None)
    ('#2f7ed8', (1.0, 0.0, 0.0, 0.5), None)
    """
    found = _RGBA.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        return given
    *rgb, alpha = found.groups()
    return (*(int(part) / 255 for part in rgb), float(alpha or 1))


def plain(text: str) -> str:
    """Text without Plotly's tags, with its line breaks.

    >>> plain("max<br><b>3.2</b> &amp; more")
    'max\\n3.2 & more'
    """
    return unescape(re.sub(r"</?[a-z]+>", "", str(text).replace("<br>", "\n")))


def _transform(axes: Any, x_ref: str | None, y_ref: str | None) -> Any:
    """Data, or a part of the axes, on each of the two."""
    share_x, share_y = (bool(ref) and ("paper" in ref or "domain" in ref) for ref in (x_ref, y_ref))  # type: ignore[operator]
    if share_x and share_y:
        return axes.transAxes
    if share_x:
        return axes.get_yaxis_transform()
    return axes.get_xaxis_transform() if share_y else axes.transData


def write_shapes(axes: Any, layout: dict[str, Any]) -> None:
    """Lines, frames and rings."""
    for shape in layout.get("shapes", ()):
        (x0, x1), (y0, y1) = (shape["x0"], shape["x1"]), (shape["y0"], shape["y1"])
        line = shape.get("line", {})
        edge = colour(line.get("color")) or INK
        where = _transform(axes, shape.get("xref"), shape.get("yref"))
        look = {"linewidth": 0.7 * line.get("width", 2), "linestyle": _DOTS[line.get("dash")]}
        look |= {"transform": where, "zorder": 4}
        if shape["type"] == "line":
            axes.plot([x0, x1], [y0, y1], color=edge, label="_", **look)
            continue
        look |= {"facecolor": colour(shape.get("fillcolor")) or "none", "edgecolor": edge}
        if shape["type"] == "rect":
            axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, **look))
        elif shape["type"] == "circle":
            centre = ((x0 + x1) / 2, (y0 + y1) / 2)
            axes.add_patch(Ellipse(centre, x1 - x0, y1 - y0, **look))
        else:
            raise ValueError(f"shape must be line, rect or circle, got {shape['type']!r}")


def write_notes(axes: Any, layout: dict[str, Any]) -> None:
    """Texts in the chart, and arrows."""
    upright = {"bottom": "bottom", "top": "top"}
    for note in layout.get("annotations", ()):
        where = _transform(axes, note.get("xref"), note.get("yref"))
        if note.get("showarrow"):
            ends = (note["ax"], note["ay"]), (note["x"], note["y"])
            width = 0.7 * note.get("arrowwidth", 1)
            look = {"arrowstyle": "-|>", "color": note.get("arrowcolor"), "linewidth": width}
            axes.annotate("", ends[1], ends[0], arrowprops={**look, "shrinkA": 0, "shrinkB": 0})
            continue
        axes.text(
            note["x"],
            note["y"],
            writable(plain(note["text"])),
            ha=note.get("xanchor", "center"),
            va=upright.get(note.get("yanchor", ""), "center"),
            transform=where,
            zorder=6,
            **letters(fontsize=9, color=INK),  # on white, whatever the page's theme
        )


def write_underlay(axes: Any, layout: dict[str, Any]) -> None:
    """The pictures below the chart, from their data addresses."""
    for image in layout.get("images", ()):
        raw = base64.b64decode(str(image["source"]).partition("base64,")[2])
        left, top = float(image["x"]), float(image["y"])
        right, bottom = left + image["sizex"], top + image["sizey"]
        with Image.open(io.BytesIO(raw)) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        axes.imshow(pixels, extent=(left, right, bottom, top), aspect="auto", zorder=1)
