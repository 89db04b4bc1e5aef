"""The Scene contract: its wire, its outlets, and what it refuses."""

import base64
import json
import zlib
from typing import Any

import numpy as np
import pytest

from poolviz.stage.scene import Kind, Panel, Scene, Track
from tests.e2e.stepper_harness import scenes

TYPES = {"f4": "<f4", "f2": "<f2", "i4": "<i4", "i2": "<i2", "u1": "u1"}
COLUMNS = ("cells", "weights", "chosen", "written", "added", "odds", "pointer")


def unpack(wire: str) -> dict[str, Any]:
    """The wire read by its description alone."""
    blob = zlib.decompress(base64.b64decode(wire))
    size = int.from_bytes(blob[:4], "little")
    assert size % 4 == 0, "typed arrays of the browser start at multiples of 4"

    def read(value: dict[str, Any]) -> Any:
        if set(value) != {"at", "type", "shape"}:
            return value
        at, count = 4 + size + value["at"], int(np.prod(value["shape"]))
        assert at % 4 == 0
        if value["type"] == "text":
            return blob[at : at + count].decode().split("\n")
        return np.frombuffer(blob, TYPES[value["type"]], count, at).reshape(value["shape"])

    return json.loads(blob[4 : 4 + size], object_hook=read)


@pytest.mark.parametrize("name", scenes())
def test_wire_decodes_to_the_scene(name: str) -> None:
    scene = scenes()[name]
    got = unpack(scene.wire)
    assert got["title"] == scene.title
    assert got["steps"] == len(scene)
    assert (got["story"], got["flow"]) == (scene.story, scene.flow)
    assert got["narration"] == list(scene.narration)
    for panel, told in zip(scene.panels, got["panels"], strict=True):
        assert told["title"] == panel.heading
        assert (told["rows"], told["cols"]) == panel.values.shape
        np.testing.assert_array_equal(told["values"], panel.values.astype(np.float32))
        assert (told["kind"] is None) == (panel.kind is None)
        if panel.kind is not None:
            np.testing.assert_array_equal(told["kind"], panel.kind)
    for track, told in zip(scene.tracks, got["tracks"], strict=True):
        for column in COLUMNS:
            values = getattr(track, column)
            if values is None:
                assert told[column] is None
            else:  # weights travel as float16: eleven bits of the share of a cell
                np.testing.assert_allclose(told[column], values, rtol=1e-3, atol=1e-6)
    if scene.source:
        assert got["source"]["panel"] == scene.source[0]
        np.testing.assert_array_equal(got["source"]["cells"], scene.source[1])


def test_28_by_28_with_a_3x3_window_at_stride_1_is_under_60_kilobytes() -> None:
    rng = np.random.default_rng(0)
    x = rng.random((28, 28))
    row, col = np.divmod(np.arange(676), 26)
    cells = (row * 28 + col)[:, None] + (np.arange(9) // 3 * 28 + np.arange(9) % 3)
    scene = Scene(
        "SoftPool",
        (
            Panel("input", "Input", x, 0, 1),
            Panel("output", "Output", rng.random((26, 26)), 0, 1, shown="written"),
        ),
        (
            Track("input", cells, rng.random((676, 9))),
            Track("output", np.arange(676)[:, None], written=np.arange(676)),
        ),
        tuple(f"softpool of {a:.4f}, {b:.4f}, {c:.4f} … is {y:.4f}, row {s // 26}, column {s % 26}"
              for s, (a, b, c, y) in enumerate(rng.random((676, 4)))),
    )  # fmt: skip
    assert 55 <= np.mean([len(sentence) for sentence in scene.narration]) <= 70
    assert len(scene.wire) < 60_000


def test_withheld_values_are_not_in_the_wire() -> None:
    answer = np.float32(7.62939453125)
    values = np.array([[answer, 1.0]])
    kind = np.array([[Kind.SECRET, Kind.CELL]], np.uint8)
    panel = Panel("output", "Output", values, 0, 8, kind=kind)
    scene = Scene("Guess", (panel,), (), ("…?",))
    blob = zlib.decompress(base64.b64decode(scene.wire))
    assert answer.tobytes() not in blob
    assert np.isnan(unpack(scene.wire)["panels"][0]["values"][0, 0])
    assert scene.table("output") == [["?", "1"]]
    assert np.isnan(scene.shown("output", 0)[0, 0])


def test_written_cells_appear_step_by_step() -> None:
    scene = scenes()["select"]
    np.testing.assert_array_equal(scene.shown("output", 1), [[7, 2], [np.nan, np.nan]])
    np.testing.assert_array_equal(scene.shown("output", 3), [[7, 2], [6, 8]])
    assert scene.table("output", 0) == [["7", ""], ["", ""]]
    assert scene.table("output") == [["7", "2"], ["6", "8"]]


def test_summed_cells_add_up() -> None:
    """Kernel 3, stride 1 on A, ones: the 7 is the largest of three windows."""
    scene = scenes()["max gradient"]
    assert [scene.shown("dx", s)[1, 1] for s in range(4)] == [1, 2, 3, 3]
    assert scene.shown("dx", 3)[3, 3] == 1
    assert scene.shown("dx", 3).sum() == 4


def test_padding_and_outside_are_told_as_what_they_are() -> None:
    scene = scenes()["padded"]
    assert scene.table("input")[0] == ["−∞"] * 6 + [""]
    assert scene.table("input")[1] == ["−∞", "1", "3", "2", "1", "−∞", ""]
    assert scene.panel("input").size == (4, 4)
    assert scene.panel("input").label(0) == "row -1, column -1"


def test_alt_text_says_sizes_place_and_narration() -> None:
    assert scenes()["select"].alt_text(1) == (
        "select pooling. Input: 4 by 4 cells; Output: 2 by 2 cells. Step 2 of 4. "
        "max(2, 1, 1, 0) = 2"
    )
    assert "Input: 4 by 4 cells" in scenes()["padded"].alt_text(0), "padding is not counted"


def test_steps_are_plain_values() -> None:
    step = scenes()["select"].step(1)
    assert step.narration == "max(2, 1, 1, 0) = 2"
    assert step.lit["input"].cells == (2, 3, 6, 7)
    assert step.lit["input"].weights == (1, 0, 0, 0)
    assert step.lit["input"].chosen == 2
    assert step.lit["output"].written == 1
    assert step.source is None
    assert scenes()["unpool"].step(3).source == ("pooled", 3)
    assert [s.narration for s in scenes()["select"]] == list(scenes()["select"].narration)


def test_cells_without_a_place_are_skipped() -> None:
    track = Track("x", np.array([[-1, 2]]), np.array([[0.5, 0.25]]))
    scene = Scene("T", (Panel("x", "X", np.zeros((1, 3)), 0, 1),), (track,), ("a",))
    assert scene.step(0).lit["x"].cells == (2,)
    assert scene.step(0).lit["x"].weights == (0.25,)


def test_labels_name_the_cells() -> None:
    assert scenes()["labels"].panels[0].label(6) == "cat, sat"


def test_wrong_scenes_are_refused() -> None:
    panel = Panel("x", "X", np.zeros((1, 1)), 0, 1)
    with pytest.raises(ValueError, match=r"panel must be one of \['x'\], got 'y'"):
        Scene("T", (panel,), (Track("y"),), ("a",))
    with pytest.raises(ValueError, match="chosen of 'x' must have 1 steps, got 2"):
        Scene("T", (panel,), (Track("x", chosen=np.array([0, 0])),), ("a",))
