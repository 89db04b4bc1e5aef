"""Decode: from a heat map to a place between its cells, in six ways."""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from poolviz.numbers import number
from poolviz.pose.topdown.decode import DECODERS, blob, errors
from poolviz.stage.cache import kept
from poolviz.stage.control import Control, Real, Silent, Values, Whole
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE
from poolviz.stage.page import Page
from poolviz.stage.part import (
    ALL,
    CLASS,
    PICTURE,
    Fold,
    Formula,
    Numbers,
    Part,
    Play,
    Program,
    Says,
    Table,
)
from poolviz.stage.question import Question
from poolviz.stage.scene import Ground, Overlay, Panel, Scene
from poolviz.text import N_, _
from poolviz.wings.pose.decode.programs import program
from poolviz.wings.pose.decode.questions import argmax_question, noise_question, soft_question

MAPS = 300
"""Maps over which the mean errors are taken."""
STEPS = ("map", *(decoder.name for decoder in DECODERS))


@dataclass(frozen=True, eq=False)
class Run:
    """A map of a joint at ``truth`` (x, y) in cells, and what was set."""

    truth: tuple[float, float]
    h: np.ndarray
    sigma: float
    noise: float
    beta: float
    stride: int

    @cached_property
    def places(self) -> np.ndarray:
        """(6, 2): x and y in cells, by each decoder."""
        return np.array([decoder.place(self.h, self.beta) for decoder in DECODERS])

    @cached_property
    def away(self) -> dict[str, float]:
        """How far off each is, in cells."""
        far = np.linalg.norm(self.places - self.truth, axis=1)
        return {decoder.name: float(d) for decoder, d in zip(DECODERS, far, strict=True)}


def compute(values: Values) -> Run:
    """The blob, with its noise."""
    x, y, sigma, noise = (float(values[key]) for key in ("x", "y", "sigma", "noise"))
    drawn = np.random.default_rng(values["seed"]).standard_normal((48, 48))
    h = blob(x, y, sigma) + noise * drawn
    return Run((x, y), h, sigma, noise, float(values["beta"]), values["stride"])


def decode_scene(run: Run, hidden: int | None) -> Scene:
    """The map, then each decoder's place; from step ``hidden`` on nothing is told of them."""
    steps = len(STEPS)
    points = np.full((steps, 2, 2), np.nan)
    arrows = np.full((steps, 1, 4), np.nan)
    points[:, 0] = np.array(run.truth) + 0.5
    told = [
        _("A joint at x = {x}, y = {y}, in cells: its map, exp(−d² / 2σ²). Where is it?").format(
            x=number(run.truth[0]), y=number(run.truth[1])
        )
    ]
    for step, (decoder, place) in enumerate(zip(DECODERS, run.places, strict=True), 1):
        title = _(decoder.title)
        if hidden is not None and step >= hidden:
            told.append(_("{decoder}: {says}. How far off is it?").format(
                decoder=title, says=_(decoder.says)))  # fmt: skip
            continue
        points[step, 1] = place + 0.5
        arrows[step, 0] = (*(np.array(run.truth) + 0.5), *(place - run.truth))
        away = run.away[decoder.name]
        told.append(
            _("{decoder}: {says}. It says ({x}, {y}): {cells} cells off, {pixels} px.").format(
                decoder=title, says=_(decoder.says), x=number(round(float(place[0]), 2)),
                y=number(round(float(place[1]), 2)), cells=number(round(away, 3)),
                pixels=number(round(away * run.stride, 2)),
            )
        )  # fmt: skip
    blank = Ground(np.full((2, 2), 245, np.uint8), _("an empty sheet"), veil=1.0)
    panel = Panel(
        "map", _("Heat map"), run.h, float(min(run.h.min(), 0)), float(run.h.max()), ground=blank
    )
    over = Overlay(
        "map", _("Places"), points=points, arrows=arrows,
        hollow=np.array([True, False]), labels=(_("truth"), _("decoded")),
    )  # fmt: skip
    return Scene(_("Where is the joint?"), (panel,), (), tuple(told), overlays=(over,))


@kept
def _scene(run: Run, hidden: int | None) -> Scene:
    scene = decode_scene(run, hidden)
    assert scene.wire  # computed here, once
    return scene


def asked(run: Run) -> tuple[Question, ...]:
    """How far off argmax and soft-argmax are; then what noise changes."""
    return (
        argmax_question(run.away["argmax"], run.stride),
        soft_question(run.away["soft"], run.away["argmax"], run.beta),
        noise_question(),
    )


