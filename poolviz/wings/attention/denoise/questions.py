"""What is predicted: whether more context is better, and which patch weighs most."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from poolviz.attention import NonLocalMeans
from poolviz.numbers import number
from poolviz.samples import sample
from poolviz.stage.cache import kept
from poolviz.stage.question import Choice, Question
from poolviz.text import _
from poolviz.wings.attention.denoise.picture import (
    best,
    decibel,
    means,
    noised,
    prepared,
    psnr,
)
from poolviz.wings.attention.denoise.scene import Asking, Boxed

NOISE = 20
LETTERS = ("A", "B", "C")
SAME = 0.05
"""Differences below this, in dB, are none."""


@dataclass(frozen=True)
class Context:
    """PSNR of the photograph in dB: with 11 x 11 pixels to ask, with all; and the best h of each
    over the noise's standard deviation."""

    window: float
    window_h: float
    whole: float
    whole_h: float


@kept
def context() -> Context:
    """Both on the photograph, noise 20, 3 x 3 patches."""
    clean = prepared(sample("photograph"), True)
    noisy = noised(clean, NOISE, 0)
    block = NonLocalMeans(3, 11)
    near, near_h = best(noisy, clean, NOISE, block, (1.0, 1.2, 1.5))
    far, far_h = best(noisy, clean, NOISE, replace(block, window=0), (0.8, 1.0, 1.2))
    return Context(near, near_h, far, far_h)


def context_question() -> Question:
    """More context is better (it is not)."""
    found = context()
    gap = found.whole - found.window
    text = _(
        "The photograph, noise 20: with 11 × 11 pixels to ask it comes to {window} dB. And if "
        "every pixel may ask the whole picture?"
    ).format(window=decibel(found.window))
    numbers = _("{whole} dB against {window}, each with its best h.").format(
        whole=decibel(found.whole), window=decibel(found.window)
    )
    more = _(
        "Every chance likeness counts: thousands of foreign pixels, each with a small weight, pull "
        "together. {numbers}"
    ).format(numbers=numbers)
    choices = (
        Choice(
            _("Better"), gap > SAME,
            _("“More context” brings more pixels that are alike only by chance."),
        ),
        Choice(
            _("Equal"), abs(gap) <= SAME,
            _("Far pixels weigh little each, but there are thousands of them."),
        ),
        Choice(_("Worse"), gap < -SAME, more),
    )  # fmt: skip
    example = {
        "sample": "photograph", "matrix": None, "noise": NOISE, "noise.seed": 0, "patch": "3",
        "window": "0", "h": found.whole_h, "gamma": 1.0, "region": None,
    }  # fmt: skip
    return Question(text, choices, example=example)


@dataclass(frozen=True, eq=False)
class Trio:
    """A pixel and three of its keys: ``like`` has the most similar patch, ``grey`` the most similar
    value, ``near`` is the nearest. ``step`` is the pixel's; keys are columns of ``weights``."""

    asking: Asking
    step: int
    like: int
    grey: int
    near: int

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """The three from the top left to the bottom right, as the letters have them."""
        return tuple(sorted((self.like, self.grey, self.near)))

    def letter(self, key: int) -> str:
        """What a key is called."""
        return LETTERS[self.keys.index(key)]

    def weight(self, key: int) -> float:
        """What the pixel takes of it."""
        return float(self.asking.weights[self.step, key])

    def place(self, key: int) -> tuple[int, int]:
        """(row, col) of a key."""
        return self.asking.place(self.asking.cell(self.step, key))

    @property
    def boxed(self) -> Boxed:
        """The frames of the patches."""
        return Boxed(self.step, tuple(self.place(key) for key in self.keys))


@kept
def _trio(noisy: np.ndarray, asking: Asking, after: int) -> tuple[int, int, int, int] | None:
    shown = asking.shown.ravel()
    assert asking.cells is not None
    cells, side, s = asking.cells, asking.block.window, asking.block.patch
    places = np.indices((side, side)).reshape(2, -1).T - side // 2
    far = np.abs(places).max(1)
    distance = asking.distance.copy()
    value = np.abs(shown[cells] - shown[asking.own][:, None])
    distance[asking.kind.ravel()[cells] != 0] = np.nan  # mirrored pixels are no places to point at
    steps = np.arange(len(cells))

    straight = np.flatnonzero((far == s) & (np.abs(places).min(1) == 0))
    near = straight[np.nan_to_num(distance[:, straight], nan=-1).argmax(1)]
    like = _least(distance, _apart(places, near, s) & (far > s))
    least = distance[steps, like]
    unlike = distance > 3 * least[:, None]
    free = _apart(places, near, s) & _apart(places, like, s) & (far > s)
    grey = _least(value, unlike & free)
    gap = np.minimum(distance[steps, near], distance[steps, grey]) - least
    fits = free[steps, grey] & unlike[steps, grey] & (distance[steps, near] > 3 * least)
    fits &= (far[like] > s) & np.isfinite(gap) & (steps > after)
    if not fits.any():
        return None
    clear = gap / (least + np.nanmedian(least[np.isfinite(least)]))  # the one alike, the others not
    step = int(np.where(fits, clear, -np.inf).argmax())
    return step, int(like[step]), int(grey[step]), int(near[step])


def _apart(places: np.ndarray, key: np.ndarray, patch: int) -> np.ndarray:
    """Which keys have a patch that does not overlap that of another key of each query."""
    apart: np.ndarray = np.abs(places[None] - places[key][:, None]).max(-1) >= patch
    return apart


def _least(values: np.ndarray, among: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(among & np.isfinite(values), values, np.inf).argmin(1))


def trio(asking: Asking, after: int) -> Trio | None:
    """The pixel behind ``after`` whose three tempting keys differ most; None: there is none."""
    if asking.cells is None or asking.block.window // 2 <= asking.block.patch:
        return None
    block = replace(asking.block, h=1.0)  # which is most alike does not depend on it
    found = _trio(asking.noisy, replace(asking, block=block), after)
    return None if found is None else Trio(asking, *found)


def patch_question(three: Trio) -> Question:
    """Which of three patches weighs most: the nearest, the one with the same grey, the alike."""
    row, col = three.asking.crop.pixel(three.step)
    text = _(
        "Row {row}, column {col} asks. Itself aside, which of the three framed patches weighs most?"
    ).format(row=row, col=col)
    weights = ", ".join(f"{three.letter(key)} {number(three.weight(key), 3)}" for key in three.keys)
    why = {
        three.like: _("Its patch looks most like the own one, pixel by pixel: {weights}."),
        three.grey: _("Its middle has nearly the same grey, but the patches around differ."),
        three.near: _(
            "It is the nearest of the three, but nearness does not count: only likeness does."
        ),
    }
    return Question(
        text,
        tuple(
            Choice(
                _("{letter}: row {row}, column {col}").format(
                    letter=three.letter(key), row=three.place(key)[0], col=three.place(key)[1]
                ),
                key == three.like,
                why[key].format(weights=weights),
            )
            for key in three.keys
        ),
        step=three.step,
    )


def denoised(noisy: np.ndarray, clean: np.ndarray, block: NonLocalMeans) -> float:
    """PSNR of NLM in dB."""
    return psnr(means(noisy, block), clean)
