"""What the page on COCO's evaluation can be set to."""

import json

import numpy as np

from poolviz.pose import AREAS, KeypointEvaluation, RecordError
from poolviz.pose.metrics.crowding import SPLITS
from poolviz.stage.control import Choice, Control, Flag, Real, Silent, Typed, Values, Whole
from poolviz.stage.files import Files, Slot, Upload
from poolviz.stage.link import between, whole
from poolviz.stage.mode import MODE
from poolviz.text import N_, _
from poolviz.wings.pose.coco_eval.evaluating import OWN, SETS, Made, Setting, is_large

LONGEST_ID = 100
LEVELS = tuple(f"{0.5 + 0.05 * i:.2f}" for i in range(10))
MADE = ("noise", "seed", "inverted", "missed", "background")


def setting_of(values: Values) -> Setting:
    """What is to be evaluated."""
    own = values["own"]
    return Setting(
        Made(*(values[key] for key in MADE)) if own is None else own,
        values["sigmas"],
        values["use_area"],
        values["sigma_factor"],
    )


def evaluated(values: Values) -> KeypointEvaluation | None:
    """The evaluation; None where the files cannot be evaluated."""
    try:
        return setting_of(values).evaluation()
    except RecordError:
        return None


def ships(values: Values) -> bool:
    """Whether the pair is the shipped one."""
    return values["own"] is None


def crowded(values: Values) -> bool:
    """Whether every image says how crowded it is."""
    evaluation = None if ships(values) else evaluated(values)
    return evaluation is not None and says_crowding(evaluation)


def says_crowding(evaluation: KeypointEvaluation) -> bool:
    """The same of an evaluation."""
    index = evaluation.truth.crowding
    return index.size > 0 and not np.isnan(index).any()


def images(values: Values) -> tuple[str, ...]:
    """The ids of the images."""
    evaluation = evaluated(values)
    return tuple(str(i) for i in evaluation.truth.image_ids) if evaluation else ()


def has_images(values: Values) -> bool:
    """Whether there is one to choose."""
    return ships(values) or bool(images(values))


def busiest(values: Values) -> str:
    """The image with most comparisons that can still be read at a glance."""
    evaluation = evaluated(values)
    if evaluation is None or not evaluation.truth.image_ids:
        return ""
    return busiest_of(evaluation)


def busiest_of(evaluation: KeypointEvaluation) -> str:
    """The same of an evaluation that has images."""
    pairs = evaluation.by_category[0].pairs
    people = np.diff(pairs.people_start)
    results = np.bincount(pairs.image, minlength=len(people))[: len(people)]
    cells = people * results
    return str(evaluation.truth.image_ids[int(np.where(cells <= 30, cells, 0).argmax())])


def categories(values: Values) -> tuple[str, ...]:
    """The ids of the categories."""
    evaluation = evaluated(values)
    return tuple(str(one.category.id) for one in evaluation.by_category) if evaluation else ()


def several_categories(values: Values) -> bool:
    """Whether there is a choice."""
    return not ships(values) and len(categories(values)) > 1


def large(values: Values) -> bool:
    """Whether what takes a dozen evaluations waits until it is asked for."""
    if ships(values) or evaluated(values) is None:
        return False
    return is_large(setting_of(values))


def read_level(text: str) -> str:
    """An OKS threshold; .5 is .50.

    >>> read_level("0.5")
    '0.50'
    """
    value = between(0.5, 0.95)(text)
    if f"{value:.2f}" not in LEVELS or abs(float(f"{value:.2f}") - value) > 1e-8:
        raise ValueError(_("one of .50, .55, … .95 is needed"))
    return f"{value:.2f}"


class Level(Choice):
    """One of the ten thresholds, in a link as a number."""

    def read(self, text: str) -> str:
        """The threshold."""
        return read_level(text)

    def write(self, value: str) -> str:
        """The number."""
        return repr(float(value))


