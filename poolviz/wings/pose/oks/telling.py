"""What the page says of a pose: the formula with the numbers in, charts, other measures, files."""

import json
from functools import partial
from typing import Any

import numpy as np

from poolviz.numbers import number
from poolviz.pose import csv_text
from poolviz.stage.cache import kept
from poolviz.stage.part import (
    ALL,
    PICTURE,
    Chart,
    File,
    Fold,
    Formula,
    Moment,
    Numbers,
    Part,
    Place,
    Program,
    Row,
    Says,
    Stack,
)
from poolviz.stage.posing import Poses
from poolviz.stage.words import plain, slug
from poolviz.text import _, listed
from poolviz.wings.pose.oks.field import oks_field
from poolviz.wings.pose.oks.posing import Posing
from poolviz.wings.pose.oks.programs import numpy_code, pycocotools_code
from poolviz.wings.pose.oks.questions import pose_questions
from poolviz.wings.pose.oks.words import (
    OKS_FORMULA,
    disagreement_sentences,
    joint_latex,
    k_sentence,
    measure_rows,
    oks_latex,
    oks_numbers,
)

CSV_HEADER = ("keypoint", "x", "y", "v", "found_x", "found_y", "sigma", "k", "d", "similarity")


def file_name(posing: Posing) -> str:
    """What its files are called."""
    return f"oks-{slug(posing.person.name)}"


def waits(moment: Moment) -> tuple[Part, ...]:
    """While the numbers are withheld: when they come. A class is not told, for they do not."""
    if moment.hidden is None or moment.secret:
        return ()
    text = _("The numbers, the formula and the charts come with your guess.")
    return (Says(text, "caption"),)


def own_pose(mine: bool, notes: tuple[str, ...]) -> Fold:
    """A person's own skeleton and coordinates, and a picture under them; what was noted of them."""

    def make() -> tuple[Part, ...]:
        how = _(
            "CSV: a line a keypoint, x, y; or x, y, v; or x, y, v and the detected x, y. JSON: an "
            "object with “keypoints” as COCO writes them, and if you like “names”, “skeleton”, "
            "“sigmas”, “area”, “bbox” and the detection as “found”. Up to 133 keypoints."
        )
        done = _("Your pose is shown; the link holds it. Nothing you enter is stored.")
        return (
            Says(how, "caption"),
            Place(("brought",)),
            Row((Place(("truth",)), Place(("ground",)))),
            *((Says(done, "success"), *(Says(plain(n), "caption") for n in notes)) if mine else ()),
        )

    title = _("Your own skeleton and coordinates")
    return Fold(title, make, name="own", moves=("person",))


def explained(posing: Posing, joint: int) -> tuple[Part, ...]:
    """The formula with the numbers in, and the constants."""
    each = zip(posing.names, posing.sigmas, strict=True)
    sigmas = listed(f"{plain(name)} {sigma:.4g}" for name, sigma in each)
    text = "\n\n".join(
        (
            _("The selected joint: {name}").format(name=plain(posing.names[joint])),
            _("The mean over the joints that count; each stands in the list above."),
            plain(k_sentence(posing, joint)),
            _("σ of every joint: {sigmas}.").format(sigmas=sigmas),
        )
    )
    bare = _(
        "Nobody has labelled this person: COCO measures to the box enlarged by its own "
        "size on every side (dashed), and averages over all joints. Such a person never "
        "counts as found; the match only excuses the detection."
    )
    return (
        Says(_("OKS with the numbers in"), "heading", tells=PICTURE),
        Formula(joint_latex(posing, joint), tells=PICTURE),
        Formula(oks_latex(posing), tells=PICTURE),
        Says(text, tells=PICTURE),
        *((Says(bare, "info", tells=PICTURE),) if posing.bare else ()),
    )


def charts(posing: Posing, joint: int) -> Fold:
    """The fall-off of the joints, and the map of one: drawn anew at every drag only while open."""
    name = plain(posing.names[joint])
    title = _("How each joint falls off, and OKS for every place of the {name}").format(name=name)
    make = partial(_charts, posing, joint, name)
    return Fold(title, make, "show_chart", name="charts", tells=PICTURE)


def _charts(posing: Posing, joint: int, name: str) -> tuple[Part, ...]:
    file = slug(posing.person.skeleton.names[joint])
    falls = _(
        "Thick blue line: {name}. Thin grey lines: the other σ. Dots: the joints where "
        "they are, the selected one larger."
    ).format(name=name)
    place = _("OKS over the position of the selected joint")
    if posing.visibility[joint] > 0:
        place = _("OKS over the position of the selected joint, highest at the truth")
    falloff = Chart(
        partial(_falloff, posing, joint),
        _("Similarity against distance, a curve for each σ; dots are the joints"),
        name=f"{file_name(posing)}-falloff-{file}",
    )
    places = Chart(partial(_heat_map, posing, joint), place, name=f"{file_name(posing)}-map-{file}")
    above = f"{_('**How each joint falls off**')}\n\n{falls}"
    beside = _("**OKS for every place of the {name}**").format(name=name)
    return (Row((Stack((Says(above), falloff)), Stack((Says(beside), places)))),)


