"""Pose NMS: five boxes found one person, so there are five poses; a rule keeps some."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from poolviz.numbers import number
from poolviz.pose import COCO17, shipped_annotations
from poolviz.pose.topdown.nms import (
    ETA,
    LAMBDA,
    MATCHES,
    RULES,
    SIGMA_2,
    Poses,
    Round,
    Rule,
    shift_of,
    suppress,
)
from poolviz.stage.cache import kept
from poolviz.stage.control import Choice, Control, Real, Silent, Values, Whole
from poolviz.stage.link import whole
from poolviz.stage.mode import MODE
from poolviz.stage.page import Page
from poolviz.stage.part import ALL, PICTURE, Formula, Numbers, Part, Play, Program, Says, Table
from poolviz.stage.question import Choice as Answer
from poolviz.stage.question import Question, choices
from poolviz.stage.scene import Ground, Overlay, Panel, Scene
from poolviz.text import N_, _, listed
from poolviz.wings.pose.pose_nms.programs import program

COPIES = 5
SCORES = (0.9, 0.8, 0.7, 0.6, 0.5)
_NAMED = {rule.name: rule for rule in RULES}
FORMULAS = {
    "oks": r"\mathrm{OKS}(i, j) = \frac{1}{17} \sum_k e^{-d_k^2 / (2 s^2 (2\sigma_k)^2)} > t",
    "paper": r"\sum_{k \in B} \tanh c_k \tanh c'_k + \lambda \sum_k e^{-d_k^2 / \sigma_2} > \eta",
    "alphapose": (
        r"\sum_{d_k \leq 1} \tanh c_k \tanh c'_k + \lambda \sum_k e^{-d_k / \sigma_2} > \eta "
        r"\quad \text{or} \quad \#\{d_k \leq 7\} \geq 5"
    ),
}


@dataclass(frozen=True, eq=False)
class Run:
    """Five poses, a rule and its threshold, and the rounds in which it goes through them."""

    poses: Poses
    rule: Rule
    threshold: float
    shift: float
    side: float
    rounds: tuple[Round, ...]


@kept
def _standing() -> np.ndarray:
    """A labelled person of the shipped annotations, the box at (0, 0) and one high, (17, 2)."""
    people = [
        np.reshape(person["keypoints"], (-1, 3)) for person in shipped_annotations()["annotations"]
    ]
    rows = max(people, key=lambda rows: (rows[:, 2] > 0).sum())
    there = rows[:, 2] > 0
    points = np.where(there[:, None], rows[:, :2], rows[there, :2].mean(0))
    low = points.min(0)
    return (points - low) / (points.max(0) - low)[1]


def compute(values: Values) -> Run:
    """Copies of one person, each so many pixels to the right of the one before."""
    side, shift = float(values["side"]), float(values["shift"])
    pose = _standing() * side
    points = np.array([pose + np.array([i * shift, 0]) for i in range(COPIES)])
    scores = np.repeat(np.array(SCORES)[:, None], 17, axis=1)
    width, height = np.ptp(pose, axis=0)
    poses = Poses(points, scores, np.full(COPIES, 0.53 * width * height))
    rule = _NAMED[values["rule"]]
    threshold = float(values["threshold"] if rule.most <= 1 else values["eta"])
    return Run(poses, rule, threshold, shift, side, suppress(poses, rule, threshold))


def nms_scene(run: Run, hidden: int | None) -> Scene:
    """All five, then a step for each that stays: what it removes is seen no more."""
    steps = 1 + len(run.rounds)
    count = 17
    low = run.poses.points.min((0, 1))
    size = np.ptp(run.poses.points.reshape(-1, 2), axis=0)
    scale = 40 / max(size.max(), 1)
    placed = (run.poses.points - low) * scale + 2
    points = np.broadcast_to(placed.reshape(-1, 2), (steps, COPIES * count, 2)).copy()
    hollow = np.zeros((steps, COPIES * count), bool)
    hollow[0] = True
    told = [
        _("Five boxes found one person: five poses, with scores {scores}. Who stays?").format(
            scores=listed([number(s) for s in SCORES])
        )
    ]
    gone: set[int] = set()
    kept_ones: set[int] = set()
    for step, each in enumerate(run.rounds, 1):
        if hidden is not None and step >= hidden:
            hollow[step] = True
            told.append(_("Round {n}: whom does the best that is left remove?").format(n=step))
            continue
        gone |= set(each.removed)
        kept_ones.add(each.kept)
        for i in range(COPIES):
            these = slice(i * count, (i + 1) * count)
            hollow[step, these] = i not in kept_ones
            if i in gone:
                points[step, these] = np.nan
        told.append(_told(run, each))
    edges = np.concatenate([np.array(COCO17.edges) + i * count for i in range(COPIES)])
    shape = tuple(int(np.ceil(n * scale + 4)) for n in size[::-1])
    blank = np.full((2, 2), 245, np.uint8)
    panel = Panel(
        "picture",
        _("Poses"),
        np.zeros(shape),
        0.0,
        1.0,
        ground=Ground(blank, _("an empty sheet"), 0.0),
    )
    over = Overlay(
        "picture", _("Poses"), points=points, edges=edges, hollow=hollow,
        groups=np.repeat(np.arange(COPIES), count),
        labels=tuple(
            _("pose {n}, {joint}").format(n=i + 1, joint=name.replace("_", " "))
            for i in range(COPIES) for name in COCO17.names
        ),
    )  # fmt: skip
    return Scene(_("Five poses of one person"), (panel,), (), tuple(told), overlays=(over,))


def _told(run: Run, each: Round) -> str:
    others = [i for i in range(COPIES) if i > each.kept]
    alike = listed(
        _("{n}: {value}").format(n=i + 1, value=number(round(float(each.alike[i]), 3)))
        for i in others
    )
    removed = listed(str(i + 1) for i in each.removed) if each.removed else _("nobody")
    text = _("Pose {n} is the best left and stays. It is the last.").format(n=each.kept + 1)
    if others:
        text = _("Pose {n} stays. How alike it finds {alike}. Removed: {removed}.").format(
            n=each.kept + 1, alike=alike, removed=removed
        )
    return text


@kept
def _scene(run: Run, hidden: int | None) -> Scene:
    scene = nms_scene(run, hidden)
    assert scene.wire  # computed here, once
    return scene


def asked(run: Run) -> tuple[Question, ...]:
    """How many stay; then AlphaPose's similarity, and what a threshold of OKS means."""
    return count_question(run), match_question(), meaning_question()


