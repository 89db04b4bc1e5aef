"""Affinity: which wrist belongs to which elbow, by a line integral over a field."""

import json
from functools import partial

from poolviz.numbers import number
from poolviz.pose import evaluate_keypoints
from poolviz.stage.cache import kept
from poolviz.stage.control import Choice, Control, Real, Silent, Values, Whole
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE
from poolviz.stage.page import Page
from poolviz.stage.part import (
    ALL,
    CLASS,
    File,
    Fold,
    Formula,
    Leads,
    Numbers,
    Part,
    Play,
    Program,
    Says,
    Stack,
    Table,
)
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.text import N_, _
from poolviz.wings.pooling.core.telling import noticed
from poolviz.wings.pose.affinity.arms import Run
from poolviz.wings.pose.affinity.programs import program
from poolviz.wings.pose.affinity.questions import (
    field_question,
    greedy_question,
    middle_question,
    pairs_question,
    perfect_question,
)
from poolviz.wings.pose.affinity.scene import affinity_scene, link_name

FORMULA = r"E_{ab} = \frac{1}{n} \sum_{i=1}^{n} F(p_i) \cdot u, \qquad u = \frac{b-a}{|b-a|}"
SCENES = {"crossed": N_("Crossed arms"), "parallel": N_("Level arms")}
LINKS = {"own": N_("a right link"), "wrong": N_("a wrong link")}
OVERLAPS = {"mean": N_("the mean"), "last": N_("the last arm")}
MATCHES = {"greedy": N_("greedy"), "optimal": N_("optimal")}


def compute(values: Values) -> Run:
    """The arms with their noise."""
    return Run(
        values["scene"], values["distance"], float(values["noise_heat"]),
        float(values["noise_paf"]), values["paf"], values["samples"],
        values["share"] / 100, values["match"], values["seed"], values["walk"] == "wrong",
    )  # fmt: skip


def asked(run: Run) -> tuple[Question, ...]:
    """Pairs; a wrong link; noise in the field; greedy; perfect maps."""
    first = (pairs_question(run), middle_question(run))
    return (
        *(question for question in first if question),
        field_question(run), greedy_question(), perfect_question(run),
    )  # fmt: skip


@kept
def _scene(run: Run, hidden: int | None) -> Scene:
    scene = affinity_scene(run, hidden)
    assert scene.wire  # computed here, once
    return scene


def view(run: Run) -> tuple[Part, ...]:
    """The walk along the links, all of them in a table, people as files, what to notice, code."""
    elbows, wrists = (peaks[:, :2] for peaks in run.parsed.peaks)
    files = {"field.npy": run.field, "elbows.npy": elbows, "wrists.npy": wrists}
    return (
        Play(partial(_scene, run), name="affinity"),
        Formula(FORMULA),
        Says(
            _(
                "F is the field, u the direction from elbow a to wrist b, p the samples between "
                "them. A link passes the gate if enough samples exceed .05 and its score is above "
                "0."
            ),
            "caption",
        ),
        Stack((Table(_rows(run), name="links"),), tells=ALL),
        Fold(_("Measure it: people as COCO files"), partial(_measured, run), "straighten",
             name="measured", tells=ALL),
        Stack(
            noticed((
                _("The middle of a link is not enough: crossed arms share it. Direction tells."),
                _("Noise in the heat costs places, noise in the field costs who is whose."),
                _(
                    "Level arms close together: a wrong link scores nearly as high, and only the "
                    "order of the scores saves the right ones."
                ),
                _("Where the last arm overwrites the other, the other loses samples of its own."),
            )),
            tells=ALL,
        ),
        Numbers(run.field, _("Field"), name="affinity-field", tells=CLASS),
        Program(
            _("The same in NumPy"),
            {"": lambda: ({"NumPy": program(run.samples, run.share, run.match)}, files)},
            _("Scores, gate and pairs, for exactly these maps."), name="code",
        ),
        Says(_("Source: {reference}").format(reference=_SOURCE), "caption"),
    )  # fmt: skip


_SOURCE = "Cao, Simon, Wei & Sheikh, CVPR 2017"


def _rows(run: Run) -> dict[str, list[object]]:
    links = run.links
    matched = run.parsed.matched[0]
    best = sorted(run.pairs, key=lambda pair: -float(links.score[pair]))[:12]
    return {
        _("link"): [link_name(*pair) for pair in best],
        _("score"): [number(round(float(links.score[pair]), 4)) for pair in best],
        _("samples above .05"): [number(links.passing[pair]) for pair in best],
        _("passes"): [_("yes") if links.accepted[pair] else _("no") for pair in best],
        _("taken"): [_("yes") if pair in matched else _("no") for pair in best],
        _("one person's"): [_("yes") if run.right(*pair) else _("no") for pair in best],
    }


def _measured(run: Run) -> tuple[Part, ...]:
    results, truth = run.results(), run.annotations()
    found = float(evaluate_keypoints(truth, results).stats[0]) if results else 0.0
    return (
        Says(
            _("People found: {n} of 2. AP of their elbows and wrists: {ap}.").format(
                n=len(results), ap=number(round(found, 3))
            )
        ),
        File(_("True arms, COCO annotations"), lambda: _bytes(truth), name="arms.json"),
        File(_("People found, COCO results"), lambda: _bytes(results), name="people.json"),
        Leads("coco-eval", _("Take both files there, as your own: {page}")),
    )


def _bytes(content: object) -> bytes:
    return json.dumps(content).encode()


AFFINITY = Page(
    address="affinity",
    wing=N_("Pose"),
    group=N_("Pose: joints first"),
    title=N_("Affinity"),
    icon="polyline",
    shows=N_("Two elbows, two wrists: the line integral that tells whose is whose, step by step."),
    intro=N_("Joints are found first. Whose they are, a field of directions tells."),
    controls=(
        Control("scene", N_("Arms"), Choice(tuple(SCENES), lambda s: _(SCENES[s]), look="segments"),
                "crossed"),
        Control("distance", N_("Between the arms, cells"), Whole(1, 6, look="slider"), 3,
                when=lambda values: values["scene"] == "parallel"),
        Control("walk", N_("Sample by sample"), Choice(tuple(LINKS), lambda s: _(LINKS[s])), "own"),
        Control("noise_heat", N_("Noise of the heat maps"), Real(0, 0.2, 0.01), 0.0,
                N_("Standard deviation; the map's top is 1.")),
        Control("noise_paf", N_("Noise of the field"), Real(0, 0.8, 0.05), 0.0,
                N_("Standard deviation; an arrow's length is 1.")),
        Control("samples", N_("Samples of a link"), Whole(2, 20, look="slider"), 10),
        Control("share", N_("Samples that must agree"), Whole(0, 100, look="slider", unit="%"), 70),
        Control("paf", N_("Where arms overlap, the field is"),
                Choice(tuple(OVERLAPS), lambda s: _(OVERLAPS[s])), "mean", folded=True),
        Control("match", N_("Pairs are taken"), Choice(tuple(MATCHES), lambda s: _(MATCHES[s])),
                "greedy", folded=True),
        Control("seed", N_("Seed of the noise"), Whole(0, 9999, look="seed"), 0, folded=True,
                when=lambda values: values["noise_heat"] > 0 or values["noise_paf"] > 0),
        Control("step", N_("Step"), Silent(whole(0, 10**6), tries=(1,)), 0, passing=True),
        MODE,
    ),
    run=compute,
    view=view,
    questions=asked,
)  # fmt: skip
"""Affinity: peaks, line integrals, the gate, pairs, people."""
