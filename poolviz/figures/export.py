"""Pictures to take away: a step as PNG, SVG or PDF, a run as an animated GIF.

Rendered by Matplotlib's ``Figure`` alone (pyplot is global), one picture at a time, so that a class
that exports together does not fill the memory.
"""

import io
from collections.abc import Callable
from threading import Lock
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from poolviz.figures.picture import caption, picture
from poolviz.scenes.scene import Scene

FORMATS = ("png", "svg", "pdf")
LONGEST = 120
"""Frames of a GIF at most; a longer run is thinned to so many steps, evenly."""
GIF_WIDTH = 6.4
_one_at_a_time = Lock()
# PDF embeds its fonts (TrueType); in SVG text becomes outlines, for fonts may be missing there.
_EMBED: Any = {"pdf.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "poolviz"}


def still(scene: Scene, step: int, kind: str) -> bytes:
    """Step ``step`` as a file of this kind: "png", "svg" or "pdf"."""
    if kind not in FORMATS:
        raise ValueError(f"kind must be one of {', '.join(FORMATS)}, got {kind!r}")
    buffer = io.BytesIO()
    details = {
        "Title": caption(scene, step),
        ("Software" if kind == "png" else "Creator"): "poolviz",
    }
    if kind != "png":
        details["Date" if kind == "svg" else "CreationDate"] = None  # type: ignore[assignment]
    with _one_at_a_time, rc_context(_EMBED):
        picture(scene, step).savefig(buffer, format=kind, dpi=160, metadata=details)
    return buffer.getvalue()


def frames_of(scene: Scene, most: int = LONGEST) -> list[int]:
    """The steps that a GIF of the scene shows: all of them, or ``most`` evenly spread."""
    steps = len(scene)
    if steps <= most:
        return list(range(steps))
    return sorted({round(i * (steps - 1) / (most - 1)) for i in range(most)})


def animation(
    scene: Scene,
    steps_per_second: float = 2.0,
    progress: Callable[[float], None] | None = None,
    most: int = LONGEST,
) -> bytes:
    """The run as an animated GIF that loops; ``progress`` hears the share that is done.

    Frames are drawn one by one and the lock is let go between them, so that others can draw.
    """
    if not 0.1 <= steps_per_second <= 50:
        raise ValueError(f"steps_per_second must be in [0.1, 50], got {steps_per_second}")
    shown = frames_of(scene, most)
    frames = []
    for done, step in enumerate(shown, start=1):
        with _one_at_a_time:
            figure = picture(scene, step, GIF_WIDTH)
            canvas: Any = FigureCanvasAgg(figure)
            canvas.draw()
            pixels = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
            frames.append(pixels.convert("RGB").quantize(64, dither=Image.Dither.NONE))
        if progress is not None:
            progress(done / len(shown))
    buffer = io.BytesIO()
    frames[0].save(
        buffer,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=round(1000 / steps_per_second),
        loop=0,
        optimize=False,
    )
    return buffer.getvalue()