def view(run: Run) -> tuple[Part, ...]:
    """The map with its places, all of them in a table, mean errors, what to notice, code."""
    return (
        Play(partial(_scene, run), name="decode"),
        Formula(r"\mu = m - H^{-1} \nabla, \qquad H, \nabla \text{ of } \log h \text{ at } m"),
        Table(_rows(run), name="decoders", tells=PICTURE),
        Fold(_("Mean errors over {n} maps").format(n=MAPS), partial(_means, run), "functions",
             name="means", tells=PICTURE),
        Says(
            "\n".join(
                f"- {each}"
                for each in (
                    _("The largest cell is .38 cells off on average, at stride 4 that is 1.5 px."),
                    _("The logarithm of a Gaussian is a parabola: DARK is exact, noise apart."),
                    _(
                        "exp(β · 0) = 1: soft-argmax weighs 2300 cells of background. β = 1 draws "
                        "it to the middle of the map; a network trained through it learns another "
                        "map, which is why it works there."
                    ),
                )
            ),
            tells=ALL,
        ),
        Numbers(run.h, _("Heat map"), name="decode-map", tells=CLASS),
        Program(
            _("The same in NumPy"),
            {"": lambda: ({"NumPy": program(run.truth, run.sigma, run.beta)}, {})},
            _("Without noise."), name="code",
        ),
        Says(
            _(
                "Sources: Newell, Yang & Deng, ECCV 2016 (a quarter of a cell); Zhang, Zhu, Dai, "
                "Ye "
                "& Zhu, CVPR 2020 (DARK); Sun, Xiao, Wei, Liang & Wei, ECCV 2018 (soft-argmax)."
            ),
            "caption",
        ),
    )  # fmt: skip


def _rows(run: Run) -> dict[str, list[object]]:
    away = [run.away[decoder.name] for decoder in DECODERS]
    return {
        _("decoder"): [_(decoder.title) for decoder in DECODERS],
        _("x"): [number(round(float(x), 3)) for x, _y in run.places],
        _("y"): [number(round(float(y), 3)) for _x, y in run.places],
        _("cells off"): [number(round(a, 3)) for a in away],
        _("px off"): [number(round(a * run.stride, 2)) for a in away],
    }


def _means(run: Run) -> tuple[Part, ...]:
    found = _mean_errors(run.sigma, run.noise, run.beta)
    return (
        Table({
            _("decoder"): [_(decoder.title) for decoder in DECODERS],
            _("cells off"): [number(round(found[d.name], 3)) for d in DECODERS],
            _("px off"): [number(round(found[d.name] * run.stride, 2)) for d in DECODERS],
        }),
    )  # fmt: skip


@kept
def _mean_errors(sigma: float, noise: float, beta: float) -> dict[str, float]:
    return errors(sigma, noise, beta, MAPS, 0)


DECODE = Page(
    address="decode",
    wing=N_("Pose"),
    group=N_("Pose: boxes first"),
    title=N_("Decode"),
    icon="center_focus_strong",
    shows=N_(
        "A joint lies between the cells of its map: six ways to read it, and what each costs."
    ),
    intro=N_("A network gives a map, not a place. The joint lies between its cells."),
    controls=(
        Control("x", N_("Joint, x in cells"), Real(10, 37, 0.1), 20.3),
        Control("y", N_("Joint, y in cells"), Real(10, 37, 0.1), 17.8),
        Control("sigma", N_("σ of the blob, cells"), Real(0.5, 5, 0.1), 2.0),
        Control("noise", N_("Noise"), Real(0, 0.3, 0.01), 0.0,
                N_("Standard deviation; the map's top is 1.")),
        Control("beta", N_("β of soft-argmax"), Real(1, 100, 1), 1.0),
        Control("stride", N_("Stride, pixels a cell"), Whole(1, 16, look="slider"), 4, folded=True),
        Control("seed", N_("Seed of the noise"), Whole(0, 9999, look="seed"), 0, folded=True,
                when=lambda values: values["noise"] > 0),
        Control("step", N_("Step"), Silent(whole(0, 10**6), tries=(1,)), 0, passing=True),
        MODE,
    ),
    run=compute,
    view=view,
    questions=asked,
)  # fmt: skip
"""Decode: argmax, quarter, parabola, DARK, soft-argmax, centre of mass."""
