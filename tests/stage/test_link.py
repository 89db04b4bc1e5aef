"""What a link's texts mean: one number each, as a person writes it."""

import pytest

from poolviz.stage.link import between, real


@pytest.mark.parametrize("text", ["1_0", "٣", "0x1p3", "1,5", "", "1e101"])
def test_a_number_in_a_link_is_written_in_plain_digits(text):
    for read in (real, between(0, 1e300)):
        with pytest.raises(ValueError, match=r"number"):
            read(text)


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "2.01"])
def test_a_number_with_limits_is_finite_and_within_them(text):
    with pytest.raises(ValueError, match="a number from 0 to 2 is needed"):
        between(0, 2)(text)
