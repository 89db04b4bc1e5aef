"""What each kind of error costs, and what the sigmas do to AP: a dozen evaluations, on asking."""

from functools import partial
from typing import Any

from poolviz.stage.cache import kept
from poolviz.stage.part import Chart, Fold, Part, Place, Row, Says, Stack
from poolviz.text import N_, _, listed
from poolviz.wings.pose.coco_eval.evaluating import FACTORS, Setting, ap_by_factor, gains_of

KINDS = {
    "jitter": N_("jitter"),
    "inversion": N_("inversion"),
    "swap": N_("swap"),
    "miss": N_("miss"),
    "score": N_("score"),
    "background": N_("background"),
    "missed": N_("missed people"),
}


def errors_and_sigmas(setting: Setting, waits: bool, asked_for: bool) -> Fold:
    """The kinds of error with their cost, and AP under larger and smaller sigmas.

    ``waits``: the files are so large that it is ``asked_for`` by a switch.
    """
    title = _("What the errors cost, and what σ does")
    return Fold(title, partial(_costs, setting, waits, asked_for), name="costs")


def _costs(setting: Setting, waits: bool, asked_for: bool) -> tuple[Part, ...]:
    switch: tuple[Part, ...] = (Place(("costs",)),) if waits else ()
    if waits and not asked_for:
        return switch
    evaluation, before = setting.evaluation(), setting.base.evaluation()
    counts = listed(f"{_(kind)} {n}" for kind, n in evaluation.errors().counts.items())
    sigmas = _(
        "× {factor}: AP {ap}; COCO's σ: {before}. Numbers under other σ are no AP of COCO."
    ).format(
        factor=f"{setting.factor:g}",
        ap=f"{evaluation.stats[0]:.4f}",
        before=f"{before.stats[0]:.4f}",
    )
    left = _column(
        _("What mending each error would bring"), partial(_gains, setting), "coco-gain-by-error",
        _("Keypoints: {counts}.").format(counts=counts),
    )  # fmt: skip
    right = _column(_("AP under other σ"), partial(_factors, setting), "coco-ap-by-sigma", sigmas)
    return *switch, Row((left, right))


def _column(title: str, figure: Any, name: str, caption: str) -> Stack:
    chart = Chart(figure, title, name=name)
    return Stack((Says(f"**{title}**"), chart, Says(caption, "caption")))


@kept
def _gains(setting: Setting) -> Any:
    from poolviz.figures.coco_eval import gain_chart

    gains = gains_of(setting)
    return gain_chart([_(KINDS[kind]) for kind in gains], [float(g[0]) for g in gains.values()])


@kept
def _factors(setting: Setting) -> Any:
    from poolviz.figures.coco_eval import factor_chart

    ap = float(setting.evaluation().stats[0])
    return factor_chart(list(FACTORS), list(ap_by_factor(setting.base)), setting.factor, ap)
