"""The controls of /reach: the map and its mask, u and v, the pyramid, and what is put on a bill."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from poolviz.attention.cost import CONVENTIONS
from poolviz.readers import pack_matrix, unpack_matrix
from poolviz.stage import link
from poolviz.stage.control import Choice, Control, Grid, Pair, Silent, Typed, Values, Whole
from poolviz.stage.matrix import RANDOM
from poolviz.stage.page import Fitted
from poolviz.text import N_, _
from poolviz.wings.attention.reach.anchors import MAP, PICTURES
from poolviz.wings.attention.reach.masks import MASKS, OWN, drawn, title_of
from poolviz.wings.attention.reach.receipts import BLOCKS, block_title
from poolviz.wings.attention.reach.walk import CROSS, LARGEST, shrunk
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.controls import Is

ANCHORS, COST = "anchors", "cost"
LARGEST_POOL, MOST_POOLS = 12, 6
"""Rows and columns of a pooled map, and how many of them a pyramid may have."""


def offsets_of(values: Values) -> np.ndarray | None:
    """The offsets that a person has drawn (5, 5), None where no mask is drawn."""
    if values["mask"] != OWN:
        return None
    if not values["offsets"]:
        return drawn("king").astype(float)
    return drawn(OWN, unpack_matrix(values["offsets"])).astype(float)


def _offsets(values: Values) -> np.ndarray:
    some = offsets_of(values)
    return drawn(values["mask"]).astype(float) if some is None else some


def _begins(values: Values, mask: str) -> Mapping[str, Any]:
    """What is drawn by hand begins with the mask that was there."""
    return {"offsets": pack_matrix(_offsets(values))} if mask == OWN else {}


def read_pyramid(text: str) -> tuple[int, ...]:
    """ "1,3,6,8" -> (1, 3, 6, 8)."""
    one = link.whole(1, LARGEST_POOL)
    sizes = tuple(one(part.strip()) for part in text.split(","))
    if len(sizes) > MOST_POOLS:
        raise ValueError(_("at most {n} are needed").format(n=MOST_POOLS))
    return sizes


def _anywhere(values: Values, axis: int) -> int:
    """What can be typed: ``fit`` says what the map has."""
    return 10**6


def _picture(name: str) -> str:
    return _("The map above") if name == MAP else _(PICTURES[name])


INPUT = (replace(shared.INPUT[0], default=RANDOM), *shared.INPUT[1:])
"""Random digits of 6 x 6 at first."""
WALK = (
    Control(
        "mask", N_("Each cell looks at"),
        Choice((*MASKS, OWN), title_of, also=_begins), CROSS,
    ),
    Control(
        "offsets", N_("Where a cell may look, itself in the middle"),
        Grid(_offsets, toggles=True), None, when=Is("mask", OWN), with_="mask",
    ),
    Control("recurrences", N_("Recurrences"), Whole(1, 8), 2, N_("How often all cells look.")),
    Control(
        "from", N_("u: who asks"), Pair(0, 10**6, _anywhere, both=True), (0, 0),
        N_("Row and column of the cell that is followed, from 0."),
    ),
    Control(
        "to", N_("v: who is heard of"), Pair(0, 10**6, _anywhere, both=True), (4, 3),
        N_("Row and column of the cell whose share in u is traced, from 0."),
    ),
)  # fmt: skip
PYRAMID = (
    Control(
        "pyramid", N_("Pyramid: rows and columns of each pooled map"),
        Typed(
            read_pyramid, N_("up to 6 whole numbers from 1 to 12, with commas"),
            ((1,), (1, 4, 8, 12)),
        ),
        (1, 3, 6, 8), within=ANCHORS,
    ),
    Control(
        "picture", N_("Picture"),
        Choice((*PICTURES, MAP), _picture, look="segments"), "photograph", key="shown",
        within=ANCHORS,
    ),
)  # fmt: skip


def _asked_by(key: str) -> Any:
    return lambda values: key in BLOCKS[values["block"]].asks


BILL = (
    Control(
        "block", N_("Block"), Choice(tuple(BLOCKS), block_title, look="wide"), "position",
        within=COST,
    ),
    Control("channels", N_("Channels C"), Whole(1, 8192), 512, within=COST),
    Control(
        "sizes", N_("Size H × W"),
        Pair(1, 1024, lambda values, axis: 1024, both=True), (97, 97), within=COST,
    ),
    Control(
        "convention", N_("Count"),
        Choice(tuple(CONVENTIONS), lambda name: name, look="named"), "MAC",
        N_("One multiply-add is 1 MAC and 2 FLOP; papers use both words."), within=COST,
    ),
    Control(
        "loops", N_("Recurrences R"), Whole(1, 8), 2, within=COST, when=_asked_by("loops"),
    ),
    Control(
        "scores", N_("Scores a cell"), Choice(("H+W", "H+W-1"), look="named"), "H+W",
        N_("The authors' PyTorch code forms H + W, their CUDA code H + W − 1."), within=COST,
        when=_asked_by("scores"),
    ),
    Control(
        "reduction", N_("Reduction r"), Whole(1, 256), 16, within=COST, when=_asked_by("reduction"),
    ),
)  # fmt: skip
STEP = Control("step", N_("Step"), Silent(link.whole(0, 99), tries=(1,)), 0, passing=True)
CONTROLS = (*INPUT, *WALK, shared.MODE, STEP, *PYRAMID, *BILL)


def map_of(values: Values) -> np.ndarray:
    """The input, of at most 28 x 28 cells."""
    return shrunk(shared.matrix_of(values))


def was_shrunk(values: Values) -> bool:
    """Whether the map is smaller than the input."""
    return max(shared.matrix_of(values).shape) > LARGEST


def fit(values: Values) -> Fitted:
    """u and v that the map has, and a sentence for each that had to move."""
    shape, moved = map_of(values).shape, []
    for key, name in (("from", "u"), ("to", "v")):
        cell = values[key]
        there = min(cell[0], shape[0] - 1), min(cell[1], shape[1] - 1)
        if there == cell:
            continue
        text = _("{name} was {old}; the map has {rows} × {columns} cells, so it is {new}.")
        if (cell, key) != ((4, 3), "to"):  # where it is at first, it moves without a word
            moved.append(
                text.format(
                    name=name, old=link.write_pair(cell), new=link.write_pair(there),
                    rows=shape[0], columns=shape[1],
                )
            )  # fmt: skip
        values = values.but(**{key: there})
    return values, tuple(moved)
