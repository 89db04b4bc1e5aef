"""From an exercise to the page that shows the thing, in the state of the exercise."""

from typing import Any

from poolviz.exercises import Exercise
from poolviz.exercises.exercise import Played
from poolviz.pooling import Pooled
from poolviz.readers import pack_matrix
from poolviz.stage.matrix import OWN
from poolviz.ui import share
from poolviz.ui.share import State, settings_of
from poolviz.wings.pages import BY_ADDRESS


def page_parameters(made: Exercise) -> dict[str, str]:
    """The URL of the page that shows the thing, in the state of this exercise."""
    shown = made.picture
    if not isinstance(shown, Played):
        return made.link
    state: State = {**_state_of(shown.run), "mode": "watch"}
    if shown.dy is not None:
        state |= {"upstream": "own", "dy": pack_matrix(shown.dy)}
    return share.url_parameters(state, settings_of(BY_ADDRESS["gradients"])) | made.link


def _state_of(run: Pooled) -> State:
    """The state of the pooling pages that gives this run."""
    geometry: Any = run.geometry
    axes = geometry.axes(run.x.shape)
    variant = type(run.variant).__name__
    pads: Any = tuple(axis.before for axis in axes)
    return {
        "sample": OWN,
        "matrix": pack_matrix(run.x),
        "variant": variant,
        **{f"{variant}.{name}": value for name, value in vars(run.variant).items()},
        "kernel_size": tuple(axis.kernel for axis in axes),
        "stride": tuple(axis.stride for axis in axes),
        "padding": geometry.padding if isinstance(geometry.padding, str) else pads,
        "dilation": tuple(axis.dilation for axis in axes),
        "ceil_mode": geometry.ceil_mode,
    }
