"""The way there and back: what each method writes, what is lost, and the questions about it."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.wings.pooling.unpooling.between import Between, convolve
from poolviz.wings.pooling.unpooling.journey import METHODS, journey, times_remembered
from poolviz.wings.pooling.unpooling.levels import levels
from poolviz.wings.pooling.unpooling.questions import unpool_questions
from poolviz.wings.pooling.unpooling.scene import unpool_scene

A = np.array([[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]], dtype=float)
NAMES = ("Pooled", "Carried")


def way(method="Locations", geometry=None, between=None, duplicates="last", variant=None, x=A):
    run = pv.pool(x, variant or pv.Max(), geometry or pv.Sliding(2))
    return journey(run, between, method, duplicates)


def test_by_location_four_come_back_and_two_zeros_match_by_accident():
    done = way()
    assert done.trip.output.tolist() == [[0, 0, 2, 0], [0, 7, 0, 0], [0, 0, 0, 0], [0, 6, 0, 8]]
    assert done.trip.kept.sum() == 4
    assert np.argwhere(done.trip.accidental).tolist() == [[1, 3], [3, 0]]
    np.testing.assert_array_equal(done.trip.residual, A - done.trip.output)


def test_what_the_other_methods_write():
    block = np.ones((2, 2))
    pooled = np.array([[7.0, 2.0], [6.0, 8.0]])
    np.testing.assert_array_equal(way("NearestUnpool").trip.output, np.kron(pooled, block))
    np.testing.assert_array_equal(way("AverageUnpool").trip.output, np.kron(pooled, block) / 4)
    nails = np.zeros((4, 4))
    nails[::2, ::2] = pooled
    np.testing.assert_array_equal(way("BedOfNails").trip.output, nails)


def test_the_transposed_convolution_is_the_least_squares_fit():
    done = way("Transposed")
    pooled = np.array([[7.0, 2.0], [6.0, 8.0]])
    columns = []
    for i in range(2):
        for j in range(2):
            basis = np.zeros((2, 2))
            basis[i, j] = 1
            columns.append(np.kron(pooled, basis).ravel())
    best, *_ = np.linalg.lstsq(np.array(columns).T, A.ravel(), rcond=None)
    np.testing.assert_allclose(done.trip.output.ravel(), np.array(columns).T @ best, rtol=1e-9)


@pytest.mark.parametrize(("duplicates", "left"), [("last", 7.0), ("sum", 28.0)])
def test_four_windows_remember_the_seven(duplicates, left):
    done = way(geometry=pv.Sliding(2, 1), duplicates=duplicates)
    assert times_remembered(done.run)[1, 1] == 4
    assert done.trip.output[1, 1] == left


@pytest.mark.parametrize(
    ("between", "carried"),
    [
        (Between(), [[-1, 2], [3, -4]]),
        (Between("relu"), [[0, 2], [3, 0]]),
        (Between("gain", gain=-2), [[2, -4], [-6, 8]]),
    ],
)
def test_what_happens_in_between(between, carried):
    values = np.array([[-1.0, 2.0], [3.0, -4.0]])
    done = way(geometry=pv.Sliding(1), between=between, x=values)
    assert done.carried.tolist() == carried
    assert done.trip.output.tolist() == carried


def test_noise_is_fixed_by_its_seed():
    one, same, other = (Between("noise", seed=s)(A) for s in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_a_convolution_keeps_the_shape_and_pads_with_zeros():
    shifted = convolve(A, np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0]]))
    np.testing.assert_array_equal(shifted[:, :3], A[:, 1:])
    assert not shifted[:, 3].any()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("duplicates", ["last", "sum"])
@pytest.mark.parametrize(
    "geometry", [pv.Sliding(2), pv.Sliding(2, 1), pv.Sliding(3, 2, 1)], ids=str
)
def test_the_scene_ends_with_what_the_engine_gives(method, duplicates, geometry):
    run = pv.pool(A, pv.Max(), geometry)
    if not METHODS[method].possible(run):
        assert method in ("NearestUnpool", "AverageUnpool", "BedOfNails")
        return
    done = journey(run, None, method, duplicates)
    scene = unpool_scene(done, "t", NAMES)
    assert len(scene) == run.output.size
    end = len(scene) - 1
    for name, wanted in (("output", done.trip.output), ("residual", done.trip.residual)):
        shown = scene.shown(name, end)
        np.testing.assert_allclose(shown[~np.isnan(shown)], wanted.ravel(), atol=1e-5)


def test_overwriting_is_said_and_shown():
    scene = unpool_scene(way(geometry=pv.Sliding(2, 1)), "t", NAMES)
    assert any("overwrites" in said for said in scene.narration)
    assert not any("overwrites" in said for said in unpool_scene(way(), "t", NAMES).narration)


def test_hidden_steps_write_nothing():
    scene = unpool_scene(way(), "t", NAMES, hidden_from=1)
    assert np.nan_to_num(scene.shown("output", 3)).ravel().nonzero()[0].tolist() == [5]
    assert all("…" in said for said in scene.narration[1:])


def test_what_no_step_has_reached_is_blank_and_what_is_withheld_is_unknown():
    open_, asked = (unpool_scene(way(), "t", NAMES, hidden_from=at) for at in (None, 1))
    below = [[""] * 4] * 2
    assert open_.table("output", 0) == [["0", "0", "", ""], ["0", "7", "", ""], *below]
    assert open_.table("residual", 0) == [["1", "3", "", ""], ["4", "0", "", ""], *below]
    assert asked.table("output", 1) == [["0", "0", "?", "?"], ["0", "7", "?", "?"], *below]
    assert asked.table("residual", 1) == [["1", "3", "?", "?"], ["4", "0", "?", "?"], *below]
    assert all("" not in row for row in open_.table("output"))


@pytest.mark.parametrize("method", ["NearestUnpool", "AverageUnpool", "BedOfNails"])
def test_a_rule_leaves_what_it_withholds_unknown(method):
    done = journey(pv.pool(A, pv.Max(), pv.Sliding(2)), None, method)
    scene = unpool_scene(done, "t", NAMES, hidden_from=0)
    assert scene.table("output", 0)[0] == ["?", "?", "", ""]
    assert not np.any(scene.tracks_of("output")[0].added)


@pytest.mark.parametrize("geometry", [pv.Sliding(2), pv.Sliding(3, 1)], ids=str)
def test_the_questions_have_one_right_answer(geometry):
    asked = unpool_questions(way(geometry=geometry))
    assert len(asked) == 3
    for each in asked:
        assert [c.right for c in each.question.choices].count(True) == 1
        assert len({c.label for c in each.question.choices}) == len(each.question.choices) >= 2


@pytest.mark.parametrize("cell", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_the_first_question_is_about_the_cell_that_is_named(cell):
    done = way()
    first = unpool_questions(done, cell)[0].question
    place = int(done.run.locations[cell])
    assert first.answer.label == f"row {place // 4}, column {place % 4}"
    assert (f"row {cell[0]}, column {cell[1]}" in first.text) == any(cell)


def test_six_of_sixteen_match():
    answers = {each.question.answer.label for each in unpool_questions(way())}
    assert "6" in answers
    assert "row 1, column 1" in answers


def test_two_levels_bring_the_largest_cells_back_to_their_places():
    x = np.random.default_rng(0).permutation(64).reshape(8, 8).astype(float)
    there = levels(x)
    back = there.unpooled[1]
    for i in (0, 4):
        for j in (0, 4):
            block = x[i : i + 4, j : j + 4]
            assert back[i : i + 4, j : j + 4].max() == block.max()
            assert (back[i : i + 4, j : j + 4] == block)[block == block.max()].all()
    assert (back != 0).sum() == 4
    assert there.error(x) == 0
    assert there.filled.shape == there.nearest.shape == x.shape
