"""The flip test needs a shift only where pixels are counted by their edges."""

import numpy as np
import pytest

from poolviz.pose import COCO17
from poolviz.pose.topdown.decode import blob, dark
from poolviz.pose.topdown.flip import cell_of, flip_averaged, flip_shift, mirrored_back

WIDTH, STRIDE = 96, 4
X, Y = 53.0, 40.0


def maps(x, joint, centres):
    """Maps of one joint at pixel x, as a perfect network gives them."""
    made = np.zeros((17, WIDTH // STRIDE, WIDTH // STRIDE))
    made[joint] = blob(cell_of(x, STRIDE, centres), cell_of(Y, STRIDE, centres), 2,
                       made.shape[1:])  # fmt: skip
    return made


def back(centres):
    """What the mirrored picture's maps say of the left wrist, mirrored back."""
    flipped = maps(WIDTH - 1 - X, COCO17.mirror[9], centres)
    return mirrored_back(flipped)[9]


@pytest.mark.parametrize(("stride", "shift"), [(2, 0.5), (4, 0.75), (8, 0.875)])
def test_mirror_and_back_moves_a_map_by_s_less_1_over_s(stride, shift):
    assert flip_shift(stride, centres=False) == pytest.approx(shift)
    assert flip_shift(stride) == pytest.approx(0)


def test_the_map_really_moves_three_quarters_of_a_cell():
    moved = dark(maps(X, 9, False)[9])[0] - dark(back(False))[0]
    assert moved == pytest.approx(0.75)
    assert moved - 1 == pytest.approx(-0.25)  # one cell to the right leaves a quarter
    assert dark(maps(X, 9, True)[9])[0] == pytest.approx(dark(back(True))[0])


def test_left_and_right_change_places():
    flipped = maps(WIDTH - 1 - X, 10, True)
    assert mirrored_back(flipped)[9].max() > 0.9
    assert mirrored_back(flipped)[10].max() == 0


def test_averaging_with_a_shift_moves_to_the_right():
    own, flipped = np.zeros((17, 1, 4)), np.zeros((17, 1, 4))
    flipped[0, 0] = 1, 2, 3, 4
    assert flip_averaged(own, flipped)[0, 0].tolist() == [2, 1.5, 1, 0.5]
    assert flip_averaged(own, flipped, 1)[0, 0].tolist() == [2, 2, 1.5, 1]