@kept
def _falloff(posing: Posing, joint: int) -> Any:
    from poolviz.figures.posing import falloff_chart

    return falloff_chart(posing.poses, joint)


@kept
def _heat_map(posing: Posing, joint: int) -> Any:
    from poolviz.figures.posing import oks_heat_map

    return oks_heat_map(posing.poses, joint, *oks_field(posing, joint))


def compared(posing: Posing) -> Says:
    """PCK, PCKh and IoU on the same poses, and where they say something else."""
    found = posing.measured
    head = f"| {_('measure')} | {_('value')} | {_('what it looks at')} |\n|---|---|---|"
    rows = [" | ".join(map(plain, row)) for row in measure_rows(posing, found)]
    lines = [plain(line) for line in disagreement_sentences(posing, found)]
    title = _("The same pose under other measures")
    table = "\n".join([head, *(f"| {row} |" for row in rows)])
    return Says(
        f"### {title}\n\n{table}\n\n" + "\n".join(f"- {line}" for line in lines), tells=PICTURE
    )


def notice() -> Says:
    """What to look for; it would answer the questions, so it comes after them."""
    lines = (
        _("Equal errors in pixels do not cost equally: an eye is judged four times "
          "as strictly as a hip."),
        _("Only d/s matters: enlarge image and person together, and OKS stays."),
        _("k is 2σ, and s² is the area of the mask, not of the box."),
        _("Flags belong to the truth: click v in the list of joints. v = 1 and v = 2 count "
          "the same, v = 0 takes the joint out of both sums."),
        _("The flags of the truth decide what counts; a detection's are never read."),
        _("A joint can cost at most 1/n, and once it is far off, further does not matter."),
    )  # fmt: skip
    listing = "\n".join(f"- {line}" for line in lines)
    return Says(f"### {_('What to notice')}\n\n{listing}", tells=ALL)


def program(posing: Posing) -> Program:
    """pycocotools and NumPy for exactly this state."""

    def make() -> tuple[dict[str, str], dict[str, np.ndarray]]:
        return {"pycocotools": pycocotools_code(posing), "NumPy": numpy_code(posing)}, {}

    title = _("The same in pycocotools and NumPy")
    return Program(title, {"": make}, name="code", tells=PICTURE)


def files(posing: Posing) -> tuple[Part, ...]:
    """The numbers of this state as CSV and JSON."""
    name = file_name(posing)
    return (
        Numbers(
            posing.similarities, _("Similarities"), name=f"{name}-similarities", tells=PICTURE
        ),
        File(
            _("Joints as CSV"), lambda: joints_csv(posing).encode(),
            name=f"{name}-joints.csv", tells=PICTURE,
        ),
        File(
            _("Everything as JSON"), lambda: json.dumps(as_json(posing), indent=1).encode(),
            name=f"{name}-pose-and-results.json", tells=PICTURE,
        ),
    )  # fmt: skip


def sources() -> Says:
    """Where rule and poses come from."""
    text = _(
        "Sources: COCO keypoint evaluation (cocodataset.org/#keypoints-eval); pycocotools 2.0.11; "
        "Ronchi and Perona, ICCV 2017. Annotations: COCO Consortium, CC BY 4.0 (Lin et al., 2014)."
    )
    return Says(text, "caption")


def sheet(posing: Posing, joint: int, answers: bool) -> Any:
    """The pose on paper with the questions; the formula with its numbers only with answers."""
    from poolviz.figures.handout import Sheet
    from poolviz.figures.pose_picture import SHAPE, draw_pose

    poses: Poses = posing.poses
    mean = _("The mean of the similarities is {oks}.").format(oks=number(posing.oks))
    numbers = (rf"\mathrm{{OKS}} = {oks_numbers(posing)}",) if answers else ()
    return Sheet(
        _("OKS: a pose against its truth"),
        lambda axes, inches: draw_pose(axes, poses, joint, not answers, inches),
        SHAPE,
        (OKS_FORMULA, *numbers),
        (mean,) if answers else (),
        pose_questions(posing),
    )


def joints_csv(posing: Posing) -> str:
    """A line a joint; the similarity is empty where it does not count."""
    columns = (posing.sigmas, posing.k.tolist(), posing.distances.tolist())
    rows = []
    for i, name in enumerate(posing.person.skeleton.names):
        found = [posing.visibility[i], *posing.pred[i].tolist(), *(column[i] for column in columns)]
        ks = float(posing.similarities[i])
        rows.append([name, *posing.person.points[i].tolist(), *found, "" if np.isnan(ks) else ks])
    return csv_text(CSV_HEADER, rows)


def as_json(posing: Posing) -> dict[str, Any]:
    """The state in the form that "your own coordinates" reads back, with the results."""
    person = posing.person
    truth = np.column_stack([person.points, posing.visibility])
    return {
        "keypoints": truth.ravel().tolist(),
        "found": posing.pred.ravel().tolist(),
        "names": list(person.skeleton.names),
        "skeleton": [[a + 1, b + 1] for a, b in person.skeleton.edges],
        "sigmas": list(posing.sigmas),
        "area": posing.area,
        "bbox": list(person.bbox),
        "k": posing.k.tolist(),
        "similarities": [None if np.isnan(ks) else float(ks) for ks in posing.similarities],
        "oks": posing.oks,
    }
