"""The page on COCO's evaluation: numbers, curves, the walk through an image, errors, sigmas."""

import json
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st

from poolviz.figures.coco_eval import curve_chart, factor_chart, gain_chart, threshold_chart
from poolviz.pose import (
    AREAS,
    KeypointEvaluation,
    Verdict,
    curves_csv,
    everything_json,
    shipped_annotations,
    stats_csv,
    verdicts_csv,
)
from poolviz.scenes.coco_eval import (
    FACTORS,
    LARGEST_MATRIX,
    Made,
    ap_latex,
    eval_questions,
    made_evaluation,
    numpy_code,
    pycocotools_code,
    scaled,
    stat_rows,
    verdict_columns,
    walk_scene,
)
from poolviz.text import N_, _, language
from poolviz.ui import share
from poolviz.ui.coco_uploads import alone, evaluated, uploads
from poolviz.ui.pictures import pictures
from poolviz.ui.play import mode_control
from poolviz.ui.quiz import ask, plain, quiz
from poolviz.ui.share import Setting, State, one_of, whole
from poolviz.ui.stepper import stepper
from poolviz.ui.tables import small_table
from poolviz.ui.takeaway import copy_link

PLAIN = {"displayModeBar": False}
SMALL = 2000
"""Detections up to which errors and sigmas are computed without being asked."""
LARGEST_TABLE = 100
KINDS = {
    "jitter": N_("jitter"),
    "inversion": N_("inversion"),
    "swap": N_("swap"),
    "miss": N_("miss"),
    "score": N_("score"),
    "background": N_("background"),
    "missed": N_("missed people"),
}


