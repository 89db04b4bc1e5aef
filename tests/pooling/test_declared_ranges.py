"""What a declaration refuses: always a ``ValueError`` whose sentence begins with the argument."""

from dataclasses import fields
from itertools import pairwise, product
from math import inf, nan

import pytest

import poolviz as pv
from poolviz.pooling.variant import Param

DECLARED = (*pv.VARIANTS, *pv.OPERATORS)
NUMBERS = (-(10**9), -1.5, -1, 0, 1e-9, 0.5, 1, 2, 2.5, 3, 5, 7, 2**32, 1e300, inf, -inf, nan)
TUPLES = (
    (),
    *((v,) for v in (-1, 0, 0.5, 1, 2)),
    *((0.5, 1), (2, 1), (1, 2), (0, 0), (0.5, 0.25, 0.1), (1, 2, 3), (4, 3, 2, 1), (1,) * 6),
    *((1e308, 1e308), (inf, 1), (nan,), ("a",), (None,), ((1, 1, 2, 2),), ((0, 0, 1, nan),)),
)
ODD = (None, True, "first", "", b"1", object(), 1j, [1, 2], {}, Param)


def tried(field):
    """Values of every kind for a field, with those that its own range admits first."""
    limits = field.metadata["param"]
    own = limits.choices or ()
    return (field.default, *own, *NUMBERS, *TUPLES, *ODD)


def refused(cls, **setting):
    """The sentence with which a setting is refused, or None."""
    try:
        cls(**setting)
        said = None
    except ValueError as error:
        said = str(error)
    return said


def of_a_field(cls, said):
    """Whether nothing is said, or a sentence that begins with a field of the class."""
    return said is None or any(said.startswith(f"{f.name} must ") for f in fields(cls))


@pytest.mark.parametrize("cls", DECLARED, ids=lambda cls: cls.__name__)
def test_any_value_of_a_field_is_taken_or_refused_in_a_sentence(cls):
    for field in fields(cls):
        limits = field.metadata["param"]
        for value in tried(field):
            said = refused(cls, **{field.name: value})
            assert of_a_field(cls, said), said
            assert said is not None or limits.admits(tuple(value) if value == [1, 2] else value)


@pytest.mark.parametrize("cls", DECLARED, ids=lambda cls: cls.__name__)
def test_any_pair_of_admitted_values_is_taken_or_refused_in_a_sentence(cls):
    admitted = [
        [(f.name, v) for v in tried(f) if v != [1, 2] and f.metadata["param"].admits(v)][:14]
        for f in fields(cls)
    ]
    for some, others in pairwise([*admitted, *admitted]):
        for a, b in product(some, others):
            if a[0] != b[0]:
                said = refused(cls, **dict((a, b)))
                assert of_a_field(cls, said), (a, b, said)


def test_what_is_admitted_and_yet_refused_is_said_by_the_fields_together():
    """These are all of them: whoever adds one sees it here."""
    for cls, setting, sentence in (
        (pv.Tree, {"gates": (0.5, 1)}, "gates must hold 3 rows of equal length, got 2: (0.5, 1)"),
        (pv.Tree, {"leaves": (1, 2, 3)}, "leaves must hold 4 rows of equal length, got 3: "),
        (pv.Tree, {"depth": 3, "leaves": (1,) * 12}, "leaves must hold 8 rows of equal length"),
        (pv.Ordinal, {"weights": (0, 0)}, "weights must have a positive, finite sum or be None"),
        (pv.Ordinal, {"weights": (1e308, 1e308)}, "weights must have a positive, finite sum"),
        (pv.FractionalMax, {"samples": (0.5,)}, "samples must hold 2 numbers, got 1: (0.5,)"),
        (pv.FractionalMax, {"kernel_size": (2, 2, 2)}, "kernel_size must hold 2 numbers, got 3"),
        (pv.S3Pool, {"stride": 3}, "grid must be a multiple of the stride 3, got 4"),
        (pv.DynamicKMax, {"layer": 4}, "layer must be at most layers 3, got 4"),
    ):
        with pytest.raises(ValueError, match=r"^\w+ must ") as error:
            cls(**setting)
        assert sentence in str(error.value)


def test_the_lengths_of_tuples_can_be_asked_for():
    limits = {f.name: f.metadata["param"] for f in fields(pv.Tree)}
    for depth in (1, 2, 3):
        tree = pv.Tree(depth=depth)
        for rows in range(1, 20):
            fits = rows % 2**depth == 0
            assert (limits["leaves"].misfit(tree, (1.0,) * rows) == "") == fits
    assert limits["leaves"].misfit(pv.Tree(), None) == ""


@pytest.mark.parametrize("cls", DECLARED, ids=lambda cls: cls.__name__)
def test_a_bound_at_infinity_is_never_reached_as_its_words_say(cls):
    for field in fields(cls):
        limits = field.metadata["param"]
        if limits.kind == "real" and limits.choices is None:
            for end in (inf, -inf):
                assert not limits.admits(end)
                said = refused(cls, **{field.name: end})
                assert said
                assert of_a_field(cls, said), said
