"""Pictures to take away: a step as PNG, SVG or PDF, a run as an animated GIF.

Rendered by Matplotlib's ``Figure`` alone (pyplot is global), one picture at a time and in turn, so
that a class that exports together does not fill the memory.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from poolviz.figures.embedding import fonts_kept
from poolviz.figures.gif import Film, palette_of
from poolviz.figures.picture import caption, picture
from poolviz.figures.turns import Turns
from poolviz.stage.scene import Scene
from poolviz.text import _

FORMATS = ("png", "svg", "pdf")
LONGEST = 120
"""Frames of a GIF at most; a longer run is thinned to so many steps, evenly."""
LARGEST = 6_000_000
"""Bytes of a GIF at most; fewer steps are shown where so many would not fit."""
SLOWEST, FASTEST = 0.1, 50.0
"""Steps a second of a GIF."""
GIF_WIDTH = 6.4
PIXELS = 800_000
"""Pixels of a frame at most; a tall picture is drawn smaller."""
turns = Turns()
"""Held while a picture is drawn."""
# PDF embeds its fonts (TrueType); in SVG text becomes outlines, for fonts may be missing there.
_EMBED: Any = {"pdf.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "poolviz"}


def still(scene: Scene, step: int, kind: str) -> bytes:
    """Step ``step`` as a file of this kind: "png", "svg" or "pdf"."""
    return saved(lambda: picture(scene, step), kind, caption(scene, step))


def saved(draw: Callable[[], Figure], kind: str, title: str) -> bytes:
    """A figure as a file of this kind, without a date: the same figure gives the same bytes."""
    if kind not in FORMATS:
        raise ValueError(f"kind must be one of {', '.join(FORMATS)}, got {kind!r}")
    buffer = io.BytesIO()
    details = {"Title": title, ("Software" if kind == "png" else "Creator"): "poolviz"}
    if kind != "png":
        details["Date" if kind == "svg" else "CreationDate"] = None  # type: ignore[assignment]
    with turns, rc_context(_EMBED), fonts_kept():
        draw().savefig(buffer, format=kind, dpi=160, metadata=details)
    return buffer.getvalue()


def frames_of(scene: Scene, most: int = LONGEST) -> list[int]:
    """The steps that a GIF of the scene shows: all of them, or ``most`` evenly spread."""
    steps = len(scene)
    if steps <= most:
        return list(range(steps))
    if most == 1:
        return [steps - 1]
    return sorted({round(i * (steps - 1) / (most - 1)) for i in range(most)})


@dataclass(frozen=True)
class Animation:
    """A GIF: its bytes, and the steps of the scene that it shows."""

    data: bytes
    steps: tuple[int, ...]


def animation(
    scene: Scene,
    steps_per_second: float = 2.0,
    progress: Callable[[float], None] | None = None,
    most: int = LONGEST,
    largest: int = LARGEST,
) -> Animation:
    """The run as an animated GIF that loops; ``progress`` hears the share that is done.

    Frames are drawn one by one; others draw in between. Three of them are drawn first: they give
    the colours, and the most bytes that a frame takes, hence how many frames fit into ``largest``.
    """
    if not SLOWEST <= steps_per_second <= FASTEST:
        raise ValueError(
            f"steps_per_second must be in [{SLOWEST}, {FASTEST}], got {steps_per_second}"
        )
    last = len(scene) - 1
    samples = {step: frame(scene, step) for step in (last, last // 2, 0)}
    palette, milliseconds = palette_of(list(samples.values())), round(1000 / steps_per_second)
    size = samples[0].size
    heaviest = max(Film(size, palette, milliseconds).add(each) for each in samples.values())
    shown = frames_of(scene, max(1, min(most, largest // heaviest)))
    film = Film(size, palette, milliseconds)
    for done, step in enumerate(shown, start=1):
        film.add(samples[step] if step in samples else frame(scene, step))
        if progress is not None:
            progress(done / len(shown))
    return Animation(film.data(), tuple(shown))


def frame(scene: Scene, step: int) -> Image.Image:
    """One frame of the GIF, RGB."""
    with turns:
        figure = picture(scene, step, GIF_WIDTH)
        width, height = figure.get_size_inches()
        figure.set_dpi(min(110.0, float(PIXELS / (width * height)) ** 0.5))
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        pixels = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
        made = pixels.convert("RGB")
        figure.clear()  # figures refer to themselves: without this they wait for the collector
        return made


def thinned(made: Animation, scene: Scene) -> str:
    """What there is to say of a GIF that leaves steps out; "" if it shows them all."""
    if len(made.steps) == len(scene):
        return ""
    return _(
        "It shows {most} of the {steps} steps, evenly spread: more would be too large."
    ).format(most=len(made.steps), steps=len(scene))
