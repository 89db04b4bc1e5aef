"""What is said of a way back: the step's numbers, every way side by side, max's backward."""

from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import RoundTrip
from poolviz.stage.part import Formula, Part, Pictures, Plane, Planes, Says, Shot
from poolviz.stage.words import plain
from poolviz.text import _, titled, together
from poolviz.wings.pooling.core.filenames import run_name
from poolviz.wings.pooling.core.tex import tex
from poolviz.wings.pooling.core.window_scene import value_range
from poolviz.wings.pooling.gradients.scene import added_up
from poolviz.wings.pooling.unpooling.between import FILTERS
from poolviz.wings.pooling.unpooling.journey import (
    METHODS,
    ByConvolution,
    Journey,
    Method,
    journey,
    place_of,
    times_remembered,
)

MAP = 256
"""Pixels of the side of a map."""
WRITTEN_OUT = 8
"""Inputs of up to so many rows and columns are compared number by number."""


def step_numbers(done: Journey, cell: tuple[int, ...]) -> tuple[Part, ...]:
    """What this step's value becomes, with the numbers in the formula."""
    parts: list[Part] = []
    value = number(done.carried[cell])
    if done.between.kind == "convolution":
        rows = r" \\ ".join(
            " & ".join(f"{v:.3g}" for v in row) for row in FILTERS[done.between.filter]
        )
        weights = rf"\text{{{_('weights')}}} = \begin{{pmatrix}}{rows}\end{{pmatrix}}"
        parts.append(Formula(weights, sheet=False))
    index, amounts = (a[cell] for a in done.method.spread(done.run, done.carried))
    kept = [(int(i), float(a)) for i, a in zip(index, amounts, strict=True) if i >= 0]
    some = [(i, a) for i, a in kept if a != 0 or len(kept) == 1]
    if not some or len(some) > 16:
        return tuple(parts)
    columns = done.run.x.shape[1]
    sign = r"\mathrel{+}=" if isinstance(done.method, ByConvolution) else "="
    terms = [rf"\hat{{x}}_{{{i // columns},{i % columns}}} {sign} {tex(a)}" for i, a in some]
    lines = [r",\quad ".join(terms[i : i + 3]) for i in range(0, len(terms), 3)]
    head = rf"y = {value.replace('−', '-')}: \quad "
    rows = r" \\ ".join((head + lines[0], *lines[1:]))
    text = rows if len(lines) == 1 else rf"\begin{{gathered}}{rows}\end{{gathered}}"
    return (*parts, Formula(text, sheet=False))


def compared(done: Journey) -> tuple[Part, ...]:
    """Every way to unpool these values, as pictures and numbers."""
    intro = _(
        "A cell counts as **kept** if it has its value again because its place was "
        "remembered, as **by accident** if it has it for another reason, as when a zero is "
        "filled in where a zero was."
    )
    ways = [
        (way, journey(done.run, done.between, key, done.duplicates).trip)
        for key, way in METHODS.items()
        if way.possible(done.run)
    ]
    small = max(done.run.x.shape) <= WRITTEN_OUT
    coloured = _(
        "Blue: kept. Orange, with a white point in it where there is room: by accident. Grey: "
        "what is there instead."
    )
    ringed = _("Solid ring: kept. Dashed ring: by accident. Pale: lost.")
    fitted = _(
        "The transposed convolution has its weights fitted to this one input: no other weights "
        "do better here. It blurs, for one set of weights must serve every window."
    )
    name = f"{run_name('unpooling', done.run)}-ways-back"
    shots = tuple(_shot(way, trip) for way, trip in ways)
    pictures = Pictures(
        shots, MAP, _("What each way back keeps"), coloured, screen=not small, name=name
    )
    planes = (Planes(tuple(_plane(way, trip) for way, trip in ways)),) if small else ()
    legend = together((ringed if small else coloured, fitted))
    heading = Says(_("What comes back"), "heading")
    return heading, Says(intro), *planes, pictures, Says(legend, "caption")


def _shot(way: Method, trip: RoundTrip) -> Shot:
    said = _counted(trip)
    return Shot(
        partial(_map, trip),
        titled(_(way.title), _measured(said, trip)),
        titled(_(way.title), said),
    )


def _plane(way: Method, trip: RoundTrip) -> Plane:
    said = _counted(trip)
    return Plane(_(way.title), trip.output, trip.kept, trip.accidental, _measured(said, trip), said)


def _counted(trip: RoundTrip) -> str:
    kept, luck = int(trip.kept.sum()), int(trip.accidental.sum())
    return _("{kept} kept, {luck} by accident, {lost} lost").format(
        kept=kept, luck=luck, lost=trip.x.size - kept - luck
    )


def _measured(said: str, trip: RoundTrip) -> str:
    return _("{told}. Error |x − x̂| / |x| = {error}, energy {energy} %.").format(
        told=said,
        error=number(float(f"{trip.error:.3g}")),
        energy=number(float(f"{100 * trip.energy:.3g}")),
    )


def _map(trip: RoundTrip) -> np.ndarray:
    """A large plane in grey with what came back in colour, uint8 (H, W, 3)."""
    from poolviz.figures.images import fitted, grey

    values = trip.output
    picture = np.repeat(grey(values, *value_range(values))[..., None], 3, axis=-1)
    picture[trip.kept] = (31, 122, 196)
    picture[trip.accidental] = (217, 130, 43)
    drawn = fitted(picture, MAP)
    rows, cols = values.shape
    side = drawn.shape[0] // rows
    if side >= 3:  # a mark of its own besides the colour
        inner = np.zeros((rows, side, cols, side), bool)
        middle = slice(side // 3, side - side // 3)
        inner[:, middle, :, middle] = trip.accidental[:, None, :, None]
        drawn[inner.reshape(rows * side, cols * side)] = 255
    return drawn


def backward(done: Journey) -> tuple[Part, ...]:
    """Why unpooling is not max's backward."""
    run = done.run
    if run.locations is None:
        return ()
    heading = Says(_("Is that max's backward pass?"), "heading")
    times = times_remembered(run)
    twice = int((times > 1).sum())
    if not twice:
        alike = _(
            "Here they look alike: no cell is remembered twice, so writing and adding give "
            "the same. With kernel 3 and stride 1 they part. And they do different work: "
            "backward carries gradients, unpooling carries values."
        )
        return heading, Says(alike)
    at = int(times.argmax())
    windows = np.flatnonzero(run.locations.ravel() == at)
    values = done.carried.ravel()[windows].tolist()
    total = float(run.backward(done.carried).flat[at]) if run.variant.selects else sum(values)
    parted = _(
        "Cells remembered by more than one window: {twice}. Take the one in {place}: "
        "{count} windows remember it. Unpooling leaves {last}, the value that came last. "
        "Backward, handed the same numbers as gradients, adds: {sum} = {total}. A value "
        "that is copied twice is still one value; a cell that was read twice has twice "
        "the influence."
    ).format(
        twice=twice,
        place=place_of(at, run.x.shape[1]),
        count=len(values),
        last=number(values[-1]),
        sum=added_up(values),
        total=number(round(total, 6)),
    )
    threads = _(
        "PyTorch on several threads may let another of them win; only “last” and “sum” are "
        "rules. Its gradient of unpooling is that of “sum”."
    )
    return heading, Says(plain(parted)), Says(threads, "caption")
