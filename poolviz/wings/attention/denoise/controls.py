"""The controls of denoising: a picture, noise, and what decides which patches are alike."""

from dataclasses import replace

import numpy as np

from poolviz.attention import NonLocalMeans
from poolviz.stage.control import Block, Choice, Control, Real, Silent, Values, Whole
from poolviz.stage.link import whole, write_pair
from poolviz.stage.matrix import LARGEST_SEED
from poolviz.stage.page import Fitted
from poolviz.text import N_, _
from poolviz.wings.attention.denoise.picture import WHITE, prepared, shrunk
from poolviz.wings.attention.denoise.scene import SIDE, Crop
from poolviz.wings.pooling.core import controls as shared

PATCHES = ("1", "3", "5", "7")
WINDOWS = {
    "5": N_("5 × 5"), "7": N_("7 × 7"), "11": N_("11 × 11"), "15": N_("15 × 15"),
    "21": N_("21 × 21"), "0": N_("the whole picture"),
}  # fmt: skip
PINNED = 239
"""The pixel that asks at first: at the rim of the grass, it takes from the grass alone."""


def clean_of(values: Values) -> np.ndarray:
    """The picture without noise, in [0, 1]; ``ValueError`` where a cell is no number."""
    x = shared.matrix_of(values)
    if not np.isfinite(x).all():
        raise ValueError(_("the picture must hold finite numbers: noise upon ∞ says nothing"))
    return prepared(x, shared.palette_of(values) == "grey")


def block_of(values: Values) -> NonLocalMeans:
    """The block that the values describe."""
    return NonLocalMeans(
        int(values["patch"]), int(values["window"]), values["h"] * values["noise"] / WHITE
    )


def _shape(values: Values) -> tuple[int, int]:
    """Rows and columns of the picture, which asks for none of its numbers."""
    return shrunk(shared.matrix_of(values).shape)


def crop_of(values: Values) -> Crop:
    """The pixels that can be asked."""
    return Crop.within(_shape(values), int(values["window"]), values["region"])


def _room(values: Values) -> tuple[int, int]:
    crop, (rows, cols) = crop_of(values), _shape(values)
    return rows - crop.rows, cols - crop.cols


def _start(values: Values) -> tuple[int, int]:
    crop = crop_of(values)
    return crop.row, crop.col


SEED = Control(
    "seed", N_("Seed of the noise"), Whole(0, LARGEST_SEED, look="seed"), 0,
    folded=True, key="noise.seed",
)  # fmt: skip
INPUT = (
    replace(shared.INPUT[0], default="photograph"),
    *(
        replace(control, name="input_seed", with_="sample") if control.name == "seed" else control
        for control in shared.INPUT[1:]
    ),
)
"""The picture is the page's own, a photograph at first; ``seed`` is the noise's."""
NOISE = Control(
    "noise", N_("Noise σ, of 255"), Whole(1, 60, look="slider"), 20,
    N_("The standard deviation of what is added to each pixel, in steps of grey."),
)  # fmt: skip
H = Control(
    "h", N_("h, in σ of the noise"), Real(0.2, 5, 0.1), 1.2,
    N_("How different patches may be: small, and a pixel listens to itself; large, to all."),
)  # fmt: skip
PATCH = Control(
    "patch", N_("Side of a patch"), Choice(PATCHES, look="named"), "3",
    N_("Rows and columns of what is compared. 1 × 1 compares single pixels."),
)  # fmt: skip
WINDOW = Control(
    "window", N_("Search window"), Choice(tuple(WINDOWS), lambda name: _(WINDOWS[name])), "11",
    N_("Who may be asked: the pixels of so many rows and columns around."),
)  # fmt: skip
GAMMA = Control(
    "gamma", N_("Residual gate γ"), Real(-1, 2, 0.05), 1.0,
    N_("noisy + γ (mean − noisy): 0 leaves the noise, 1 takes the mean in its place."),
    folded=True,
)  # fmt: skip
REGION = Control(
    "region", N_("Which pixels can be asked"), Block(10**6, _room, _start), folded=True
)
QUERY = Control(
    "query", "", Silent(whole(0, 10**6), tries=(1,)), PINNED, key="step", passing=True
)  # fmt: skip
"""The pixel that asks, counted row by row in the block."""
CONTROLS = (
    *INPUT, NOISE, H, PATCH, WINDOW, SEED, GAMMA, REGION, shared.MODE, QUERY,
)  # fmt: skip
ABOUT = (
    *(control.key for control in INPUT), NOISE.key, SEED.key, PATCH.key, WINDOW.key,
    REGION.key,
)  # fmt: skip
"""Which patches are the most alike is another question with another one of these."""


def fit(values: Values) -> Fitted:
    """A pixel that can be asked."""
    crop = crop_of(values)
    step = values["step"] or 0
    if step < len(crop) or step < SIDE * SIDE:  # a block grew smaller: the last one is taken
        return values.but(step=min(step, len(crop) - 1)), ()
    told = _("query was {old}: {n} pixels can be asked, counted from 0; pixel {cell} asks.").format(
        old=step, n=len(crop), cell=write_pair(crop.pixel(len(crop) - 1))
    )
    return values.but(step=len(crop) - 1), (told,)
