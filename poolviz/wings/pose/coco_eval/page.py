"""COCO keypoint evaluation: ten numbers, and every decision on the way to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from poolviz.pose import AREAS, KeypointEvaluation
from poolviz.stage.cache import kept
from poolviz.stage.control import Values
from poolviz.stage.page import Page
from poolviz.stage.part import Chart, Formula, Part, Place, Play, Row, Says, Stack, Table
from poolviz.stage.question import Question
from poolviz.stage.scene import Scene
from poolviz.stage.words import plain, slug
from poolviz.text import N_, _
from poolviz.wings.pose.coco_eval.controls import (
    CONTROLS,
    LEVELS,
    MADE,
    busiest_of,
    says_crowding,
    setting_of,
)
from poolviz.wings.pose.coco_eval.costs import errors_and_sigmas
from poolviz.wings.pose.coco_eval.evaluating import Setting, is_large, verdicts_of
from poolviz.wings.pose.coco_eval.questions import eval_questions
from poolviz.wings.pose.coco_eval.scene import (
    LARGEST_MATRIX,
    ap_latex,
    ap_lines,
    scores,
    stat_rows,
    verdict_columns,
    walk_scene,
)
from poolviz.wings.pose.coco_eval.takeaway import code, files
from poolviz.wings.pose.oks.telling import sources

LARGEST_TABLE = 100


@dataclass(frozen=True, eq=False)
class Run:
    """What is evaluated, and which part of it is looked at; ``image``, ``category``: as asked for,
    "" where nobody asked."""

    setting: Setting
    threshold: str
    area: str
    image: str
    category: str
    splits: tuple[float, float]
    costs: bool

    @property
    def evaluation(self) -> KeypointEvaluation:
        """The evaluation, kept; its notes are in the language spoken."""
        return self.setting.evaluation()

    @property
    def part(self) -> str:
        """ "oks-0.75-medium": the threshold and the people that a file is about."""
        return f"oks-{self.threshold}-{self.area}"

    @property
    def place(self) -> tuple[str, str]:
        """The image and the category that are shown."""
        evaluation = self.evaluation
        images = [str(i) for i in evaluation.truth.image_ids]
        kinds = [str(one.category.id) for one in evaluation.by_category]
        image = self.image if self.image in images or not images else busiest_of(evaluation)
        return image, self.category if self.category in kinds else kinds[0]

    @property
    def name(self) -> str:
        """What the files of the matching are called."""
        return f"coco-matching-image-{slug(self.place[0])}-{self.part}"


def compute(values: Values) -> Run:
    """The evaluation, or the sentence on why there is none."""
    setting = setting_of(values)
    setting.evaluation()
    keys = ("threshold", "area", "image", "category", "crowd_splits", "costs")
    return Run(setting, *(values[key] for key in keys))


def asked(run: Run) -> Sequence[Question]:
    """Of the shipped pair, what one more detection does, and what −1 says."""
    made = run.setting.made
    return eval_questions(made) if made is not None else ()


def view(run: Run) -> tuple[Part, ...]:
    """The matching in one image, the ten numbers; then curves, errors, code, files."""
    costs = run.costs or not is_large(run.setting)
    threshold = float(run.threshold)
    return (
        *_matching(run),
        *_numbers(run),
        *_crowding(run),
        *_charts(run),
        errors_and_sigmas(run.setting, is_large(run.setting), run.costs),
        code(run.setting, threshold, run.area),
        *files(run.setting, threshold, run.area, run.part, costs),
        *(() if costs else (Says(_(
            "The errors are among the files once they are computed, above."), "caption"),)),
        sources(),
    )  # fmt: skip


def _numbers(run: Run) -> tuple[Part, ...]:
    """The ten numbers, the formula, and what is odd in the files."""
    evaluation = run.evaluation
    undefined = _(
        "−1 is not a score: nobody in the file is of this size, so there is nothing to "
        "find; leave it out of any mean."
    )
    beside = Stack((
        Formula(ap_latex(evaluation), sheet=False),
        *(Formula(line, screen=False) for line in ap_lines(evaluation)),
        Says(_(
            "p(r) is the highest precision at recall r or beyond. AR is the highest recall, "
            "averaged over the thresholds. COCO labels no joints of small people, so there is "
            "no AP_small."
        ), "caption"),
        Says(undefined, "caption", tells=len(asked(run))),
    ))  # fmt: skip
    badge = Says(f":blue-badge[{_('Advanced')}]")
    heading = Says(_("The ten numbers"), "heading")
    notes = list(evaluation.notes)
    if not run.setting.fits:
        notes.append(_("The shipped people have 17 joints, the chosen σ are of another number."))
    said = (Says("\n\n".join(map(plain, notes)), "caption"),) if notes else ()
    return badge, heading, Row((Table(stat_rows(evaluation)), beside)), *said


def _crowding(run: Run) -> tuple[Part, ...]:
    """CrowdPose's nine numbers, where every image says how crowded it is."""
    evaluation = run.evaluation
    if run.setting.made is not None or not says_crowding(evaluation):
        return ()
    nine = evaluation.crowd_stats(run.splits)
    columns = {
        _("name"): list(nine),
        _("value"): scores(nine.values()),
    }
    note = _("CrowdPose evaluates with the box in place of the area.")
    return (
        Says(_("CrowdPose's nine numbers"), "heading"),
        Place(("crowd_splits",)),
        Table(columns),
        *((Says(note, "caption"),) if run.setting.use_area else ()),
    )


