"""What an input does not admit comes down with a sentence, and comes back with another input."""

import numpy as np
import pytest

from poolviz.readers import pack_matrix
from poolviz.stage import address
from poolviz.wings.pages import BY_ADDRESS

FITTED = ["windows", "gradients", "unpooling", "compare"]


def settled(page, values, **changed):
    return address.settle(page, values.but(**changed), values)


def first(page):
    return address.settle(page, address.read(page, {})[0])[0]


def own(rows, cols):
    return {
        "sample": "own",
        "matrix": pack_matrix(np.arange(1.0, rows * cols + 1).reshape(rows, cols)),
    }


@pytest.fixture(params=FITTED)
def page(request):
    return BY_ADDRESS[request.param]


def test_a_kernel_larger_than_the_input_is_told_and_comes_down(page):
    values, told = settled(page, first(page), kernel_size=(9, 9))
    assert values["kernel_size"] == (4, 4)
    assert told == ("Kernel size was 9; 4 is the most that is possible here.",)
    assert settled(page, values)[1] == (), "it is said once"


@pytest.mark.parametrize("key", ["kernel_size", "stride", "dilation"])
def test_what_is_too_large_can_be_typed_so_that_it_is_told(page, key):
    control = next(c for c in page.controls if c.key == key)
    assert control.kind.limit is None, "the page says it, not the box"


def test_a_kernel_that_a_vector_made_flat_comes_back_with_a_picture(page):
    flat, told = settled(page, first(page), **own(1, 6))
    assert flat["kernel_size"] == (1, 2)
    assert told == ("Kernel size was 2; 1,2 is the most that is possible here.",)
    again, told = settled(page, flat, sample="ramp", matrix=None)
    assert again["kernel_size"] == (2, 2)
    assert told == ("Kernel size is 2 again.",)


def test_it_comes_back_as_far_as_the_next_input_admits(page):
    values = settled(page, first(page), kernel_size=(9, 9))[0]
    values, told = settled(page, values, **own(6, 6))
    assert values["kernel_size"] == (6, 6)
    assert told == ("Kernel size was 9; 6 is the most that is possible here.",)


def test_what_a_person_chose_since_stands(page):
    flat = settled(page, first(page), **own(1, 6))[0]
    chosen = settled(page, flat, kernel_size=(1, 3))[0]
    assert settled(page, chosen, sample="ramp", matrix=None)[0]["kernel_size"] == (1, 3)


def test_a_stride_that_follows_the_kernel_says_so(page):
    values, told = settled(page, first(page), kernel_size=(3, 3))
    assert values["stride"] is None
    assert told == ("The stride follows the kernel, as in PyTorch: it is 3 now.",)
    assert settled(page, values)[1] == ()
    fixed = settled(page, values, stride=(1, 1))[0]
    assert settled(page, fixed, kernel_size=(2, 2))[1] == ()


def test_a_link_has_nothing_to_say_of_its_stride(page):
    values, complaints = address.read(page, {"kernel_size": "3"})
    assert (address.settle(page, values)[1], complaints) == ((), ())


def test_a_gradient_for_an_output_that_is_gone_moves_and_says_so():
    page = BY_ADDRESS["gradients"]
    values, _said = settled(page, first(page), stride=(1, 1), upstream="one-hot", dy_cell=(2, 2))
    values, told = settled(page, values, stride=(2, 2))
    assert values["dy_cell"] == (1, 1)
    assert told == ("Output cell was 2; 1 is the most that is possible here.",)
