"""What is said of a denoised picture: other filters, h, other windows, and one pixel's numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from poolviz.attention import NonLocalMeans
from poolviz.numbers import number
from poolviz.samples import sample
from poolviz.stage.cache import kept
from poolviz.stage.part import Chart, Fold, Formula, Moment, Part, Pictures, Says, Shot, Table
from poolviz.text import _, titled
from poolviz.wings.attention.denoise.picture import (
    BLURS,
    RATIOS,
    WHITE,
    best,
    best_gate,
    best_gaussian,
    bilateral,
    curve,
    decibel,
    mean3,
    means,
    median3,
    noised,
    psnr,
)
from poolviz.wings.attention.denoise.questions import Trio
from poolviz.wings.attention.denoise.scene import Asking, Crop
from poolviz.wings.pooling.core.telling import noticed
from poolviz.wings.pooling.core.tex import tex

WIDTH = 150
"""Pixels of a small picture."""
GRID = (0.8, 1.0, 1.2, 1.5)
"""h over the noise, of which each other window or patch gets its best."""
FUR = slice(80, 144)
"""Rows and columns of the cat's fur."""


@dataclass(frozen=True, eq=False)
class Denoised:
    """A picture, the noise upon it, its non-local means, and what is asked. ``shape`` is the
    input's before it was shrunk."""

    clean: np.ndarray
    noisy: np.ndarray
    mean: np.ndarray
    block: NonLocalMeans
    noise: int
    gamma: float
    asking: Asking
    shape: tuple[int, ...]

    @property
    def crop(self) -> Crop:
        """The pixels that can be asked."""
        return self.asking.crop

    @cached_property
    def output(self) -> np.ndarray:
        """noisy + gamma (mean - noisy)."""
        if self.gamma == 1:
            return self.mean
        return np.asarray(self.noisy + self.gamma * (self.mean - self.noisy))

    def decibels(self, picture: np.ndarray) -> str:
        """The PSNR of a picture, as it is written."""
        return decibel(psnr(picture, self.clean))

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"denoise-noise{self.noise:g}-p{self.block.patch}-w{self.block.window or 'all'}"


def shrunk_note(run: Denoised) -> tuple[Part, ...]:
    """That a large picture was made smaller."""
    if run.shape == run.clean.shape:
        return ()
    text = _("{rows} × {cols} was shrunk to {r} × {c}, each pixel the mean of those in its place.")
    said = text.format(
        rows=run.shape[0], cols=run.shape[1], r=run.clean.shape[0], c=run.clean.shape[1]
    )
    return (Says(said, "caption"),)


def filters(run: Denoised) -> tuple[Part, ...]:
    """The same noise under other filters, as pictures with their PSNR."""
    blur = best_gaussian(run.noisy, run.clean)
    pixels = ((_("clean"), run.clean, ""),) if run.noise else ()
    made = (
        (_("noisy"), run.noisy, run.decibels(run.noisy)),
        (_("3 × 3 mean"), *_filtered(run, mean3(run.noisy))),
        (_("3 × 3 median"), *_filtered(run, median3(run.noisy))),
        (_("best Gaussian, {width} px").format(width=number(blur.width)),
         *_filtered(run, blur.picture)),
        (_("9 × 9 bilateral"), *_filtered(run, bilateral(run.noisy, run.clean, run.noise))),
        (_("non-local means"), *_filtered(run, run.output)),
        *pixels,
    )  # fmt: skip
    shots = []
    for title, picture, decibels in made:
        said = titled(title, f"{decibels} dB") if decibels else title
        shots.append(Shot(partial(_pixels, picture), said, said, partial(_grey, picture)))
    below = _(
        "PSNR = 10 log₁₀(1 / mean squared error) of values clipped to [0, 1]: 3 dB more is half "
        "the squared error. The Gaussian is the best of {n} widths."
    ).format(n=len(BLURS))
    return (
        Says(_("Beside other filters"), "heading"),
        Pictures(tuple(shots), WIDTH, _("Filters"), below, name=f"{run.name}-filters"),
        Says(below, "caption"),
    )


