"""The state that the pages of the pooling wing share: input, variant, geometry, step and mode."""

import hashlib

import numpy as np
import streamlit as st

from poolviz.pooling import Geometry, Pooled, Variant, pool
from poolviz.stage.link import one_of, pair, whole, write_pair
from poolviz.stage.scene import Scene
from poolviz.text import _, language
from poolviz.ui import exchange
from poolviz.ui.controls import geometry_settings, variant_settings
from poolviz.ui.inputs import input_settings
from poolviz.ui.pictures import pictures
from poolviz.ui.share import Setting, State
from poolviz.ui.stepper import At, stepper
from poolviz.wings.pooling.core.window_scene import Region, window_scene

MODES = ("predict", "watch")


def pooling_settings(state: State) -> tuple[Setting, ...]:
    """Everything that a link of this wing holds."""
    return (
        *input_settings(state),
        *variant_settings(state),
        *geometry_settings(state),
        Setting("mode", "mode", "predict", one_of(*MODES)),
        Setting("step", "step", 0, whole(0, 10**6)),
        Setting("region", "region", None, pair(0, 10**6), write_pair),
    )


def signature(run: Pooled) -> str:
    """A short name of a run: its numbers, variant and geometry."""
    text = f"{run.x.shape}{run.variant!r}{run.geometry!r}".encode()
    return hashlib.blake2b(text + run.x.tobytes(), digest_size=12).hexdigest()


def pooled(matrix: np.ndarray, variant: Variant, geometry: Geometry) -> Pooled:
    """The run over an input; the last few are kept, for a rerun asks for the same again."""
    digest = hashlib.blake2b(matrix.tobytes(), digest_size=12).hexdigest()
    return _run(f"{digest}{matrix.shape}{variant!r}{geometry!r}", matrix, variant, geometry)


@st.cache_resource(max_entries=4, show_spinner=False)
def _run(name: str, _matrix: np.ndarray, _variant: Variant, _geometry: Geometry) -> Pooled:
    return pool(_matrix, _variant, _geometry)


def scene_of(
    run: Pooled, hidden: int | None = None, region: Region | None = None, palette: str = "sequence"
) -> Scene:
    """The scene of a run, from ``hidden`` on with its answers withheld; kept for others."""
    region = region or Region.within(run)
    return _kept(f"{language()}{signature(run)}", hidden, region, palette, run)


@st.cache_resource(max_entries=48, show_spinner=False)
def _kept(name: str, hidden: int | None, region: Region, palette: str, _run: Pooled) -> Scene:
    scene = window_scene(_run, _(_run.variant.title), region, hidden, palette)
    assert scene.wire  # computed here, once
    return scene


def play(state: State, scene: Scene, key: str, name: str) -> At:
    """Play a scene with a step for each output cell: the cell stays selected from page to page.
    ``name`` begins the names of its files.

    A stepper moves when it is asked for a step that is news to it. What was played on another page
    meanwhile always is.
    """
    if state.get("played", key) != key and exchange.last(key).get("step") != state["step"]:
        exchange.pass_again(key)
    state["played"] = key
    at = stepper(scene, key=key, step=state["step"])
    state["step"] = at.step
    pictures(scene, at.step, name, key)
    return at
