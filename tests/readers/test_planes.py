"""Of an array of more than two axes one plane is read: which one is said and can be chosen."""

import numpy as np
import pytest

from poolviz.readers import ReadError, read_file, read_npy
from tests.readers.files import npy

X = np.arange(60.0)
TAKEN = {
    "channels first": ((3, 4, 5), lambda x: x[0], "first"),
    "channels last": ((4, 5, 3), lambda x: x[..., 0], "last"),
    "a batch, channels first": ((2, 2, 3, 5), lambda x: x[0, 0], "first"),
    "a batch, channels last": ((1, 5, 4, 3), lambda x: x[0, :, :, 0], "last"),
    "four on four after many": ((3, 4, 4), lambda x: x[0], "first"),
    "few channels on few": ((6, 2, 2), lambda x: x[0], "first"),
}


def array(shape):
    return np.arange(float(np.prod(shape))).reshape(shape)


@pytest.mark.parametrize(("shape", "plane", "layout"), TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("order", ["C", "F"])
def test_what_is_taken_unasked_is_said(shape, plane, layout, order):
    x = array(shape)
    reading = read_npy(npy(np.asarray(x, order=order)))
    np.testing.assert_array_equal(reading.matrix, plane(x))
    assert (reading.planes.layout, reading.planes.plane) == (layout, 0)
    other = "x[0]" if layout == "last" else "x[..., 0]"
    (note,) = reading.notes
    assert " × ".join(map(str, shape)) in note
    assert note.endswith(f"give {other}.")


def test_any_plane_of_either_layout_can_be_asked_for():
    x = array((2, 3, 4, 5))
    first = [read_npy(npy(x), layout="first", plane=n).matrix for n in range(6)]
    np.testing.assert_array_equal(np.reshape(first, x.shape), x)
    last = [read_file(npy(x), layout="last", plane=n).matrix for n in range(10)]
    np.testing.assert_array_equal(last[7], x[1, :, :, 2])
    assert len(last) == read_npy(npy(x), layout="last").planes.count


def test_a_layout_that_is_asked_for_keeps_axes_of_length_1():
    x = array((3, 1, 5))
    assert read_npy(npy(x)).matrix.shape == (3, 5)
    assert read_npy(npy(x), layout="first").matrix.tolist() == [x[0, 0].tolist()]
    assert read_npy(npy(x), layout="last", plane=4).matrix.tolist() == x[..., 4].tolist()


def test_a_plane_that_is_not_there_is_refused_with_how_many_there_are():
    for plane in (3, -1):
        with pytest.raises(ReadError, match="the array has 3, counted from 0"):
            read_npy(npy(array((3, 4, 5))), plane=plane)
    with pytest.raises(ValueError, match="layout must be one of first, last, got 'middle'"):
        read_npy(npy(X), layout="middle")


def test_only_the_plane_must_be_small_enough():
    x = np.zeros((5, 400, 300), dtype=np.uint8)
    assert read_npy(npy(x)).matrix.shape == (400, 300)
    with pytest.raises(ReadError, match="600 × 2 is too large"):
        read_npy(npy(np.zeros((5, 600, 2))), layout="first")
    with pytest.raises(ReadError, match="8"):
        read_npy(npy(np.zeros((2,) * 9)))
