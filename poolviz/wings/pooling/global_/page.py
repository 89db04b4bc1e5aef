"""Global pooling: one number a map, instead of a fully connected layer."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import ClassActivationMap
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import (
    Chart,
    Fold,
    Formula,
    Moment,
    Now,
    Numbers,
    Part,
    Place,
    Play,
    Program,
    Row,
    Says,
    Stack,
    Table,
)
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.stage.words import plain
from poolviz.text import N_, _, titled, together
from poolviz.wings.pooling.core import controls as shared
from poolviz.wings.pooling.core.channels import CHANNELS, block, features, scaled
from poolviz.wings.pooling.core.telling import noticed, programs, written
from poolviz.wings.pooling.global_.controls import (
    CLASS,
    INPUT,
    LARGEST_MAP,
    SIZES,
    STEP,
    WEIGHT,
    maps_of,
)
from poolviz.wings.pooling.global_.evidence import (
    CLASSES,
    Evidence,
    crops,
    evidence,
    evidence_scene,
    score_question,
)
from poolviz.wings.pooling.global_.heads import (
    Head,
    Maps,
    heads,
    larger,
    other_sizes,
    size_question,
    weights_question,
)
from poolviz.wings.pooling.global_.programs import evidence_code, features_file

ADDRESS = "global"
SCORE = 3
"""The question about the score is the third: what would answer it comes after it."""
_features = kept(features)


@dataclass(frozen=True, eq=False)
class Run:
    """The maps of two heads; the picture, the evidence in it, and the class that is shown."""

    maps: Maps
    picture: np.ndarray
    found: Evidence
    shown: int


def compute(values: Values) -> Run:
    """The counts of the heads, and the evidence in the picture."""
    picture = shared.matrix_of(values)
    weights = np.array([values[control.key] for control in WEIGHT])
    found = evidence(_features(picture), weights)
    return Run(maps_of(values), picture, found, int(values["shown_class"]))


def asked(run: Run) -> tuple[Question, ...]:
    """The weights, the size, the score: while that is asked, the scene has no scores."""
    score = replace(score_question(run.found), step=len(CHANNELS), stands=0)
    rows, cols = larger(run.maps)
    shown = {"rows_of_maps": rows, "cols_of_maps": cols} if max(rows, cols) <= LARGEST_MAP else None
    return weights_question(run.maps), replace(size_question(run.maps), example=shown), score


def view(run: Run) -> tuple[Part, ...]:
    """Two heads and their weights; then the evidence, map by map."""
    found, c = run.found, run.shown
    sources = (
        _("Source: {reference}").format(
            reference="Lin, Chen & Yan, ICLR 2014 (Network in Network); "
            "Zhou, Khosla, Lapedriza, Oliva & Torralba, CVPR 2016"
        ),
        "PyTorch: `torch.nn.AdaptiveAvgPool2d(1)` · Keras: "
        "`keras.layers.GlobalAveragePooling2D` · ONNX: `GlobalAveragePool`",
    )
    title = _("Where is the evidence? Class activation maps")
    return (
        Now(partial(_heads, run.maps)),
        Stack(_sizes(run.maps), tells=2),
        Now(lambda moment: (Says(title, "heading"),)),
        Now(lambda moment: (Place(("shown_class", f"weights_{c}")),)),
        Now(partial(_maps, run)),
        Play(partial(_scene, found), height=760, name="global-evidence"),
        Stack(_identity(run), tells=SCORE),
        Formula(ClassActivationMap.formula, screen=False),
        Numbers(
            found.cam.maps[c], _("Output"), name=f"global-class-{c}-activation-map", tells=SCORE
        ),
        Stack((*_crops(found), *_notice(), _program(found)), tells=SCORE),
        Says("\n\n".join(sources), "caption"),
    )


def _heads(maps: Maps, moment: Moment) -> tuple[Part, ...]:
    """Both flows side by side, and the counts; the second's is asked for."""
    withheld = moment.answered < 1
    flat, gap = both = heads(maps)
    widest = max(stage.size for head in both for stage in head.stages)
    charts = tuple(
        Chart(
            partial(_flow, head, widest, withheld and head is gap),
            _("{title}: {shapes}").format(
                title=head.title, shapes=" → ".join(stage.shape for stage in head.stages)
            ),
            name=f"global-{'means' if head is gap else 'flatten'}-{maps.channels}-maps",
        )
        for head in both
    )
    c, h, w, n = maps.channels, maps.rows, maps.cols, maps.classes
    first = rf"C H W N = {c} \cdot {h} \cdot {w} \cdot {n} = {_tex(flat.weights)}"
    second = r"C N = \;?" if withheld else rf"C N = {c} \cdot {n} = {_tex(gap.weights)}"
    both_counts = rf"\begin{{gathered}}{first} \\ {second}\end{{gathered}}"
    parts: tuple[Part, ...] = (Row(charts), Formula(both_counts, sheet=False))
    if withheld:
        return parts
    fewer = _("**{times} times fewer weights** to learn, to store and to overfit with.")
    if h * w == 1:
        fewer = _("**As many weights:** a map of one cell is its own mean.")
    further = _(
        "Biases on both sides come on top: {biases}. Network in Network goes one step further: its "
        "last convolution gives one map a class, and their means are the scores."
    )
    fewer = together((fewer.format(times=f"{h * w:,}"), further.format(biases=f"{n:,}")))
    return *parts, Says(fewer)


