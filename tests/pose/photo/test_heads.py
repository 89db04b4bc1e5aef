"""What each of MoveNet's four heads is for, on maps made by hand."""

import numpy as np
import pytest

from poolviz.pose.photo.heads import CELLS, read

LOW, HIGH = -20.0, 20.0
"""Before the sigmoid: 0 and 1."""


def maps(**changed):
    """Nobody anywhere; what is given is changed."""
    made = {
        "center": np.full((CELLS, CELLS, 1), LOW, np.float32),
        "regress": np.zeros((CELLS, CELLS, 34), np.float32),
        "heat": np.full((CELLS, CELLS, 17), LOW, np.float32),
        "offset": np.zeros((CELLS, CELLS, 34), np.float32),
    }
    return made | changed


def test_of_two_people_the_one_nearer_to_the_middle_is_taken():
    center = maps()["center"]
    center[24, 4] = 0.2  # more likely a person
    center[24, 28] = 0.0
    assert read(maps(center=center)).person == (24, 28)


def test_without_any_person_the_middle_answers():
    assert read(maps()).person == (24, 24)


def test_the_rough_place_is_the_person_and_what_regress_says_there():
    regress = maps()["regress"]
    regress[24, 24, 2 * 9 : 2 * 9 + 2] = -3, 5.5
    found = read(maps(regress=regress))
    assert found.rough[9].tolist() == [21, 29.5]
    assert found.rough[8].tolist() == [24, 24]


def test_of_two_wrists_the_one_near_the_rough_place_is_taken():
    heat = maps()["heat"]
    heat[20, 24, 9], heat[40, 24, 9] = 0.5, HIGH
    found = read(maps(heat=heat))
    assert found.cells[9].tolist() == [20, 24]
    assert found.scores[9] == pytest.approx(1 / (1 + np.exp(-0.5)))
    # 4 cells away: 1 / (4 + 1.8)
    assert found.near[9, 20, 24] == pytest.approx(found.scores[9] / 5.8, rel=1e-3)


def test_the_offset_is_read_at_the_joints_cell_and_a_cell_is_a_48th():
    heat, offset = maps()["heat"], maps()["offset"]
    heat[10, 12, 0] = HIGH
    offset[10, 12, :2] = 0.25, -0.5
    found = read(maps(heat=heat, offset=offset))
    # float16 of the file: a 48th is .02082825
    np.testing.assert_allclose(found.places[0], [10.25 / 48, 11.5 / 48], rtol=5e-4)
    assert found.output.shape == (17, 3)
