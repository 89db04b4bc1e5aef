"""Commas, points and gaps in numbers: what other numbers settle, what is said where none does."""

import pytest

from poolviz.readers import ReadError, read_csv

SETTLED = {
    "decimal commas in quotes": ('"0,5","1,25"\n"2","3"', [[0.5, 1.25], [2, 3]]),
    "and in one column": ('"0,5"\n"1,25"', [[0.5], [1.25]]),
    "quotes and semicolons": ('"0,5";"1;5"', None),
    "thousands and a decimal point": ('"1,234.5","2"', [[1234.5, 2]]),
    "millions": ('"1,234,567","2"', [[1234567, 2]]),
    "a decimal point elsewhere settles it": ('"1,234","0.5"', [[1234, 0.5]]),
    "a decimal comma elsewhere settles it": ('"1,234","0,5"', [[1.234, 0.5]]),
    "a leading zero is no thousand": ('"0,123","0,250"', [[0.123, 0.25]]),
    "points between thousands": ("1.234,5;1.000", [[1234.5, 1000]]),
    "points in millions": ("1.234.567;1.000", [[1234567, 1000]]),
    "points that are decimal beside decimal commas": ("0,5;2.25;1.125", [[0.5, 2.25, 1.125]]),
    "gaps": ("1 234,5;−12 000", [[1234.5, -12000]]),
    "apostrophes": ("1'234.5,2’000", [[1234.5, 2000]]),
    "gaps that do not break": ("1\u00a0234 5\u202f678", [[1234, 5678]]),
    "decimal commas between spaces": ("0,5 1,25\n2,5 3", [[0.5, 1.25], [2.5, 3]]),
    "thousands between spaces": ("1,234.5 2,000", [[1234.5, 2000]]),
    "tabs": ("0,5\t1,250", [[0.5, 1.25]]),
}


@pytest.mark.parametrize(("text", "matrix"), SETTLED.values(), ids=SETTLED)
def test_marks_that_another_number_settles(text, matrix):
    if matrix is None:
        with pytest.raises(ReadError, match="is not a number"):
            read_csv(text)
        return
    reading = read_csv(text)
    assert reading.matrix.tolist() == matrix
    assert reading.decimal is None
    assert not [note for note in reading.notes if "as well" in note]


OPEN = {
    "between semicolons": ("1,234;5", [[1.234, 5]], ",", [[1234, 5]]),
    "in quotes": ('"1,234","5"', [[1234, 5]], ".", [[1.234, 5]]),
    "between spaces": ("1,234 5,678", [[1234, 5678]], ".", [[1.234, 5.678]]),
    "one column or two": ("0,5\n1,25\n3,0", [[0, 5], [1, 25], [3, 0]], ".", [[0.5], [1.25], [3]]),
    "one column, as zeros tell": ("0,5\n1,05", [[0.5], [1.05]], ",", [[0, 5], [1, 5]]),
}


@pytest.mark.parametrize(("text", "matrix", "decimal", "other"), OPEN.values(), ids=OPEN)
def test_what_nothing_settles_is_said_and_can_be_turned(text, matrix, decimal, other):
    reading = read_csv(text)
    assert reading.matrix.tolist() == matrix
    assert reading.decimal == decimal
    assert any("as well" in note or "one column" in note for note in reading.notes)
    turned = read_csv(text, decimal="." if decimal == "," else ",")
    assert turned.matrix.tolist() == other
    assert not [note for note in turned.notes if "as well" in note]


def test_thousands_are_said_with_an_example():
    assert read_csv('"1,234.5","2"').notes == ("“1,234.5” is read as 1234.5.",)
    assert read_csv("1 234;5").notes == ("“1 234” is read as 1234.",)
    assert read_csv("1.234,5;2.000").notes == ("“1.234,5” is read as 1234.5.",)


@pytest.mark.parametrize("text", ['"0,5","1,234.5"', '"1,234.5";"1.234,5"', '"0.5","1.234.567"'])
def test_marks_that_contradict_each_other_are_refused(text):
    with pytest.raises(ReadError, match="different meanings"):
        read_csv(text)


@pytest.mark.parametrize("text", ['"1,23,4","2"', '"12,34.5","2"', "1.23.4;1", '"1234,567.8","1"'])
def test_what_is_no_grouping_is_no_number(text):
    with pytest.raises(ReadError, match="is not a number"):
        read_csv(text)


def test_three_columns_or_a_space_leave_no_doubt():
    for text in ("1,2,3\n4,5,6", "1, 3\n4, 7", "1,2.5\n3,4"):
        assert read_csv(text).notes == ()


def test_whole_numbers_beyond_2_53_say_what_they_became():
    reading = read_csv("9007199254740993,1,2")
    assert reading.matrix.tolist() == [[9007199254740992, 1, 2]]
    (note,) = reading.notes
    assert "“9007199254740993” to 9007199254740992" in note
    assert read_csv("9007199254740994,-36028797018963968,1").notes == ()


def test_a_wrong_word_for_the_decimal_sign_is_the_callers_fault():
    with pytest.raises(ValueError, match=r"decimal must be one of \., ,, got ';'"):
        read_csv("1;2", decimal=";")
