"""Every kind of exercise about pooling."""

from functools import partial

from poolviz.exercises import Kind
from poolviz.exercises.kind import BUILD, FIND, PREDICT, WRONG
from poolviz.text import N_
from poolviz.wings.pooling.exercises import conditions, geometries, predictions
from poolviz.wings.pooling.exercises import misconceptions as wrong
from poolviz.wings.pooling.exercises.material import POOLING

_kind = partial(Kind, source=POOLING)
KINDS = (
    _kind("value", PREDICT, N_("A value"), predictions.value),
    _kind("location", PREDICT, N_("A location"), predictions.location),
    _kind("shape", PREDICT, N_("An output shape"), predictions.shape),
    _kind("gradient", PREDICT, N_("A gradient"), predictions.gradient),
    _kind("max-equals-average", BUILD, N_("Max equals average"), conditions.max_equals_average),
    _kind("silent-corner", BUILD, N_("No gradient in the corner"), conditions.silent_corner),
    _kind(
        "expectation-is-mean", BUILD, N_("Stochastic's expectation is the mean"),
        conditions.expectation_is_mean,
    ),
    _kind(
        "unpooling-restores", BUILD, N_("Unpooling gives everything back"),
        conditions.unpooling_restores,
    ),
    _kind("one-takes-all", BUILD, N_("One cell gets every gradient"), conditions.one_takes_all),
    _kind("find-output", FIND, N_("A kernel that gives this output"), geometries.for_output),
    _kind("find-shape", FIND, N_("A kernel that gives this shape"), geometries.for_shape),
    *(
        _kind(f"misconception-{behind.number}", WRONG, title, ask, misconception=behind)
        for title, ask, behind in (
            (N_("Padding"), wrong.padding_is_zero, wrong.PADS_ZERO),
            (N_("A small shift"), wrong.shift_invariant, wrong.SHIFT),
            (N_("Many stochastic draws"), wrong.stochastic_mean, wrong.DRAWS_MEAN),
            (N_("Max's gradient"), wrong.gradient_of_max, wrong.GRADIENT_OF_MAX),
            (N_("Windows that overlap"), wrong.gradient_once, wrong.ONCE),
            (N_("SoftPool's gradient"), wrong.share_is_gradient, wrong.WEIGHT),
            (N_("There and back"), wrong.unpooling_inverts, wrong.INVERTS),
            (N_("Unpooling where windows overlap"), wrong.unpooling_is_backward, wrong.BACKWARD),
            (N_("Adaptive windows"), wrong.adaptive_lengths, wrong.EQUALLY_LONG),
            (N_("Global average pooling"), wrong.global_average, wrong.SMALLER_LAYER),
        )
    ),
)  # fmt: skip