@kept
def _flow(head: Head, widest: int, withheld: bool) -> Any:
    from poolviz.figures.heads import flow_chart

    return flow_chart(head, widest, withheld)


def _tex(count: int) -> str:
    return f"{count:,}".replace(",", r"\,")


def _sizes(maps: Maps) -> tuple[Part, ...]:
    met = other_sizes(maps)
    fits = [each.flattened == maps.flattened for each in met]
    columns = {
        _("maps"): [f"{each.rows} × {each.cols}" for each in met],
        _("flattened"): [f"{each.flattened:,}" for each in met],
        _("fully connected"): [_("runs") if fit else _("error") for fit in fits],
        _("means"): [f"{each.channels:,}" for each in met],
        _("linear"): [_("runs")] * len(met),
    }
    return Says(_("The size of the input is free"), "heading"), Table(columns)


def _blocks(shape: tuple[int, ...]) -> str:
    """How the maps came from the picture, in a sentence."""
    side = min(block(shape), *shape)
    return _(
        "The picture, from 0 (its darkest cell) to 1 (its lightest), goes through {n} filters that "
        "can be named, in place of learned ones; each map is then averaged over blocks of {side} × "
        "{side}."
    ).format(n=len(CHANNELS), side=side)


def _scene(found: Evidence, hidden: int | None) -> Scene:
    return evidence_scene(found, hidden is not None)


def _maps(run: Run, moment: Moment) -> tuple[Part, ...]:
    """The map of each class over the picture; the score is asked for."""
    found = run.found
    most = float(np.abs(found.cam.maps).max()) or 1.0
    charts = []
    for c, name in enumerate(CLASSES):
        score = "?" if moment.hidden is not None else number(found.cam.scores[c])
        title = _("{name}: score {score}").format(name=_(name), score=score)
        alt = _("Activation map of {name} over the picture").format(name=_(name))
        chart = partial(_map, run.picture, found.cam.maps[c], most, title)
        charts.append(Chart(chart, alt, name=f"global-class-{c}-activation-map"))
    return (Row(tuple(charts)),)


@kept
def _map(picture: np.ndarray, values: np.ndarray, most: float, title: str) -> Any:
    from poolviz.figures.evidence import map_chart

    return map_chart(scaled(picture), values, most, title)


def _identity(run: Run) -> tuple[Part, ...]:
    """The identity of map and score, with its numbers."""
    found, c = run.found, run.shown
    mean, score = float(found.cam.maps[c].mean()), float(found.cam.scores[c])
    name = f"**{plain(_(CLASSES[c]))}**"
    says = titled(name, f"{plain(found.terms(c))} = **{number(score)}** ") + _(
        "and the mean of its map is **{mean}**: they differ by {gap}."
    ).format(mean=number(mean), gap=number(abs(mean - float(found.means @ found.weights[c]))))
    title = _("Channel by channel, and what each filter is")
    return (
        Formula(ClassActivationMap.formula, sheet=False),
        Says(says),
        Fold(title, partial(_channels, run), name="channels"),
    )


def _channels(run: Run) -> tuple[Part, ...]:
    means, weights = run.found.means, run.found.weights[run.shown]
    columns = {
        _("channel"): [_(channel.title) for channel in CHANNELS],
        _("mean"): list(map(number, means)),
        _("weight"): list(map(number, weights)),
        _("product"): list(map(number, means * weights)),
        _("global max instead"): list(map(number, run.found.features.max((1, 2)))),
        _("filter, rows apart"): [
            " / ".join(" ".join(number(v) for v in row) for row in channel.kernel)
            for channel in CHANNELS
        ],
        _("what it answers to"): [_(channel.why) for channel in CHANNELS],
    }
    return Table(columns), Says(_blocks(run.picture.shape), "caption")


def _crops(found: Evidence) -> tuple[Part, ...]:
    parts, names = crops(found), [_(name) for name in CLASSES]
    columns = {
        _("part"): [part.title for part in parts],
        _("maps"): [f"{part.rows} × {part.cols}" for part in parts],
        **{name: [number(part.scores[c]) for part in parts] for c, name in enumerate(names)},
        _("wins"): [names[int(np.argmax(part.scores))] for part in parts],
    }
    return Says(_("The same weights, parts of the picture"), "heading"), Table(columns)


def _notice() -> tuple[Part, ...]:
    lines = (
        _("The map is the score, spread over the picture: its mean is the score, exactly."),
        _("Orange speaks for the class, blue against it; where nothing speaks, the picture."),
        _("Only the average has this identity. Global max keeps one cell a map."),
        _("Global pooling forgets where: swap the two halves, and the scores stay."),
    )
    return noticed(lines)


def _program(found: Evidence) -> Program:
    files = {features_file(found): found.features}
    return programs({"": lambda: written(evidence_code(found), files)})


GLOBAL = Page(
    address=ADDRESS,
    wing=N_("Pooling"),
    title=N_("Global"),
    icon="public",
    shows=N_("One mean a map for millions of weights; see where a class finds its evidence."),
    intro=N_("One window over a whole map: a mean in place of many weights."),
    controls=(*SIZES, *INPUT, *WEIGHT, CLASS, shared.MODE, STEP),
    run=compute,
    view=view,
    questions=asked,
    file_name=lambda run: "global-evidence",
)
