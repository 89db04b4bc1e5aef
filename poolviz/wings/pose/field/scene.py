"""The field that grows layer by layer over a picture."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from poolviz.numbers import number
from poolviz.pose.networks.receptive import Field, Layer, path_weights, receptive_fields
from poolviz.pose.procedural import JOINTS, People, draw_people
from poolviz.stage.cache import kept
from poolviz.stage.scene import Ground, Overlay, Panel, Scene
from poolviz.text import _, together

GRID = 32
"""Cells of the panel over the picture, along a side."""
SEED, DRAWN = 2, 96


@dataclass(frozen=True, eq=False)
class Seen:
    """Layers over a picture of ``side`` pixels, and the output cell that is looked at."""

    layers: tuple[Layer, ...]
    side: int
    at: tuple[int, int]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The field after each layer."""
        return receptive_fields(self.layers)

    @property
    def step(self) -> int:
        """Pixels from one output cell to the next."""
        return self.fields[-1].step

    @property
    def cells(self) -> int:
        """Output cells along a side."""
        return -(-self.side // self.step)

    @property
    def centre(self) -> tuple[float, float]:
        """(y, x) of the pixel in the middle of the cell's field."""
        row, col = (self.step * cell + (self.step - 1) / 2 for cell in self.at)
        return row, col

    def shown(self, layer: int) -> tuple[float, float, float, float]:
        """Top, left, bottom, right of the field after a layer, within the picture, in pixels."""
        half = self.fields[layer].side / 2
        y, x = (c + 0.5 for c in self.centre)
        low, high = 0.0, float(self.side)
        return max(y - half, low), max(x - half, low), min(y + half, high), min(x + half, high)


def field_scene(seen: Seen, hidden: int | None) -> Scene:
    """A step a layer. From step ``hidden`` on the field is not there."""
    count = len(seen.layers)
    told = count if hidden is None else hidden
    ways = np.stack([_ways(seen, s) if s < told else np.zeros((GRID, GRID)) for s in range(count)])
    image = _picture(seen.side)
    ground = Ground(image, _("drawn people on a busy ground"), 0.75)
    boxes = np.full((count, 1, 4), np.nan)
    for s in range(min(told, count)):
        top, left, bottom, right = (GRID / seen.side * edge for edge in seen.shown(s))
        boxes[s, 0] = left, top, right - left, bottom - top
    panel = Panel(
        "picture", _("Ways to one output, over the picture"), ways.astype(np.float32), -255.0,
        255.0, "diverging", ground=ground,
    )  # fmt: skip
    overlay = Overlay("picture", _("Field"), boxes=boxes)
    return Scene(
        _("How far a cell sees"), (panel,), (),
        tuple(told_of(seen, s) if s < told else _asks(seen, s) for s in range(count)),
        overlays=(overlay,),
    )  # fmt: skip


def layer_name(layer: Layer) -> str:
    """What a layer is, in words."""
    if layer.pools:
        return _("pooling {k} × {k}").format(k=layer.kernel)
    if layer.stride > 1:
        return _("convolution {k} × {k}, stride {s}").format(k=layer.kernel, s=layer.stride)
    return _("convolution {k} × {k}").format(k=layer.kernel)


def told_of(seen: Seen, s: int) -> str:
    """What layer s adds, with the numbers."""
    field = seen.fields[s]
    before = seen.fields[s - 1] if s else None
    side, step = (before.side, before.step) if before else (1, 1)
    said = _("Layer {n}, {layer}: {before} + ({k} − 1) · {step} = {side} pixels.").format(
        n=s + 1, layer=layer_name(field.layer), before=side, k=field.layer.kernel, step=step,
        side=field.side,
    )  # fmt: skip
    if field.step != step:
        wider = _("From here on, neighbours lie {step} pixels apart.").format(step=field.step)
        said = together((said, wider))
    if field.side > seen.side:
        said = together((said, _("It is wider than the picture.")))
    return said


def _asks(seen: Seen, s: int) -> str:
    return _("Layer {n}, {layer}: predict first.").format(n=s + 1, layer=layer_name(seen.layers[s]))


def _ways(seen: Seen, layer: int) -> np.ndarray:
    """Ways from the pixels of each cell of the panel to the output, 0 to 255, whole numbers."""
    ways = path_weights(seen.layers[: layer + 1])
    place = (np.arange(GRID) + 0.5) * seen.side / GRID - 0.5
    lines = []
    for centre in seen.centre:
        at = place - centre + (len(ways) - 1) / 2
        lines.append(np.interp(at, np.arange(len(ways)), ways, left=0, right=0))
    ways = np.outer(lines[0], lines[1])
    return np.asarray(np.rint(255 * ways / max(float(ways.max()), 1e-9)))


@kept
def _drawn(side: int) -> People:
    """The person under the field, drawn with at most so many pixels."""
    return draw_people(SEED, 1, "front", covered=False, side=min(side, DRAWN))


def _picture(side: int) -> np.ndarray:
    return np.rint(_drawn(side).pixels * 255).astype(np.uint8)


def knee_cell(side: int, step: int) -> tuple[int, int]:
    """The output cell over the person's left knee, which can learn its side from the head alone."""
    x, y = _drawn(side).joints[0, JOINTS.index("left_knee")] * side / min(side, DRAWN)
    return int(y // step), int(x // step)


def rows_of(seen: Seen) -> dict[str, list[str]]:
    """A row a layer: what it is, what it adds, the field, the step."""
    return {
        _("layer"): [f"{i}. {layer_name(layer)}" for i, layer in enumerate(seen.layers, 1)],
        _("adds, px"): [number(field.added) for field in seen.fields],
        _("field, px"): [number(field.side) for field in seen.fields],
        _("step, px"): [number(field.step) for field in seen.fields],
    }
