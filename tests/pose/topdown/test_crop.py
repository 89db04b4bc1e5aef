"""Crops there and back, RMPE's transformers, and resizing as Pillow does it."""

import numpy as np
import pytest
from PIL import Image

from poolviz.pose.topdown.crop import crop_matrix, inverse, moved, resized, scaled, turned, turning

BOX, SIZE = (40, 20, 80, 160), (192, 256)


def picture(rows=40, cols=30):
    return np.random.default_rng(0).integers(0, 256, (rows, cols, 3), np.uint8)


def test_the_facts_box_takes_100_60_to_144_64_and_back():
    there = crop_matrix(BOX, SIZE)
    np.testing.assert_allclose(moved([[100, 60]], there), [[144, 64]])
    np.testing.assert_allclose(moved([[144, 64]], inverse(there)), [[100, 60]])


def test_places_counted_by_centres_are_half_a_pixel_off_on_both_sides():
    # (x - x0 + .5) W / w - .5
    expected = ((100 - 40 + 0.5) * 192 / 80 - 0.5, (60 - 20 + 0.5) * 256 / 160 - 0.5)
    np.testing.assert_allclose(moved([[100, 60]], crop_matrix(BOX, SIZE, True)), [expected])


def test_stn_and_sdtn_are_inverse_and_have_the_facts_numbers():
    theta = np.array([[0.8, 0.1, 0.05], [-0.1, 0.9, -0.2]])
    gamma = [[1.232877, -0.136986, -0.089041], [0.136986, 1.09589, 0.212329]]
    np.testing.assert_allclose(inverse(theta), gamma, atol=5e-7)
    whole = np.linalg.inv(np.vstack([theta, [0, 0, 1]]))
    np.testing.assert_allclose(inverse(theta), whole[:2], atol=1e-12)


def test_what_is_flat_has_no_way_back():
    with pytest.raises(ValueError, match="matrix must have an inverse"):
        inverse(np.array([[1.0, 2, 0], [2, 4, 0]]))


@pytest.mark.parametrize("box", [(0, 0, 0, 10), (0, 0, 10, -1)])
def test_a_box_without_area_is_refused(box):
    with pytest.raises(ValueError, match="box must have a width and a height above 0"):
        crop_matrix(box, SIZE)
    with pytest.raises(ValueError, match="box must have a width and a height above 0"):
        resized(picture(), box, SIZE)


@pytest.mark.parametrize("size", [(12, 16), (30, 40), (64, 50)])
@pytest.mark.parametrize("box", [(0, 0, 30, 40), (3.5, 7.25, 20.5, 21)])
def test_resizing_is_pillows_to_the_bit(box, size):
    x, y, w, h = box
    theirs = Image.fromarray(picture()).resize(size, Image.BILINEAR, (x, y, x + w, y + h))
    np.testing.assert_array_equal(resized(picture(), box, size), np.asarray(theirs))


def test_outside_the_picture_is_black():
    crop = resized(picture(), (-30, 0, 60, 40), (60, 40))
    assert (crop[:, :30] == 0).all()
    np.testing.assert_array_equal(crop[:, 30:], picture())


def test_a_box_far_outside_is_black_all_over():
    assert not resized(picture(), (1000, 1000, 10, 10), (8, 8)).any()


def test_turning_is_about_the_middle_of_the_box():
    box = (10, 10, 8, 4)
    np.testing.assert_allclose(moved([[14, 12]], turning(box, 37)), [[14, 12]])
    # counter-clockwise as it is seen: what is right of the middle goes above it
    np.testing.assert_allclose(moved([[17, 12]], turning(box, 90)), [[14, 9]])


def test_a_picture_turned_by_90_degrees_is_numpys():
    square = picture(20, 20)
    np.testing.assert_array_equal(turned(square, (0, 0, 20, 20), 90), np.rot90(square))


def test_a_box_is_scaled_about_its_middle_and_moved_by_its_own_sides():
    assert scaled((10, 20, 40, 80), 0.5, -0.25, 0.1) == (10.0, 48.0, 20.0, 40.0)
