"""The Scene contract: its wire, its outlets, and what it refuses."""

import base64
import json
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from poolviz.stage.scene import Ground, Kind, Overlay, Panel, Scene, Track, Weighing
from tests.e2e.stepper_harness import A, learning, scenes

TYPES = {"f4": "<f4", "f2": "<f2", "i4": "<i4", "i2": "<i2", "u1": "u1"}
COLUMNS = ("cells", "weights", "chosen", "written", "added", "odds", "pointer")


def unpack(wire: str) -> dict[str, Any]:
    """The wire read by its description alone."""
    blob = zlib.decompress(base64.b64decode(wire))
    size = int.from_bytes(blob[:4], "little")
    assert size % 4 == 0, "typed arrays of the browser start at multiples of 4"

    def read(value: dict[str, Any]) -> Any:
        if set(value) == {"from", "by"}:
            return value["from"].astype(int)[:, None] + value["by"]
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
        assert (told["rows"], told["cols"]) == panel.values.shape[-2:]
        assert told["frames"] == (len(panel.values) if panel.values.ndim == 3 else 0)
        values = np.where(np.equal(panel.kind, Kind.SECRET), np.nan, panel.values)
        np.testing.assert_array_equal(told["values"], values.astype(np.float32))
        assert (told["ground"] is None) == (panel.ground is None)
        if panel.ground is not None:
            np.testing.assert_array_equal(told["ground"]["image"], panel.ground.image)
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
        assert (told["look"], told["title"]) == (track.look, track.title)
        assert told["relative"] == (track.relative or track.weighing is not None)
        assert (told["weighing"] is None) == (track.weighing is None)
        for factor in ("query", "key") if track.weighing else ():
            np.testing.assert_allclose(
                told["weighing"][factor], getattr(track.weighing, factor), rtol=1e-7
            )  # float32
    for overlay, told in zip(scene.overlays, got["overlays"], strict=True):
        for column in ("points", "edges", "strengths", "arrows", "boxes", "hollow", "groups"):
            np.testing.assert_array_equal(told[column], getattr(overlay, column))
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


