"""What is asked on COCO's evaluation: what one more detection does to AP, and what -1 says."""

from poolviz.numbers import number
from poolviz.pose import evaluate_keypoints, shipped_annotations
from poolviz.stage.cache import kept
from poolviz.stage.question import Choice, Due, Question
from poolviz.text import _
from poolviz.wings.pose.coco_eval.evaluating import Made, Setting


@kept
def _with_wrong_pose(made: Made, score: float) -> float:
    """AP with one more detection, of a wrong pose, at this score."""
    annotations, results = shipped_annotations(), made.results()
    wrong = dict(results[0] if results else {"image_id": annotations["images"][0]["id"],
                 "category_id": 1})  # fmt: skip
    wrong |= {"keypoints": [0.0, 0.0, 1] * 17, "score": score}
    return float(evaluate_keypoints(annotations, [*results, wrong]).stats[0])


@kept
def _without_medium(made: Made) -> float:
    """AP_medium where nobody is of medium size."""
    annotations = shipped_annotations()
    kept = [a for a in annotations["annotations"] if not 32**2 <= a["area"] <= 96**2]
    stats = evaluate_keypoints({**annotations, "annotations": kept}, made.results()).stats
    return float(stats[3])


def eval_questions(made: Made) -> Due:
    """Predict first: a wrong pose that is sure of itself, one that is not, and the −1."""
    return Due(lambda at: _nobody(made) if at == 2 else _one_more(made, at), 3)


def _one_more(made: Made, at: int) -> Question:
    """What a detection with a wrong pose does to AP: the first question, and the second."""
    now = float(Setting(made).evaluation().stats[0])
    after = _with_wrong_pose(made, (2.0, -1.0)[at])
    score, why, unmoved = (
        (
            _("the highest score of all"),
            _("It comes first: from then on every precision carries one false positive."),
            _("One pose of many, but its score decides how many precisions it spoils."),
        ),
        (
            _("the lowest score of all"),
            _("It comes last: no precision before it changes, and no recall is won after it."),
            _("Only what stands before a true positive spoils its precision."),
        ),
    )[at]
    change = 0 if abs(after - now) < 5e-4 else 1 if after > now else -1
    why = _("{why} AP is {after} then.").format(why=why, after=f"{after:.3f}")
    choices = (
        (1, _("rises"), _("More detections do not help unless they find somebody.")),
        (0, _("stays"), unmoved),
        (-1, _("falls"), unmoved),
    )
    return Question(
        _("AP is {now}. One more detection with a wrong pose gets {score}. AP …").format(
            now=f"{now:.3f}", score=score
        ),
        tuple(Choice(t, sign == change, why if sign == change else w) for sign, t, w in choices),
    )


def _nobody(made: Made) -> Question:
    right = number(_without_medium(made))
    return Question(
        _("A file has nobody between 32² and 96² px². What is its AP_medium?"),
        tuple(
            Choice(label, label == right, why)
            for label, why in (
                ("0", _("0 would say that people of this size are there and none is found.")),
                ("1", _("1 would say that all people of this size are found.")),
                (number(-1.0), _("Nobody to find: recall is 0/0, and COCO writes −1.")),
            )
        ),
    )
