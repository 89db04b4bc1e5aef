"""Every sample has its reason, and the numbers bear the reason out."""

import hashlib
import re

import numpy as np
import pytest
from PIL import Image

from poolviz.samples import IMAGES, SAMPLES, random_matrix, sample

NAMES = [each.name for each in SAMPLES]


@pytest.mark.parametrize("each", SAMPLES, ids=NAMES)
def test_a_sample_is_a_named_float64_plane_with_a_reason(each):
    x = sample(each.name)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", each.name)
    assert each.title
    assert each.why.endswith((".", "?"))
    assert x.ndim == 2
    assert x.dtype == np.float64
    assert np.isfinite(x).all()


def test_names_are_unique_and_the_worked_example_is_the_default():
    assert len(set(NAMES)) == len(NAMES)
    assert NAMES[0] == "worked-example"
    assert sample(NAMES[0]).tolist() == [[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]]


@pytest.mark.parametrize("name", NAMES)
def test_writing_into_a_sample_changes_no_one_elses(name):
    before = sample(name)
    sample(name)[:] = 99
    np.testing.assert_array_equal(sample(name), before)


def test_an_unknown_name_is_refused_by_name():
    with pytest.raises(ValueError, match=r"name must be one of worked-example.*'nonsense'"):
        sample("nonsense")


def test_ties_has_two_largest_cells_in_every_2x2_window():
    windows = sample("ties").reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(4, 4)
    assert ((windows == windows.max(axis=1, keepdims=True)).sum(axis=1) >= 2).all()


def test_all_negative_is_minus_one_everywhere():
    assert (sample("all-negative") == -1).all()


def test_checkerboard_windows_of_2x2_are_all_alike():
    x = sample("checkerboard")
    np.testing.assert_array_equal(x[:2, :2], [[0, 1], [1, 0]])
    np.testing.assert_array_equal(x[::2, ::2], 0)
    np.testing.assert_array_equal(x[::2, 1::2], 1)


def test_lone_one_stands_in_column_0_so_that_the_first_shift_stays_in_its_window():
    assert np.argwhere(sample("lone-one")).tolist() == [[2, 0]]


def test_pictures_have_the_size_and_range_that_is_said():
    for name, size in (("digit", 28), ("photograph", 64), ("cat", 224)):
        x = sample(name)
        assert x.shape == (size, size)
        assert x.min() >= 0
        assert x.max() <= 255
        assert np.ptp(x) > 150, "a picture with contrast"
    digit = sample("digit")
    for edge in (digit[0], digit[-1], digit[:, 0], digit[:, -1]):
        assert not edge.any(), "an MNIST digit stands free in its field"


def _liberties(board, point):
    """The stones joined to the one at ``point``, and the empty points that they touch."""
    group, free, todo = {point}, set(), [point]
    while todo:
        row, col = todo.pop()
        for near in ((row + 1, col), (row - 1, col), (row, col + 1), (row, col - 1)):
            if min(near) < 0 or max(near) > 18:
                continue
            if board[near] == 0:
                free.add(near)
            elif board[near] == board[point] and near not in group:
                group.add(near)
                todo.append(near)
    return free


def test_the_go_position_is_legal_and_ends_with_the_ear_reddening_move():
    board = sample("go-board")
    assert board.shape == (19, 19)
    # 127 moves: 64 black and 63 white, less the five and four stones captured by then.
    assert [(board == colour).sum() for colour in (1, -1)] == [59, 59]
    assert board[8, 9] == 1
    assert all(_liberties(board, (int(r), int(c))) for r, c in np.argwhere(board))


def test_max_pooling_throws_every_white_stone_away():
    windows = sample("go-board")[:18, :18].reshape(9, 2, 9, 2).max(axis=(1, 3))
    assert (windows >= 0).all()
    assert (sample("go-board") == -1).any()


def test_a_seed_always_gives_the_same_digits():
    # NumPy keeps the stream of PCG64 stable, so a link made today replays in years.
    np.testing.assert_array_equal(random_matrix(0, 2, 4), [[6, 2, 0, 0], [8, 9, 6, 7]])
    x = random_matrix(1, 50, 40)
    assert x.shape == (50, 40)
    assert x.dtype == np.float64
    assert sorted(set(x.ravel())) == list(range(10))
    assert (random_matrix(2, 50, 40) != x).any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 2, 2), "seed must be at least 0, got -1"),
        ((0, 0, 2), "rows must be at least 1, got 0"),
        ((0, 2, -3), "cols must be at least 1, got -3"),
    ],
)
def test_an_impossible_draw_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        random_matrix(*arguments)


def test_credits_list_every_file_with_its_hash_and_no_other():
    text = (IMAGES / "CREDITS.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (\S+\.\w+) \| ([0-9a-f]{64}) \|$", text, re.M))
    found = {
        path.relative_to(IMAGES).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in IMAGES.rglob("*.*")
        if path.name != "CREDITS.md"
    }
    assert listed == found
    for name in found:
        section = text.split(f"## {name}", 1)[1].split("\n## ")[0]
        for word in ("Author", "Licence", "Source", "Changed"):
            assert word in section, f"{name} lacks {word}"


@pytest.mark.parametrize("path", sorted(IMAGES.glob("*.png")), ids=lambda path: path.name)
def test_pictures_are_small_and_grey(path):
    assert path.stat().st_size < 60_000
    with Image.open(path) as picture:
        assert picture.mode == "L"