def _filtered(run: Denoised, picture: np.ndarray) -> tuple[np.ndarray, str]:
    return picture, run.decibels(picture)


def _grey(picture: np.ndarray) -> np.ndarray:
    from poolviz.figures.images import grey

    return grey(picture, 0, 1)


@kept
def _pixels(picture: np.ndarray) -> np.ndarray:
    from poolviz.figures.images import fitted

    return fitted(_grey(picture), 2 * WIDTH)


def patches(run: Denoised, three: Trio | None) -> tuple[Part, ...]:
    """The patches that are compared, enlarged: the pixel's own, and the three framed."""
    if three is None:
        return ()
    each = run.asking.patches(run.noisy)
    side = (run.block.patch,) * 2
    own = each[run.asking.own[three.step]].reshape(side)
    shots = [Shot(partial(_pixels, own), _("its own patch"), _("The pixel's own patch"))]
    for key in three.keys:
        patch = each[run.asking.cell(three.step, key)].reshape(side)
        row, col = three.place(key)
        said = _("{letter}: row {row}, column {col}").format(
            letter=three.letter(key), row=row, col=col
        )
        shots.append(Shot(partial(_pixels, patch), said, said))
    title = _("Whose patch looks like it?")
    return (Pictures(tuple(shots), WIDTH // 2, title, name=f"{run.name}-patches"),)


def at_pixel(run: Denoised, moment: Moment) -> tuple[Part, ...]:
    """The weight of the pixel's most similar patch, with the numbers."""
    if moment.withholds(moment.step):
        return ()
    step = min(moment.step, len(run.crop) - 1)
    raw = run.asking.patches(run.noisy)
    weights = run.asking.weights[step]
    own = run.asking.own[step]
    cells = np.arange(len(raw)) if run.asking.cells is None else run.asking.cells[step]
    key = int(np.where(cells == own, -1, weights).argmax())
    distance = float(((raw[cells[key]] - raw[own]) ** 2).mean())
    row, col = run.asking.place(int(cells[key]))
    total = 1 / float(weights[cells == own][0])
    latex = (
        rf"w_{{ij}} = \frac{{e^{{-D/h^2}}}}{{\sum_j}} = \frac{{e^{{-{tex(distance)}"
        rf"/{tex(run.block.h**2)}}}}}{{{tex(total)}}} = {tex(float(weights[key]))}"
    )
    said = _(
        "of the most similar other patch, at row {row}, column {col}. The pixel itself has D = 0 "
        "and weighs {own}."
    ).format(row=row, col=col, own=number(1 / total, 3))
    return Formula(latex, sheet=False), Says(said, "caption")


def heights(run: Denoised) -> tuple[Part, ...]:
    """PSNR over h, behind a title."""
    if not run.block.window:
        return ()
    title = _("How large should h be?")
    return (Fold(title, partial(_heights, run), "show_chart", name="h"),)


def _heights(run: Denoised) -> tuple[Part, ...]:
    found = curve(run.noisy, run.clean, run.block, run.noise)
    top = int(found.argmax())
    said = _(
        "Small h: a pixel finds no one alike but itself, and keeps its noise. Large h: all are "
        "alike, and the mean of the window blurs. Best of these: h = {ratio} σ, {decibels} dB."
    ).format(ratio=number(RATIOS[top]), decibels=decibel(found[top]))
    return (
        Chart(
            partial(_curve, found, psnr(run.noisy, run.clean)),
            _("PSNR over h: {decibels} dB at the best, h = {ratio} σ").format(
                decibels=decibel(found[top]), ratio=number(RATIOS[top])
            ),
            name=f"{run.name}-h",
        ),
        Says(said),
    )


@kept
def _curve(found: np.ndarray, noisy: float) -> Any:
    from poolviz.figures.experiments import Line, line_chart

    line = Line(_("non-local means"), RATIOS, found.tolist())
    return line_chart([line], _("h over σ"), "dB", levels=[(noisy, _("noisy"))], log_x=True)


def windows(run: Denoised) -> Fold:
    """Other patches and windows, each with its best h: it would answer the first question."""
    title = _("Other patches and windows, each with its best h")
    return Fold(title, partial(_windows, run), "table", name="windows", tells=1)


CASES: Mapping[tuple[int, int], str] = {
    (3, 7): "7 × 7", (3, 11): "11 × 11", (1, 11): "11 × 11", (3, 21): "21 × 21",
}  # fmt: skip


@kept
def variants(noisy: np.ndarray, clean: np.ndarray, noise: float) -> tuple[
    tuple[int, int, float, float], ...
]:  # fmt: skip
    """(patch, window, PSNR, best h over sigma) of some patches and windows; 0: the whole."""
    found = [
        (patch, window, *best(noisy, clean, noise, NonLocalMeans(patch, window), GRID))
        for patch, window in CASES
    ]
    whole = best(noisy, clean, noise, NonLocalMeans(3, 0), GRID[:3])
    return *found, (3, 0, *whole)


def _windows(run: Denoised) -> tuple[Part, ...]:
    found = variants(run.noisy, run.clean, run.noise)
    columns = {
        _("patch"): [f"{patch} × {patch}" for patch, *_rest in found],
        _("search window"): [
            CASES.get((patch, window), _("the whole picture")) for patch, window, *_rest in found
        ],
        "dB": [decibel(value) for *_rest, value, _ratio in found],
        _("best h / σ"): [number(ratio) for *_rest, ratio in found],
    }
    said = _("Patches matter more than the window, and more context is not always better.")
    return Table(columns), Says(said)


def fur(run: Denoised) -> Fold:
    """Where it does no better than a blur, said openly."""
    title = _("Where it is no better than a blur: fur")
    return Fold(title, partial(_fur, run.noise), "pets", name="fur")


@kept
def fur_numbers(noise: float) -> tuple[float, float]:
    """PSNR of NLM and of the best Gaussian on a piece of the cat's fur."""
    clean = sample("cat")[FUR, FUR] / WHITE
    noisy = noised(clean, noise, 0)
    blur = best_gaussian(noisy, clean)
    return best(noisy, clean, noise, NonLocalMeans(3, 11), GRID)[0], psnr(blur.picture, clean)


def _fur(noise: float) -> tuple[Part, ...]:
    clean = sample("cat")[FUR, FUR] / WHITE
    noisy = noised(clean, noise, 0)
    mean, blur = fur_numbers(noise)
    said = _(
        "Rows and columns {first} to {last} of the cat, noise {noise}: non-local means {mean} dB, "
        "the best Gaussian {blur} dB. It lives from structure that comes again; hairs do not."
    ).format(
        first=FUR.start, last=FUR.stop - 1, noise=number(noise), mean=decibel(mean),
        blur=decibel(blur),
    )  # fmt: skip
    shown = (
        (_("noisy"), noisy),
        (_("non-local means"), means(noisy, NonLocalMeans(3, 11, 1.2 * noise / WHITE))),
        (_("clean"), clean),
    )
    shots = tuple(Shot(partial(_pixels, p), title, title, partial(_grey, p)) for title, p in shown)
    return Says(said), Pictures(shots, WIDTH, _("Fur"), name=f"denoise-fur-noise{noise:g}")


def notice(run: Denoised) -> tuple[Part, ...]:
    """What to look for in this state."""
    gate = best_gate(run.noisy, run.mean, run.clean)
    gated = run.noisy + gate * (run.mean - run.noisy)
    lines = [
        _("Nothing was learned: queries and keys are patches of the picture itself, values its "
          "pixels."),
        _("In flat regions many keys count, along an edge those along the edge: see “keys count”."),
        _(
            "noisy + γ (mean − noisy): γ = 0 {zero} dB, 0.5 {half} dB, 1 {one} dB; the best is γ = "
            "{best}, {top} dB. A block that is added to its input earns its γ."
        ).format(
            zero=run.decibels(run.noisy),
            half=run.decibels((run.noisy + run.mean) / 2),
            one=run.decibels(run.mean),
            best=number(gate),
            top=run.decibels(gated),
        ),
        _("It is attention: scores 2 q·k / h² − |k|² / h². The second term keeps bright patches "
          "from winning by brightness."),
    ]  # fmt: skip
    return noticed(lines)