def _charts(run: Run) -> tuple[Part, ...]:
    """Precision and recall, and AP against the threshold."""
    evaluation = run.evaluation
    t, a = LEVELS.index(run.threshold), AREAS.index(run.area)
    if evaluation.stats.size and evaluation.precision[t, 0, a] == -1:
        none = _("Nobody of this size counts: there is no curve, and the numbers are −1.")
        return (Says(none, "info"),)
    columns = (
        (_("**Precision against recall**"), "curves", partial(_curves, run.setting, t, a)),
        (_("**AP against the threshold**"), "levels", partial(_levels, run.setting, t, a)),
    )
    return (
        Row(tuple(
            Stack((
                Says(title),
                Chart(figure, title.strip("*"), name=f"coco-{name}-{run.part}"),
            ))
            for title, name, figure in columns
        )),
    )  # fmt: skip


@kept
def _curves(setting: Setting, t: int, a: int) -> Any:
    from poolviz.figures.coco_eval import curve_chart

    one = setting.evaluation()
    return curve_chart(one.recall_points, one.precision[:, :, a], one.thresholds.tolist(), t)


@kept
def _levels(setting: Setting, t: int, a: int) -> Any:
    from poolviz.figures.coco_eval import threshold_chart

    one = setting.evaluation()
    return threshold_chart(one.ap_by_threshold[:, a].tolist(), one.thresholds.tolist(), t)


def _matching(run: Run) -> tuple[Part, ...]:
    """One image, comparison by comparison, and what each of its detections counts as."""
    evaluation = run.evaluation
    chosen = Place(("threshold", "area", "image", "category"), across=True)
    ids = {str(i): i for i in evaluation.truth.image_ids}
    if not ids:
        return Says(_("The file has no images."), "info"), chosen
    parts: list[Part] = []
    if run.image and run.image not in ids:
        unknown = _("The file has no image {image}.").format(image=plain(run.image))
        parts.append(Says(unknown, "warning"))
    looked_at = (run.setting, *run.place, float(run.threshold), run.area)
    scene = _walk(*looked_at)
    if scene is not None:
        parts.append(Play(lambda hidden: scene, name=run.name))
    elif evaluation.image(*_ids(run.setting, *run.place)).oks.size:
        many = _("This image has too many comparisons to play; the table says how they ended.")
        parts.append(Says(many, "info"))
    else:
        none = _("Nobody, or no detection, is in this image: there is nothing to compare.")
        parts.append(Says(none, "info"))
    rows = _rows(*looked_at)
    told = (Says(_("Who is matched with whom"), "heading"), Table(rows)) if rows else ()
    return (*parts, chosen, *told)


def _ids(setting: Setting, image: str, category: str) -> tuple[Any, Any]:
    """The ids themselves, numbers or texts, of the texts that name them."""
    evaluation = setting.evaluation()
    images = {str(i): i for i in evaluation.truth.image_ids}
    kinds = {str(one.category.id): one.category.id for one in evaluation.by_category}
    return images[image], kinds[category]


@kept
def _walk(setting: Setting, image: str, category: str, threshold: float, area: str) -> Scene | None:
    """The matching, where it can be played."""
    evaluation, ids = setting.evaluation(), _ids(setting, image, category)
    matching = evaluation.image(*ids)
    if not 0 < matching.oks.size <= LARGEST_MATRIX:
        return None
    return walk_scene(matching, evaluation.walk(*ids, threshold, area))


@kept
def _rows(
    setting: Setting, image: str, category: str, threshold: float, area: str
) -> dict[str, list[object]]:
    """The verdicts on the first detections of the image; nothing where it has none."""
    ids = _ids(setting, image, category)
    verdicts = tuple(
        v for v in verdicts_of(setting, threshold, area) if (v.image_id, v.category_id) == ids
    )
    return verdict_columns(verdicts[:LARGEST_TABLE]) if verdicts else {}


COCO_EVAL = Page(
    address="coco-eval",
    wing=N_("Pose"),
    group=N_("Pose: measure"),
    title=N_("COCO evaluation"),
    icon="fact_check",
    shows=N_("Advanced: from detections to AP, with the reason for every match and miss."),
    intro=N_(
        "Which detections count as found? COCO matches them to people by OKS at ten thresholds, "
        "then averages precision over recall. Here every match, and every one of the ten numbers, "
        "can be looked into; they equal pycocotools' to the last digit."
    ),
    controls=CONTROLS,
    run=compute,
    view=view,
    questions=asked,
    file_name=lambda run: run.name,
    about=(*MADE, "own"),
)