def _between(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise ValueError(
                _("a number from {least} to {most} is needed").format(least=least, most=most)
            )
        return value

    return read


def eval_settings(state: State) -> tuple[Setting, ...]:
    """What the link holds."""
    return (
        Setting("mode", "mode", "predict", one_of("predict", "watch")),
        Setting("noise", "noise", 1.0, _between(0, 8)),
        Setting("seed", "seed", 0, whole(0, 9999)),
        Setting("inverted", "inverted", 0.1, _between(0, 1)),
        Setting("missed", "missed", 0.1, _between(0, 1)),
        Setting("background", "background", 1, whole(0, 10)),
        Setting("factor", "sigma_factor", 1.0, _between(0.25, 4)),
        Setting("threshold", "threshold", 0.5, _threshold),
        Setting("area", "area", "all", one_of(*AREAS)),
        Setting("image", "image", "", _image),
        Setting("category", "category", "", _image),
        Setting("step", "step", 0, whole(0, 100_000)),
    )


def _threshold(text: str) -> float:
    value = _between(0.5, 0.95)(text)
    steps = round(100 * value)
    if steps % 5 or abs(100 * value - steps) > 1e-6:
        raise ValueError(_("one of .50, .55, … .95 is needed"))
    return float(steps / 100)


def _image(text: str) -> str:
    if len(text) > 100:
        raise ValueError(_("the id of an image is needed"))
    return text


@st.fragment
def play_evaluation(state: State) -> None:
    """Everything under the title."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    folded, mode = st.columns([3, 1], gap="medium")
    with folded, st.expander(_("Your own files")):
        uploads(state)
    with mode:
        mode_control(state)
    own = state.get("own")
    made = Made(*(state[k] for k in ("noise", "seed", "inverted", "missed", "background")))
    with row:
        if own is None:
            _slider(state, "noise", _("Noise of the detector"), 0.0, 8.0, 0.25)
            _number(state, "seed", _("Seed"), 9999)
        _slider(state, "factor", _("Factor on all σ"), 0.25, 4.0, 0.25)
    if own is None:
        with folded, st.expander(_("More: mistakes of the detector")):
            _slider(state, "inverted", _("Share with left and right exchanged"), 0.0, 1.0, 0.05)
            _slider(state, "missed", _("Share of people not found"), 0.0, 1.0, 0.05)
            _number(state, "background", _("Detections of nobody, each image"), 10)
        if state["mode"] == "predict":
            progress = quiz(state, "coco_eval", "coco_quiz")
            with st.container(border=True):
                ask(progress, eval_questions(made), "coco_quiz")
            if progress["at"] == 0 and progress["label"] is None:
                share.save(state, eval_settings)
                return
    base = made_evaluation(made) if own is None else evaluated(own)
    evaluation = _scaled(base, state["factor"])
    for note in evaluation.notes[:5]:
        st.caption(note)
    numbers(evaluation)
    t, area = _choices(state)
    charts(evaluation, t, AREAS.index(area))
    matching(state, evaluation)
    errors_and_sigmas(base, evaluation, state["factor"])
    take_away(state, evaluation, made if own is None else None)
    share.save(state, eval_settings)
    if own is not None:
        st.caption(_("Uploaded files do not travel in this link; the other choices do."))
        st.code(share.link(state, eval_settings), language=None, wrap_lines=True)
    else:
        copy_link(state, eval_settings)


_derived: WeakKeyDictionary[KeypointEvaluation, dict[str, tuple[Any, Any]]] = WeakKeyDictionary()


def _derive(base: KeypointEvaluation, what: str, key: Any, make: Callable[[], Any]) -> Any:
    """What was made last from an evaluation, as long as that lives; large ones one at a time."""
    found = _derived.setdefault(base, {})
    last = found.get(what)
    if last is None or last[0] != key:
        with alone(_detections(base) > SMALL):
            last = found[what] = (key, make())
    return last[1]


def _detections(evaluation: KeypointEvaluation) -> int:
    return sum(len(one.detections.record) for one in evaluation.by_category)


def _scaled(base: KeypointEvaluation, factor: float) -> KeypointEvaluation:
    if factor == 1:
        return base
    found: KeypointEvaluation = _derive(base, "scaled", factor, lambda: scaled(base, factor))
    return found


def _verdicts(evaluation: KeypointEvaluation, threshold: float, area: str) -> tuple[Verdict, ...]:
    found: tuple[Verdict, ...] = _derive(
        evaluation, "verdicts", (language(), threshold, area),
        lambda: evaluation.explain(threshold, area),
    )  # fmt: skip
    return found


def _slider(state: State, key: str, label: str, least: float, most: float, step: float) -> None:
    name = f"coco.control.{key}"
    st.session_state[name] = state[key]
    st.slider(
        label, least, most, step=step, key=name, width=260,
        on_change=_took, args=(state, key, name),
    )  # fmt: skip


def _number(state: State, key: str, label: str, most: int) -> None:
    name = f"coco.control.{key}"
    st.session_state[name] = state[key]
    st.number_input(
        label, 0, most, step=1, key=name, width=150, on_change=_took, args=(state, key, name)
    )


def _took(state: State, key: str, name: str) -> None:
    value = st.session_state[name]
    state[key] = state[key] if value is None else value


def numbers(evaluation: KeypointEvaluation) -> None:
    """The ten numbers, and the formula."""
    st.subheader(_("The ten numbers"))
    left, right = st.columns(2, gap="medium")
    with left:
        small_table(stat_rows(evaluation))
    with right:
        st.latex(ap_latex(evaluation))
        st.caption(
            _(
                "p(r) is the highest precision at recall r or beyond. AR is the highest recall, "
                "averaged over the thresholds. −1 is not a score: nobody in the file is of this "
                "size, so there is nothing to find; leave it out of any mean. COCO labels no "
                "joints of small people, so there is no AP_small."
            )
        )


def _choices(state: State) -> tuple[int, str]:
    with st.container(horizontal=True):
        levels = [round(0.5 + 0.05 * i, 2) for i in range(10)]
        names = {"all": _("everybody"), "medium": _("medium"), "large": _("large")}
        for key, label, options, shown in (
            ("threshold", _("OKS threshold"), levels, lambda v: f"{v:.2f}"),
            ("area", _("People"), list(AREAS), lambda v: names[v]),
        ):
            name = f"coco.control.{key}"
            st.session_state[name] = state[key]
            st.selectbox(
                label, options, key=name, format_func=shown, width=200,
                on_change=_took, args=(state, key, name),
            )  # fmt: skip
    return levels.index(state["threshold"]), state["area"]


def charts(evaluation: KeypointEvaluation, t: int, a: int) -> None:
    """Precision and recall, and AP against the threshold."""
    if evaluation.stats.size and evaluation.precision[t, 0, a] == -1:
        st.info(_("Nobody of this size counts: there is no curve, and the numbers are −1."))
        return
    left, right = st.columns(2, gap="medium")
    for column, title, key, figure in (
        (left, _("**Precision against recall**"), "curves", curve_chart(evaluation, t, a)),
        (right, _("**AP against the threshold**"), "levels", threshold_chart(evaluation, t, a)),
    ):
        with column:
            st.markdown(title)
            st.plotly_chart(figure, key=f"coco.{key}", config=PLAIN, alt=title.strip("*"))


def matching(state: State, evaluation: KeypointEvaluation) -> None:
    """One image, comparison by comparison, and what each of its detections counts as."""
    st.subheader(_("Who is matched with whom"))
    ids = {str(i): i for i in evaluation.truth.image_ids}
    if not ids:
        st.info(_("The file has no images."))
        return
    kinds = {str(one.category.id): one.category.id for one in evaluation.by_category}
    if state["image"] and state["image"] not in ids:
        st.warning(_("The file has no image {image}.").format(image=plain(state["image"])))
    image_name = state["image"] if state["image"] in ids else _busiest(evaluation)
    kind_name = state["category"] if state["category"] in kinds else next(iter(kinds))
    with st.container(horizontal=True):
        for key, label, options, at in (
            ("image", _("Image"), list(ids), image_name),
            ("category", _("Category"), list(kinds), kind_name),
        ):
            if key == "image" or len(options) > 1:
                name = f"coco.control.{key}"
                st.session_state[name] = at
                st.selectbox(
                    label, options, key=name, width=260, on_change=_took, args=(state, key, name)
                )
    image, category = ids[image_name], kinds[kind_name]
    threshold, area = state["threshold"], state["area"]
    view = evaluation.image(image, category)
    cells = view.oks.size
    scene = (
        walk_scene(view, evaluation.walk(image, category, threshold, area))
        if 0 < cells <= LARGEST_MATRIX
        else None
    )
    if scene is None:
        st.info(
            _("This image has too many comparisons to play; the table says how they ended.")
            if cells
            else _("Nobody, or no detection, is in this image: there is nothing to compare.")
        )
    else:
        step = min(state["step"], len(scene) - 1)
        state["step"] = stepper(scene, key="coco_eval", step=step).step
        pictures(scene, state["step"], "poolviz-coco-eval", "coco_eval")
    verdicts = tuple(
        v
        for v in _verdicts(evaluation, threshold, area)
        if v.image_id == image and v.category_id == category
    )
    if verdicts:
        small_table(verdict_columns(verdicts[:LARGEST_TABLE]))


def _busiest(evaluation: KeypointEvaluation) -> str:
    """The image with most comparisons that can still be read at a glance."""
    pairs = evaluation.by_category[0].pairs
    people = np.diff(pairs.people_start)
    found = np.bincount(pairs.image, minlength=len(people))[: len(people)]
    cells = people * found
    return str(evaluation.truth.image_ids[int(np.where(cells <= 30, cells, 0).argmax())])


def errors_and_sigmas(
    base: KeypointEvaluation, evaluation: KeypointEvaluation, factor: float
) -> None:
    """The kinds of error with their cost, and AP under larger and smaller sigmas."""
    total = _detections(evaluation)
    st.subheader(_("What the errors cost, and what σ does"))
    if total > SMALL and not st.toggle(
        _("Compute for these {n} detections (takes a while)").format(n=total), key="coco.costs"
    ):
        return
    left, right = st.columns(2, gap="medium")
    with left:
        errors = evaluation.errors()
        with alone(total > SMALL):
            gains = {kind: float(rise[0]) for kind, rise in errors.gains.items()}
        title = _("What mending each error would bring")
        st.markdown(f"**{title}**")
        st.plotly_chart(
            gain_chart([_(KINDS[kind]) for kind in gains], list(gains.values())),
            key="coco.gains", config=PLAIN, alt=title,
        )  # fmt: skip
        st.caption(
            _("Keypoints: {counts}.").format(
                counts=", ".join(f"{_(k)} {n}" for k, n in errors.counts.items())
            )
        )
    with right:
        title = _("AP under other σ")
        st.markdown(f"**{title}**")
        aps = _ap_by_factor(base)
        st.plotly_chart(
            factor_chart(list(FACTORS), list(aps), factor, float(evaluation.stats[0])),
            key="coco.factors", config=PLAIN, alt=title,
        )  # fmt: skip
        st.caption(
            _("× {factor}: AP {ap}; COCO's σ: {before}. Numbers under other σ are no AP of COCO.")
            .format(factor=f"{factor:g}", ap=f"{evaluation.stats[0]:.4f}",
                    before=f"{base.stats[0]:.4f}")
        )  # fmt: skip


def _ap_by_factor(base: KeypointEvaluation) -> tuple[float, ...]:
    found: tuple[float, ...] = _derive(
        base, "factors", 0, lambda: tuple(float(scaled(base, f).stats[0]) for f in FACTORS)
    )
    return found


def errors_csv(evaluation: KeypointEvaluation) -> str:
    """kind, keypoints, rise of AP."""
    errors = evaluation.errors()
    rows = [
        f"{kind},{errors.counts.get(kind, '')},{float(rise[0])!r}"
        for kind, rise in errors.gains.items()
    ]
    return "\n".join(["kind,keypoints,ap_gain", *rows, ""])


def take_away(state: State, evaluation: KeypointEvaluation, made: Made | None) -> None:
    """Code, and everything as CSV and JSON."""
    threshold, area = state["threshold"], state["area"]
    st.subheader(_("This state as code and as files"))
    verdicts = _verdicts(evaluation, threshold, area)
    given = state["factor"] != 1 or bool(made is None and state["own"][2].strip())
    codes = {"pycocotools": pycocotools_code(evaluation, given)}
    short = numpy_code(evaluation, verdicts[:SMALL], threshold, area)
    if short and len(verdicts) <= SMALL:
        codes["NumPy"] = short
    for tab, code in zip(st.tabs(list(codes)), codes.values(), strict=True):
        tab.code(code, language="python")
    csv, js = "text/csv", "application/json"
    files = [
        (_("Ten numbers, CSV"), "stats.csv", csv, lambda: stats_csv(evaluation)),
        (_("Curves, CSV"), "curves.csv", csv, lambda: curves_csv(evaluation)),
        (_("Detections, CSV"), "detections.csv", csv, lambda: verdicts_csv(verdicts)),
        (_("Errors, CSV"), "errors.csv", csv, lambda: errors_csv(evaluation)),
        (_("Everything, JSON"), "evaluation.json", js,
         lambda: everything_json(evaluation, verdicts)),
    ]  # fmt: skip
    if made is not None:
        files += [
            ("annotations.json", "annotations.json", js,
             lambda: json.dumps(shipped_annotations())),
            ("results.json", "results.json", js, lambda: json.dumps(made.results())),
        ]  # fmt: skip
    with st.container(horizontal=True):
        for label, name, mime, make in files:
            st.download_button(label, make, name, mime, key=f"coco.{name}", on_click="ignore")