def test_cells_of_a_window_that_moves_travel_as_its_places() -> None:
    """Of 9 cells at each of 676 steps only the first travels; one window that differs, and all."""
    row, col = np.divmod(np.arange(676), 26)
    cells = (row * 28 + col)[:, None] + (np.arange(9) // 3 * 28 + np.arange(9) % 3)
    other = cells.copy()
    other[5, 8] = -1
    sizes = []
    for each in (cells, other):
        track, panel = Track("input", each), Panel("input", "Input", np.zeros((28, 28)), 0, 1)
        scene = Scene("Windows", (panel,), (track,), ("",) * 676)
        np.testing.assert_array_equal(unpack(scene.wire)["tracks"][0]["cells"], each)
        sizes.append(len(zlib.decompress(base64.b64decode(scene.wire))))
    assert sizes[1] - sizes[0] > 2 * 676 * 7


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


def test_frames_change_with_the_step_and_are_withheld_where_they_are_secret() -> None:
    scene = scenes()["frames"]
    np.testing.assert_array_equal(scene.shown("frame", 1), [[0, 255], [255, 0]])
    assert scene.table("mean", 1) == [["0", "255"], ["127.5", "0"]]
    assert scene.table("mean", 2) == [["?", "?"], ["?", "?"]]
    assert scene.panel("frame").size == (2, 2)
    assert "Frame: 2 by 2 cells; Mean: 2 by 2 cells" in scene.alt_text(0)


def test_frames_of_whole_numbers_travel_as_bytes_and_halves_as_halves() -> None:
    frames = {"u1": [255, 7], "f2": [0.5, np.nan], "f4": [1 / 3, 256]}
    panels = [Panel(n, n, np.reshape(v, (2, 1, 1)), 0, 1) for n, v in frames.items()]
    told = unpack(Scene("T", tuple(panels), (), ("a", "b")).wire)["panels"]
    for panel, dtype in zip(told, (np.uint8, np.float16, np.float32), strict=True):
        assert panel["values"].dtype == dtype
        np.testing.assert_array_equal(panel["values"].ravel(), np.float32(frames[panel["name"]]))


def test_rows_of_weights_are_made_from_factors() -> None:
    """exp(10 a b / 64), normalised: what the 7 gives the 8, and the wire holds no row."""
    scene = scenes()["attention"]
    raised = np.exp(10 * 7 * A.ravel() / 64)
    lit = scene.step(5).lit["keys"]
    np.testing.assert_allclose(lit.weights, raised / raised.sum(), rtol=1e-6)
    assert lit.cells == tuple(range(16))
    assert lit.chosen == 15
    assert unpack(scene.wire)["tracks"][0]["weights"] is None
    assert float(scene.weights("keys", 5)[0][3][3]) == pytest.approx(lit.weights[15], rel=1e-3)


def test_28_by_28_cells_that_all_look_at_all_are_under_40_kilobytes() -> None:
    rng = np.random.default_rng(0)
    factors = rng.normal(size=(2, 784, 6)).astype(np.float16)
    panels = (
        Panel("keys", "Keys", rng.random((28, 28)), 0, 1),
        Panel("output", "Output", rng.random((28, 28)), 0, 1, shown="written"),
    )
    tracks = (
        Track("keys", weighing=Weighing(*factors), look="veil"),
        Track("output", written=np.arange(784)),
    )
    told = tuple(f"cell {s} asks" for s in range(784))
    assert len(Scene("Attention", panels, tracks, told, "exp").wire) < 40_000


def test_cells_of_a_weighing_are_those_that_may_be_asked() -> None:
    weighing = Weighing(np.zeros((1, 1)), np.zeros((3, 1)), bias=np.log([1.0, 2.0, 5.0]))
    track = Track("x", np.array([[2, -1, 0]]), weighing=weighing)
    scene = Scene("T", (Panel("x", "X", np.zeros((1, 3)), 0, 1),), (track,), ("a",))
    assert scene.step(0).lit["x"].cells == (2, 0)
    np.testing.assert_allclose(scene.step(0).lit["x"].weights, [5 / 6, 1 / 6], rtol=1e-6)


def test_a_panel_may_have_several_tracks() -> None:
    scene = scenes()["two tracks"]
    assert [lit.cells for lit in scene.step(0).tracks] == [(0, 1, 4, 5), (10, 11, 14, 15)]
    assert scene.step(0).lit["input"].cells == (0, 1, 4, 5)
    assert scene.weights("input", 0)[1][3] == ["", "", "0.01", "0.08"]


def test_several_tracks_write_and_add_together() -> None:
    at = np.array([[0], [1]])
    panels = (
        Panel("w", "W", np.array([[5.0, 6, 7]]), 0, 9, shown="written"),
        Panel("s", "S", np.zeros((1, 3)), 0, 9, shown="summed"),
    )
    tracks = (
        Track("w", written=np.array([0, -1])),
        Track("w", written=np.array([2, -1])),
        Track("s", at, added=at + 1.0),
        Track("s", at, added=at + 2.0),
    )
    scene = Scene("T", panels, tracks, ("a", "b"))
    assert scene.table("w") == [["5", "", "7"]]
    np.testing.assert_array_equal(scene.shown("s", 1), [[3, 5, 0]])


def test_a_sum_is_blank_until_it_is_reached_and_unknown_where_it_is_withheld() -> None:
    """0 is said where a step has added nothing, after the last step everywhere."""
    at = np.array([[0, 1], [1, 2], [0, -1]])
    panel = Panel("s", "S", np.zeros((1, 4)), 0, 9, shown="summed")

    def tables(withheld: int | None) -> list[list[str]]:
        added = np.array([[2.0, 0], [0, 0], [0, 0]])
        track = Track("s", at, added=added, withheld=withheld)
        scene = Scene("T", (panel,), (track,), ("a", "b", "c"))
        return [scene.table("s", s)[0] for s in range(3)]

    assert tables(None) == [["2", "0", "", ""], ["2", "0", "0", ""], ["2", "0", "0", "0"]]
    assert tables(1) == [["2", "0", "", ""], ["2", "?", "?", ""], ["?", "?", "?", "0"]]


def test_overlays_are_told_in_tables_and_in_the_alt_text() -> None:
    scene = scenes()["pose"]
    (joints,) = scene.overlays_of("map")
    assert joints.table(0) == [
        ["nose", "0.5", "0.5"],
        ["eye", "3.5", "0.5"],
        ["ear", "0.5", "3.5"],
        ["chin", "3.5", "3.5"],
        ["nose – eye", "1"],
        ["ear – chin", "−0.5"],
        ["arrow 0", "1", "1", "1", "0"],
        ["box 0", "0", "0", "2", "2"],
    ]
    assert [row[0] for row in joints.table(1)] == [
        "nose", "eye", "ear", "nose – eye", "arrow 0", "box 0",
    ]  # fmt: skip
    assert joints.table(1)[-1] == ["box 0", "1", "1", "2", "2"]
    said = "Map: 4 by 4 cells; under it a red half; Joints "
    assert said + "(points: 4, edges: 2, arrows: 1, boxes: 1)" in scene.alt_text(0)
    assert said + "(points: 3, edges: 1, arrows: 1, boxes: 1)" in scene.alt_text(1)


def test_a_longer_scene_of_the_same_run_extends_a_shorter_one() -> None:
    assert learning(5).extends(learning(3))
    assert learning(5, growing=False).extends(learning(5))
    assert not learning(3).extends(learning(5))
    assert not scenes()["select"].extends(scenes()["select"]), "it is of no run"
    other = learning(5)
    panel = other.panels[0]
    moved = Panel("loss", "Loss", panel.values + 0.25, 0, 1, shown="written")
    changed = Scene(
        "Training", (moved,), other.tracks, other.narration, run="training", growing=True
    )
    assert not changed.extends(learning(3)), "what was is no longer as it was"


def test_the_first_steps_of_a_scene_are_a_scene() -> None:
    assert scenes()["frames"].until(2).table("mean") == [["0", "255"], ["127.5", "0"]]
    assert scenes()["pose"].until(1).overlays[0].table(0)[-1] == ["box 0", "0", "0", "2", "2"]
    cut = scenes()["attention"].until(3)
    assert len(cut.step(2).lit["keys"].weights) == 16
    assert np.isnan(cut.panels[1].values.ravel()[3:]).all()


ONE = Panel("x", "X", np.zeros((1, 2)), 0, 1)
PAIR = np.zeros((1, 2))


def asked(queries: int, keys: int) -> Scene:
    weighing = Weighing(np.ones((queries, 1)), np.ones((keys, 1)))
    return Scene("T", (ONE,), (Track("x", weighing=weighing),), ("a",))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Panel("x", "X", np.zeros(3), 0, 1), r"must be \(rows, cols\) or"),
        (lambda: Panel("x", "X", PAIR, 0, 1, "red"), "palette must be one of sequence"),
        (lambda: Panel("x", "X", PAIR, 0, 1, shown="later"), "shown must be one of always"),
        (lambda: Panel("x", "X", PAIR, 0, 1, kind=np.zeros((2, 1))), r"kind of 'x' must be \(1, 2"),
        (lambda: Panel("x", "X", PAIR, 0, 1, shown="replaced"), "has no frames"),
        (lambda: Panel("x", "X", np.zeros((1, 1, 1)), 0, 1, shown="summed"), "frames of 'x'"),
        (lambda: Ground(b"GIF89a", "a"), "must be a PNG or a JPEG"),
        (lambda: Ground(np.zeros((2, 2)), "a"), "image must be uint8"),
        (lambda: Ground(np.zeros((2, 2, 4), np.uint8), "a"), "image must be uint8"),
        (lambda: Ground(np.zeros((2, 2), np.uint8), "a", 1.5), r"veil must be in \[0, 1\]"),
        (lambda: Track("x", look="heat"), "look must be one of inset, veil"),
        (lambda: Track("x", mark="left"), "mark must be up, down"),
        (lambda: Track("x", weights=PAIR), "weights of 'x' must be None as its cells"),
        (lambda: Track("x", PAIR, added=np.zeros((1, 3))), r"added of 'x' must be \(1, 2\)"),
        (lambda: Track("x", PAIR, PAIR, weighing=Weighing(PAIR, PAIR)), "one of them is meant"),
        (lambda: Weighing(PAIR, np.zeros((1, 3))), r"must be \(S, d\) and \(M, d\)"),
        (lambda: Weighing(PAIR, PAIR, norm="max"), "norm must be one of softmax"),
        (lambda: Weighing(PAIR, PAIR, bias=np.zeros(2)), r"bias must be \(1,\)"),
        (lambda: Overlay("x", "O", np.zeros((1, 3))), r"points must be \(n, 2\)"),
        (lambda: Overlay("x", "O", PAIR, np.array([[0, 1]])), "must join two of 1 points, got 1"),
        (lambda: Overlay("x", "O", PAIR, labels=("a", "b")), "labels must be 1 long, got 2"),
        (lambda: Scene("T", (ONE,), (), ("a",), overlays=(Overlay("y", "O"),)), "got 'y'"),
        (lambda: Scene("T", (ONE,), (), ("a",), growing=True), "must say of which run"),
        (
            lambda: Scene("T", (Panel("x", "X", np.zeros((2, 1, 1)), 0, 1),), (), ("a",)),
            "frames of 'x' must have 1 steps, got 2",
        ),
        (
            lambda: Scene("T", (ONE,), (Track("x", np.array([[2]])),), ("a",)),
            "cells of 'x' must be below 2, got 2",
        ),
        (lambda: asked(2, 2), "query of 'x' must have 1 steps, got 2"),
        (lambda: asked(1, 3), "key of 'x' must be a cell's each, 2, got 3"),
        (
            lambda: Scene(
                "T", (ONE,), (), ("a",), overlays=(Overlay("x", "O", np.zeros((2, 1, 2))),)
            ),
            "points of 'x' must have 1 steps, got 2",
        ),
        (lambda: scenes()["select"].until(5), r"steps must be in \[1, 4\], got 5"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
