"""Entries of the catalogue: every declaration once, its facts, and a picture that adds up."""

from xml.etree import ElementTree

import numpy as np
import pytest

import poolviz as pv
from poolviz.figures.card import card_picture
from poolviz.wings.pooling.catalogue.cards import entries, families, found, guesses, years

ENTRIES = [pytest.param(entry, id=entry.name) for entry in entries()]


def test_every_declaration_has_one_entry():
    assert [entry.cls for entry in entries()] == [*pv.VARIANTS, *pv.OPERATORS, *pv.BLOCKS]
    assert sum(len(found(chosen=(family,))) for family in families()) == len(entries())


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_is_complete(entry):
    assert 1930 <= entry.year <= 2026
    assert entry.year in years()
    assert entry.sentence
    assert entry.domain
    assert {"PyTorch", "Keras", "ONNX"} <= set(entry.names)
    assert entry.matches(entry.name)
    assert entry.matches(entry.cls.reference.split(",")[0].upper())
    for parameter in entry.parameters:
        assert parameter.help
        assert parameter.allowed


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_picture_is_small_and_has_every_output_in_it(entry):
    html = card_picture(entry.sketch, entry.takes_windows)
    figure = ElementTree.fromstring(html)
    drawn = "".join(figure.itertext())
    cells = entry.sketch.cells.size * (1 + entry.takes_windows)
    assert len(figure.findall(".//i")) == cells + sum(each.size for each in entry.sketch.outputs)
    assert len(html) < 2_000
    assert figure.get("aria-label") == entry.sketch.alt
    assert "output" in drawn
    assert ("gradient" in drawn) == entry.takes_windows
    assert entry.sketch.cells.size > 0
    assert entry.sketch.alt


def test_the_picture_adds_up():
    sketch = next(entry for entry in entries() if entry.name == "Average").sketch
    np.testing.assert_array_equal(sketch.shares, np.full((2, 2), 0.25))
    assert [grid.tolist() for grid in sketch.outputs] == [[[3.75]]]
    sketch = next(entry for entry in entries() if entry.name == "MaxMin").sketch
    assert len(sketch.outputs) == 2


def test_filters_work_together():
    names = [entry.name for entry in found("shi neural", ("Ranks",), 2016, 2016)]
    assert names == ["RankAverage", "RankWeighted", "MaxTwoMean"]
    assert found(since=2024) == []


def test_each_question_has_one_right_answer():
    for question in guesses():
        assert [choice.right for choice in question.choices].count(True) == 1
        value = question.text.split("makes ")[1].split(" of")[0]
        assert question.answer.why.endswith(value)
        assert not any(c.why.endswith(f"= {value}") for c in question.choices if not c.right)
