"""What the input is: a sample, random digits or a person's own, as a dict of primitives.

The choice lives in the wing's state, primitives that a link may fill before the page runs and that
hold the choice after it:

``sample``  a sample's name, "random" or "own"
``seed``, ``rows``, ``cols``    of the random digits
``matrix``  the packed matrix (``readers.pack_matrix``) if the sample is "own" and fits, else None
``picture`` whether one's own came from a picture
``side``, ``channel``   the longer side at most, and the channel, of pictures that are uploaded
``large``   (rows, cols, float64 bytes) if it is "own" and does not fit a link, else None

While a sample is looked at, ``kept`` holds what was one's own.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from poolviz.readers import (
    CHANNELS,
    LARGEST_PACKED,
    LARGEST_SIDE,
    ReadError,
    Reading,
    pack_matrix,
    unpack_matrix,
)
from poolviz.samples import SAMPLES, random_matrix, sample
from poolviz.text import _

State = dict[str, Any]

RANDOM, OWN = "random", "own"
NAMES = (*(each.name for each in SAMPLES), RANDOM, OWN)
LARGEST_SEED = 999_999
LARGEST_RANDOM = 64
RANDOM_SIDE = 6
PICTURE_SIDE = 128
"""The longer side of an uploaded picture, until a person chooses another."""
PALETTES = {each.name: each.palette for each in SAMPLES}
_EMPTY = {"matrix": None, "large": None, "picture": False, "kept": None, "notes": ()}


def mend(state: State) -> None:
    """Make the state whole and possible, whatever was put into it."""
    for field, value in _EMPTY.items():
        state.setdefault(field, value)
    for field, default, least, most in (
        ("seed", 0, 0, LARGEST_SEED),
        ("rows", RANDOM_SIDE, 1, LARGEST_RANDOM),
        ("cols", RANDOM_SIDE, 1, LARGEST_RANDOM),
        ("side", PICTURE_SIDE, 1, LARGEST_SIDE),
    ):
        value = state.get(field)
        if type(value) is not int or not least <= value <= most:
            state[field] = default
    if state.get("channel") not in CHANNELS:
        state["channel"] = CHANNELS[0]
    try:
        unpack_matrix(state["matrix"] or "0")
    except (ReadError, TypeError, AttributeError):
        state["matrix"] = None
    if state["matrix"] is not None:
        state["sample"] = OWN
    elif state.get("sample") == OWN and state["large"] is None:
        state["sample"] = NAMES[0]
        state["notes"] = (_("A matrix over 16 × 16 does not travel in a link: upload it again."),)
    elif state.get("sample") not in NAMES:
        state["sample"] = NAMES[0]


def current_matrix(state: Mapping[str, Any]) -> np.ndarray:
    """The float64 (H, W) matrix of a mended state."""
    if state["sample"] == RANDOM:
        return random_matrix(state["seed"], state["rows"], state["cols"])
    if state["sample"] != OWN:
        return sample(state["sample"])
    if state["matrix"] is not None:
        return unpack_matrix(state["matrix"])
    rows, cols, data = state["large"]
    return np.frombuffer(data, dtype=np.float64).reshape(rows, cols)


def make_own(state: State, reading: Reading, picture: bool = False) -> None:
    """From here on the input is this matrix, a person's own."""
    matrix = reading.matrix
    fits = max(matrix.shape) <= LARGEST_PACKED
    state["sample"], state["notes"], state["picture"] = OWN, reading.notes, picture
    state["matrix"] = pack_matrix(matrix) if fits else None
    state["large"] = None if fits else (*matrix.shape, matrix.tobytes())


def choose_sample(state: State, name: str) -> None:
    """Take a sample, random digits or one's own again; one's own numbers wait meanwhile."""
    if name == state["sample"] or name not in NAMES:  # a label of the language spoken before
        return
    if name == OWN and state["kept"] is None:
        grey = PALETTES.get(state["sample"]) == "grey"
        make_own(state, Reading(current_matrix(state)), grey)
        return
    if name == OWN:
        state |= state["kept"]
    elif state["sample"] == OWN:
        state["kept"] = {field: state[field] for field in ("matrix", "large", "picture", "notes")}
        state |= {"matrix": None, "large": None, "picture": False}
    state["sample"] = name
    if name != OWN:
        state["notes"] = ()


def palette(state: Mapping[str, Any], matrix: np.ndarray) -> str:
    """The colours that show the input, as ``stage.scene.Panel`` has them."""
    if state["picture"]:
        return "grey"
    if state["sample"] in PALETTES:
        return PALETTES[state["sample"]]
    return "diverging" if (matrix < 0).any() else "sequence"
