"""Which answers are withheld while a person predicts."""

import pytest

from poolviz.ui.quiz import hidden_from


@pytest.mark.parametrize(
    ("at", "label", "windows", "hidden"),
    [
        (0, None, 4, 0),
        (0, "7", 4, 1),
        (1, None, 4, 1),
        (1, "2", 4, None),  # two windows are asked, and then everything may be seen
        (2, None, 4, None),
        (0, None, 1, 0),
        (0, "7", 1, None),
        (1, None, 2, 1),
        (1, "2", 2, None),
    ],
)
def test_the_first_two_windows_are_withheld_until_each_is_answered(at, label, windows, hidden):
    assert hidden_from({"at": at, "label": label}, windows) == hidden
