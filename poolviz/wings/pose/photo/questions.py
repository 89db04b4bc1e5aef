"""Predict first: is a high score a joint, what is said of a cat, what breaks the network."""

from poolviz.numbers import number
from poolviz.pose.photo.heads import CUSTOMARY
from poolviz.stage.question import Choice, Question
from poolviz.text import _
from poolviz.wings.pose.photo.measured import moved_by, whole

WIDER, SHIFTED, TILTED = 200, 20, 30


def photo_questions() -> tuple[Question, ...]:
    """The three questions, answered by what the network says of the shipped pictures."""
    return covered_question(), cat_question(), break_question()


def covered_question() -> Question:
    """A high score means a right joint: the scores of a face that cannot be seen."""
    nose, *eyes = (round(float(s), 2) for s in whole("covered").found.scores[:3])
    why = _(
        "Nose {nose}, eyes {left} and {right}: found on the body, a third of the picture away. A "
        "score says that something looks like a joint, not that it is one."
    ).format(nose=number(nose), left=number(eyes[0]), right=number(eyes[1]))
    return Question(
        _(
            "A grey patch covers the astronaut's whole face. The customary threshold is .3. What "
            "do "
            "nose and eyes get?"
        ),
        (
            Choice(_("near 0"), False, why),
            Choice(_("about .3 to .5, the threshold"), True, why),
            Choice(_("as before, at the right places"), False, why),
        ),
        example={"picture": "covered"},
    )


def cat_question() -> Question:
    """The network always answers."""
    scores = whole("cat").found.scores
    assert scores.max() < CUSTOMARY
    why = _(
        "There is no “nobody”: center's largest cell is taken, whatever it holds, and every map "
        "has a largest cell. Here the best of 17 scores is {most}."
    ).format(most=number(round(float(scores.max()), 2)))
    return Question(
        _("A cat, and nobody else in the picture. The network finds …"),
        (
            Choice(_("nothing, and says so"), False, why),
            Choice(_("seventeen joints, all with low scores"), True, why),
            Choice(_("a few joints, as many as a cat has"), False, why),
        ),
        example={"picture": "cat"},
    )


def break_question() -> Question:
    """What moves the joints farthest: the size of the box, its place, or a turn."""
    moved = {
        "box": moved_by("box", WIDER),
        "across": moved_by("across", SHIFTED),
        "rotate": moved_by("rotate", TILTED),
    }
    why = _(
        "On average the joints move {box} px for twice the box, {across} px for a fifth to the "
        "side, {rotate} px for 30°. Size and turn matter, for it was trained on people who stand "
        "and fill the picture; place matters little."
    ).format(**{name: number(value) for name, value in moved.items()})
    return Question(
        _("Which change of the box moves the astronaut's joints least?"),
        (
            Choice(_("twice as large"), False, why),
            Choice(_("a fifth of its side to the right"), True, why),
            Choice(_("turned by 30°"), False, why),
        ),
        example={"across": SHIFTED},
    )
