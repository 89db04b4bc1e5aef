"""What is asked about receptive fields."""

from poolviz.pose.networks.receptive import DESIGNS, layers_of, receptive_fields
from poolviz.stage.question import Question, choices
from poolviz.text import _
from poolviz.wings.pose.field.scene import Seen


def deep_question() -> Question:
    """Misconception 8: a 9 x 9 behind three pools sees nine pixels."""
    design = DESIGNS["cpm"]
    fields = receptive_fields(design.layers(1))
    at = len(layers_of(design.features))
    before, after = fields[at - 1], fields[at]
    k = after.layer.kernel
    right = _(
        "({k} − 1) · {step} = {added}: the field grows from {before} to {after} pixels."
    ).format(k=k, step=before.step, added=after.added, before=before.side, after=after.side)
    offers = (
        (after.added, right),
        (k - 1, _("So it is on the picture itself, where the step is 1.")),
        (k, _("A kernel of {k} covers {k} cells; they lie {step} pixels apart.").format(
            k=k, step=before.step)),
        (
            k * before.step,
            _("The middle cell was seen already: {k} − 1 cells are new.").format(k=k),
        ),
    )  # fmt: skip
    return Question(
        _(
            "A {k} × {k} convolution stands behind three poolings by 2. By how many pixels does it "
            "widen the field?"
        ).format(k=k),
        choices(offers),
        example={"design": "cpm", "at_stage": 1},
    )


def last_question(seen: Seen) -> Question | None:
    """What is the field after the last layer of these? None where one layer alone makes it."""
    field = seen.fields[-1]
    plain = 1 + sum(layer.kernel - 1 for layer in seen.layers)
    kernels = sum(layer.kernel for layer in seen.layers)
    told = _("1 + the sum of (k − 1) times the step before each layer = {side}.").format(
        side=field.side
    )
    offers = [
        (field.side, told),
        (plain, _("That leaves the strides out: after a stride, neighbours lie farther apart.")),
        (kernels, _("Kernels overlap: each adds k − 1, not k, and strides spread them.")),
        (field.step * kernels, _("The step is that of the layers before, not the last one's.")),
        (seen.side, _("No layer knows how large the picture is.")),
    ]
    made = choices(offers)
    if len(made) < 2:
        return None
    last = len(seen.layers) - 1
    text = _("After all {n} layers, how many pixels wide does a cell see?").format(
        n=len(seen.layers)
    )
    return Question(text, made, step=last, stands=max(last - 1, 0))


def small_question() -> Question:
    """Three 3 x 3 in place of one 7 x 7."""
    one, three = (receptive_fields(layers_of(text))[-1].side for text in ("7", "3x3"))
    many, few = 7 * 7, 3 * 3 * 3
    right = _(
        "Both see {one} pixels: 1 + 3 · 2 = {three}. {few} C² weights in place of {many} C²."
    ).format(one=one, three=three, few=few, many=many)
    offers = (
        (_("The same field, fewer weights"), right),
        (_("A smaller field, fewer weights"), right),
        (_("The same field, more weights"), right),
        (_("A field of 9, as many weights"), _("Kernels overlap: 1 + 3 · (3 − 1) = 7.")),
    )
    return Question(_("Three 3 × 3 convolutions in place of one 7 × 7 give …"), choices(offers))