def read_splits(text: str) -> tuple[float, float]:
    """Two rising numbers from 0 to 1.

    >>> read_splits("0.2,0.8")
    (0.2, 0.8)
    """
    numbers = [between(0, 1)(part) for part in text.split(",")]
    if len(numbers) != 2 or numbers[0] > numbers[1]:
        raise ValueError(_("two rising numbers from 0 to 1 are needed"))
    return numbers[0], numbers[1]


AREA_NAMES = {"all": N_("everybody"), "medium": N_("medium"), "large": N_("large")}
SET_NAMES = {
    OWN: N_("as typed, else COCO's"),
    "coco": "COCO",
    "crowdpose": "CrowdPose",
    "ap10k": "AP-10K",
}


def _example() -> tuple[Upload, ...]:
    """Files to try: one person, who is not detected."""
    person = {
        "id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "num_keypoints": 17,
        "area": 10_000.0, "bbox": [0, 0, 100, 100], "keypoints": [10, 20, 2] * 17,
    }  # fmt: skip
    truth = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": [person]}
    return Upload(json.dumps(truth).encode()), Upload(b"[]"), Upload(b"")


OWN_FILES = Control(
    "", N_("Your own files"),
    Files(
        (
            Slot("annotations", N_("Annotations (ground truth)")),
            Slot("results", N_("Results (detections)")),
            Slot("sigmas", N_("σ of your own skeleton, with commas between (empty: COCO's)"), True),
        ),
        ("json",),
        N_(
            "COCO JSON, up to 20 MB each. Uploads stay on the server and do not travel in the link."
        ),
        (_example(),),
    ),
    key="own", folded=True,
)  # fmt: skip
DETECTOR = (
    Control("noise", N_("Noise of the detector"), Real(0.0, 8.0, 0.25), 1.0, when=ships),
    Control("seed", N_("Seed"), Whole(0, 9999), 0, when=ships),
    Control(
        "inverted", N_("Share with left and right exchanged"), Real(0.0, 1.0, 0.05), 0.1,
        when=ships, folded=True,
    ),
    Control(
        "missed", N_("Share of people not found"), Real(0.0, 1.0, 0.05), 0.1, when=ships,
        folded=True,
    ),
    Control(
        "background", N_("Detections of nobody, each image"), Whole(0, 10), 1, when=ships,
        folded=True,
    ),
)  # fmt: skip
SIMILARITY = (
    Control("sigma_factor", N_("Factor on all σ"), Real(0.25, 4.0, 0.25), 1.0),
    Control(
        "sigmas", N_("Whose σ"), Choice((OWN, *SETS), lambda name: _(SET_NAMES[name])), OWN,
        folded=True,
    ),
    Control(
        "use_area", N_("s² is the area of the person"), Flag(), True,
        N_("Off: 0.53 times width times height of the box in place of the area, as CrowdPose has "
           "it, and others for people without a mask."),
        folded=True,
    ),
)  # fmt: skip
LOOKS = (
    Control(
        "crowd_splits", N_("Easy below, hard from this crowdIndex"),
        Typed(read_splits, "0.1,0.8", ((0.2, 0.8), (0.0, 1.0))), SPLITS,
        N_("The paper has 0.1,0.8; the authors' program has 0.2,0.8."), when=crowded, placed=True,
    ),
    Control("threshold", N_("OKS threshold"), Level(LEVELS), LEVELS[0], placed=True),
    Control(
        "area", N_("People"), Choice(tuple(AREAS), lambda name: _(AREA_NAMES[name])), "all",
        placed=True,
    ),
    Control(
        "image", N_("Image"), Choice(images, longest=LONGEST_ID, instead=busiest), "",
        when=has_images, placed=True,
    ),
    Control(
        "category", N_("Category"), Choice(categories, longest=LONGEST_ID), "",
        when=several_categories, placed=True,
    ),
    Control("", N_("Compute for all detections (takes a while)"), Flag(), False, key="costs",
            when=large, placed=True),
)  # fmt: skip
STEP = Control("step", N_("Step"), Silent(whole(0, 100_000), tries=(1,)), 0, passing=True)
CONTROLS = (*DETECTOR, *SIMILARITY, OWN_FILES, *LOOKS, MODE, STEP)
