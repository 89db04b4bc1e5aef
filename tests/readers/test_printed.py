"""Arrays as libraries print them. What is printed stands here as it was copied, line by line."""

import numpy as np
import pytest

from poolviz.readers import ReadError, read_csv

FOUR_AXES = """tensor([[[[ 0.,  2.],
          [ 4.,  6.]],

         [[ 8., 10.],
          [12., 14.]]]], grad_fn=<MulBackward0>)"""
PRINTED = {
    "four axes, one batch": (FOUR_AXES, [[0, 2], [4, 6]]),
    "a gradient function": ("tensor([[1., 2.]], grad_fn=<AddBackward0>)", [[1, 2]]),
    "a device": ("tensor([[1., 2.]], device='cuda:0', dtype=torch.float16)", [[1, 2]]),
    "a parameter": (
        "Parameter containing:\ntensor([[1., 1.],\n        [1., 3.]], requires_grad=True)",
        [[1, 1], [1, 3]],
    ),
    "exponents and nan": (
        "tensor([[1.0000e+00, 1.0000e+08],\n        [       nan,       -inf]])",
        [[1, 1e8], [np.nan, -np.inf]],
    ),
    "true and false": ("tensor([[ True, False]])", [[1, 0]]),
    "NumPy's bare print": (
        "[[[[1 2]\n   [3 4]]\n\n  [[5 6]\n   [7 8]]]]",
        [[1, 2], [3, 4]],
    ),
    "NumPy's own type": ("array([[1., 2.]], dtype=float32)", [[1, 2]]),
    "NumPy's shape": ("array([[1, 2]], shape=(1, 2))", [[1, 2]]),
    "TensorFlow": (
        "<tf.Tensor: shape=(1, 2), dtype=float32, numpy=array([[1., 2.]], dtype=float32)>",
        [[1, 2]],
    ),
    "JAX": ("Array([[1., 2.]], dtype=float32)", [[1, 2]]),
    "a line of a program": ("x = np.array([[1, 2], [3, 4]])", [[1, 2], [3, 4]]),
    "one axis": ("tensor([1, 2])", [[1, 2]]),
    "one number in four axes": ("tensor([[[[5.]]]])", [[5]]),
}


@pytest.mark.parametrize(("text", "matrix"), PRINTED.values(), ids=PRINTED)
def test_what_libraries_print_is_read(text, matrix):
    np.testing.assert_array_equal(read_csv(text).matrix, matrix)


@pytest.mark.parametrize("text", [FOUR_AXES, "[[[0, 2], [4, 6]], [[8, 10], [12, 14]]]"])
def test_the_second_plane_can_be_asked_for(text):
    assert read_csv(text, plane=1).matrix.tolist() == [[8, 10], [12, 14]]


def test_channels_last_in_a_print():
    text = "[[[1 2]\n  [3 4]\n  [5 6]]\n\n [[7 8]\n  [9 10]\n  [11 12]]\n\n [[0 0] [0 0] [0 13]]]"
    reading = read_csv(text)
    assert reading.matrix.tolist() == [[1, 3, 5], [7, 9, 11], [0, 0, 0]]
    assert reading.planes.layout == "last"
    assert read_csv(text, plane=1).matrix.tolist() == [[2, 4, 6], [8, 10, 12], [0, 0, 13]]
    assert read_csv(text, layout="first", plane=1).matrix.tolist() == [[7, 8], [9, 10], [11, 12]]


SHORTENED = (
    "tensor([[0., 0., 0.],\n        ...,\n        [0., 0., 0.]])",
    "[[0 1 ... 8 9]\n [1 2 ... 9 10]]",
    "array([0, 1, 2, ..., 9997, 9998, 9999], shape=(10000,))",
    "tensor(..., device='meta', size=(2, 2))",
)


@pytest.mark.parametrize("text", SHORTENED)
def test_a_print_that_left_numbers_out_is_refused(text):
    with pytest.raises(ReadError, match=r"shortened.*threshold"):
        read_csv(text)


@pytest.mark.parametrize(
    "text",
    [
        "tensor(indices=tensor([[0, 1]]), values=tensor([1., 1.]))",
        "f(x)[1, 2] + 3",
        "[1 [2]]",
        "[]",
    ],
)
def test_what_is_no_plain_array_is_refused(text):
    with pytest.raises(ReadError):
        read_csv(text)


def test_rows_of_different_lengths_in_a_print_are_refused():
    with pytest.raises(ReadError, match="Numbers in line 2: 3; in the first row: 2"):
        read_csv("[[1, 2], [3, 4, 5]]")
    with pytest.raises(ReadError, match="not of one shape"):
        read_csv("[[[1, 2], [1, 2], [1, 2]], [[1, 2], [1], [1, 2]], [[1, 2], [1, 2], [1, 2]]]")


@pytest.mark.torch
def test_what_this_pytorch_prints_is_read():
    torch = pytest.importorskip("torch")
    x = torch.arange(24.0).reshape(1, 2, 3, 4).requires_grad_() * 2
    assert read_csv(repr(x), plane=1).matrix.tolist() == x[0, 1].tolist()


def test_what_this_numpy_prints_is_read():
    x = np.arange(60).reshape(3, 4, 5) - 0.5
    for text in (repr(x), str(x), repr(x.astype(np.float32))):
        np.testing.assert_array_equal(read_csv(text, plane=2).matrix, x[2])
