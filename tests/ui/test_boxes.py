"""Numbers that a box cannot take: no red box with a hidden reason, but a sentence in sight."""

import pytest

from poolviz.stage.task import Wholes
from tests.ui.app import nodes, open_page

CASES = [
    ("sequences", "KMax.k", 99, 12, "Cells kept, k was 99; 12 is the nearest that is possible"),
    ("sequences", "KMax.k", 0, 1, "Cells kept, k was 0; 1 is the nearest that is possible"),
    ("global", "channels", 9000, 8192, "possible here: 1 to 8192."),
    ("adaptive", "output_size.0", 99, 28, "Output size, rows was 99; 28 is the nearest"),
    ("windows", "kernel_size", 0, 1, "Kernel size was 0; 1 is the nearest that is possible"),
    ("windows", "kernel_size", 99, 4, "Kernel size was 99; 4 is the most that is possible here."),
    ("coco_eval", "seed", 12345, 9999, "Seed was 12345; 9999 is the nearest"),
    ("oks", "pixels", 0, 1, "Pixels was 0; 1 is the nearest"),
]


def told(at):
    return [each.value for each in (*at.warning, *at.info)]


@pytest.mark.parametrize(("address", "key", "asked", "given", "says"), CASES)
def test_the_nearest_possible_number_stands_and_a_sentence_says_why(
    address, key, asked, given, says
):
    at = open_page(address, mode="watch")
    widget = f"control.{key}"
    at.number_input(key=widget).set_value(asked).run()
    assert not at.exception
    assert at.number_input(key=widget).value == given
    assert len([sentence for sentence in told(at) if says in sentence]) == 1
    assert len([sentence for sentence in told(at) if str(asked) in sentence]) == 1
    at.run()
    assert not [sentence for sentence in told(at) if says in sentence], "it is said once"


def test_no_box_has_limits_that_only_the_browser_knows():
    for address in ("windows", "sequences", "global", "adaptive", "oks", "coco_eval", "practise"):
        for box in nodes(open_page(address, mode="watch"), "number_input"):
            assert not box.proto.has_min, (address, box.key)
            assert not box.proto.has_max, (address, box.key)


def test_a_side_that_is_too_long_for_an_input_says_so():
    at = open_page("windows", sample="random", mode="watch")
    at.number_input(key="input_rows").set_value(1000).run()
    most = at.number_input(key="input_rows").value
    assert any(f"Rows was 1000; {most} is the nearest" in sentence for sentence in told(at))


def test_a_number_of_an_exercise_that_cannot_be_says_so():
    with pytest.raises(ValueError, match="Row must be 0 to 3"):
        Wholes((("Row", 3), ("Column", 3))).read((9, 0))
    with pytest.raises(ValueError, match="Column must be 0 to 3"):
        Wholes((("Row", 3), ("Column", 3))).read((0, -1))