def count_question(run: Run) -> Question:
    """How many of five are left."""
    left = len(run.rounds)
    names = listed(str(each.kept + 1) for each in run.rounds)
    why = _(
        "{names}: each removes what is more than {t} like it, from the best score down."
    ).format(names=names, t=number(run.threshold))
    wrong = _("Neighbours are {shift} px apart, and the person is {side} px tall.").format(
        shift=number(run.shift), side=number(run.side)
    )
    return Question(
        _("Each pose is {shift} px right of the one before. How many of five stay?").format(
            shift=number(run.shift)
        ),
        choices([(left, why), *((n, wrong) for n in (1, 5, 3, 2, 4))]),
        step=1,
    )


def match_question() -> Question:
    """AlphaPose's similarity alone leaves copies 2 px apart."""
    sure = 17 * float(np.tanh(0.9)) ** 2
    here, near = LAMBDA * 17, LAMBDA * 17 * float(np.exp(-2 / SIGMA_2))
    why = _(
        "Equal poses have {same}, 2 px apart {near}: below η = {eta}, for K counts a joint "
        "within 1 "
        "px alone. The second rule removes it: {matches} joints that lie within 7 px."
    ).format(
        same=number(round(sure + here, 1)), near=number(round(near, 1)), eta=number(ETA),
        matches=MATCHES,
    )  # fmt: skip
    return Question(
        _(
            "AlphaPose: a copy only 2 px beside a pose, all scores .9. Does its similarity "
            "exceed η?"
        ),
        (
            Answer(_("yes: so near it must"), False, why),
            Answer(_("no, and the copy is removed all the same"), True, why),
            Answer(_("no, and the copy stays"), False, why),
        ),
        example={"rule": "alphapose", "shift": 2.0},
    )


def meaning_question() -> Question:
    """What OKS .9 means in pixels."""
    share = shift_of(0.9)
    why = _(
        "OKS is .9 at {near} · s and .5 at {far} · s, s the root of the person's area: at s = 200 "
        "that is {px} px and {more} px."
    ).format(
        near=number(round(share, 3)), far=number(round(shift_of(0.5), 2)),
        px=number(round(200 * share, 1)), more=number(round(200 * shift_of(0.5))),
    )  # fmt: skip
    return Question(
        _("OKS above .9 removes. How far apart may two poses of s = 200 px then be at most?"),
        (
            Answer(_("20 px: a tenth"), False, why),
            Answer(_("about 9 px"), True, why),
            Answer(_("1 px"), False, why),
        ),
    )


def view(run: Run) -> tuple[Part, ...]:
    """The poses and the rounds, the rule, the table, what to notice, code."""
    return (
        Play(partial(_scene, run), name="pose-nms"),
        Formula(FORMULAS[run.rule.name]),
        Table(_rows(run), name="rounds", tells=PICTURE),
        Numbers(run.rounds[0].alike, _("like pose 1"), name="pose-nms-alike", tells=PICTURE),
        Says(
            "\n".join(
                f"- {each}"
                for each in (
                    _(
                        "A pose removes by likeness to itself: with a chain of copies every "
                        "other may stay."
                    ),
                    _("OKS knows the person's size, a number of pixels does not."),
                    _(
                        "RMPE's paper could not be read here: its rule is as others quote it, its "
                        "constants are AlphaPose's. AlphaPose averages what it finds alike, the "
                        "others keep the best."
                    ),
                )
            ),
            tells=ALL,
        ),
        Program(
            _("The same in NumPy"),
            {"": lambda: ({"NumPy": program(run.rule.name, run.threshold)}, {})}, name="code",
        ),
        Says(
            _(
                "Sources: Fang, Xie, Tai & Lu, ICCV 2017 (RMPE); AlphaPose's code (its "
                "constants); Lin "
                "et al., ECCV 2014 (COCO, OKS)."
            ),
            "caption",
        ),
    )  # fmt: skip


def _rows(run: Run) -> dict[str, list[object]]:
    first = run.rounds[0]
    where = {each.kept: _("stays") for each in run.rounds} | {
        i: _("removed by {n}").format(n=each.kept + 1) for each in run.rounds for i in each.removed
    }
    return {
        _("pose"): [str(i + 1) for i in range(COPIES)],
        _("score"): [number(s) for s in SCORES],
        _("like pose 1"): [number(round(float(a), 3)) for a in first.alike],
        _("joints that match pose 1"): [str(int(m)) for m in first.matched],
        _("what becomes of it"): [where[i] for i in range(COPIES)],
    }


POSE_NMS = Page(
    address="pose-nms",
    wing=N_("Pose"),
    group=N_("Pose: boxes first"),
    title=N_("Pose NMS"),
    icon="group_remove",
    shows=N_("Five boxes found one person: which of the five poses stay, by three rules."),
    intro=N_("A detector gives several boxes a person; each becomes a pose. One should stay."),
    controls=(
        Control(
            "rule", N_("Rule"),
            Choice(tuple(_NAMED), lambda name: _(_NAMED[name].title)), "oks",
        ),
        Control(
            "threshold", N_("OKS above which a pose is removed"), Real(0.05, 1, 0.01), 0.9,
            when=lambda values: values["rule"] == "oks",
        ),
        Control(
            "eta", N_("η above which a pose is removed"), Real(0, 40, 0.5), ETA,
            when=lambda values: values["rule"] != "oks",
        ),
        Control("shift", N_("Pixels from a pose to the next"), Real(0, 40, 0.5), 4.0),
        Control("side", N_("Height of the person, px"), Whole(40, 400, look="slider"), 200),
        Control("step", N_("Step"), Silent(whole(0, 10**6), tries=(1,)), 0, passing=True),
        MODE,
    ),
    run=compute,
    view=view,
    questions=asked,
)  # fmt: skip
"""Pose NMS: the paper's rule, AlphaPose's code, OKS."""
