"""What is said about the frameworks, against the engine, and the conventions by hand."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.wings.pooling.core.frameworks import topics
from tests.in_turn import in_turn

X = np.array([[1.0, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]])


def told(variant, geometry, x=X):
    return {topic.title: topic for topic in topics(pv.pool(x, variant, geometry))}


@pytest.mark.parametrize("variant", pv.VARIANTS)
@in_turn(
    "geometry",
    [
        pv.Sliding(2),
        pv.Sliding(3, 2, 1, ceil_mode=True),
        pv.Sliding(2, 1, dilation=2),
        pv.Sliding((3, 2), 2, "same_upper"),
    ],
)
def test_every_state_has_its_topics(variant, geometry):
    found = told(variant(), geometry)
    assert {"Output size", "Default stride", "What can be asked for"} <= set(found)
    for topic in found.values():
        assert set(topic.answers) == {"PyTorch", "Keras", "ONNX"}
        assert all(topic.answers.values())
        assert all(topic.results.values())
        assert topic.why
        assert topic.smallest


def test_output_sizes():
    topic = told(pv.Max(), pv.Sliding(2, ceil_mode=True), np.ones((5, 5)))["Output size"]
    assert topic.answers["PyTorch"] == "3 × 3"
    assert topic.answers["Keras"] == "“valid”: 2 × 2, “same”: 3 × 3"
    assert list(topic.results.values()) == ["[1, 3]", "[1, 3, 4]", "[1, 3, 4]"]


def test_default_strides():
    topic = told(pv.Max(), pv.Sliding(2))["Default stride"]
    assert topic.answers == {"PyTorch": "2 × 2", "Keras": "2 × 2", "ONNX": "3 × 3"}
    assert topic.results == {"PyTorch, Keras": "[4, 3]", "ONNX": "[4, 4, 3]"}
    assert topic.differs


def test_what_can_be_asked_for():
    def asked(variant, geometry):
        return list(told(variant, geometry)["What can be asked for"].answers.values())

    yes, no = "as it stands", "not in one call"
    assert asked(pv.Max(), pv.Sliding(2)) == [yes, yes, yes]
    assert asked(pv.Max(), pv.Sliding(2, 1, dilation=2)) == [yes, no, yes]
    assert asked(pv.Average(), pv.Sliding(2, 1, dilation=2)) == [no, no, yes]
    assert asked(pv.Max(), pv.Sliding(3, 2, 1)) == [yes, no, yes]
    assert asked(pv.Max(), pv.Sliding(3, 1, "same_upper")) == [yes, yes, yes]
    assert asked(pv.SoftPool(), pv.Sliding(2)) == ["no layer of its own"] * 3


def test_padding_never_wins_unless_it_is_put_there_by_hand():
    topic = told(pv.Max(), pv.Sliding(3, 2, 1))["What padding holds"]
    assert topic.answers["PyTorch"] == "−∞"
    assert list(topic.results.values()) == ["[−1, −1]", "[0, 0]"]


def test_ties_nan_divisor_and_norm():
    found = told(pv.Max(), pv.Sliding(2), np.ones((2, 2)))
    assert list(found["Ties"].results.values()) == ["[1, 0]", "[0.5, 0.5]"]
    assert "This input has such a window." in found["Ties"].why
    assert "This input" not in told(pv.Max(), pv.Sliding(2))["Ties"].why
    assert found["NaN"].results == {"PyTorch": "[NaN], place 2"}
    found = told(pv.Average(), pv.Sliding(2, padding=1))
    assert found["The divisor at the border"].differs
    assert list(found["The divisor at the border"].results.values()) == ["[4, 4]", "[6, 6]"]
    found = told(pv.L2Norm(), pv.Sliding(2))
    assert list(found["Norm or mean"].results.values()) == ["[7]", "[3.5]"]


def test_nothing_fits_is_said():
    run = pv.pool(np.ones((2, 2)), pv.Max(), pv.Sliding(3, 1, 1))
    sizes = topics(run)[0].answers
    assert sizes["PyTorch"] == "2 × 2"
    assert "no window fits" in sizes["Keras"]


def test_adaptive_windows_differ_unless_the_sizes_divide():
    even = topics(pv.pool(np.ones((6, 6)), pv.Max(), pv.Adaptive(3)))[0]
    assert not even.differs
    assert list(even.results.values()) == ["[0.5, 2, 3.5]", "[1, 2, 3]"]
    odd = topics(pv.pool(np.ones((7, 6)), pv.Max(), pv.Adaptive(3)))[0]
    assert odd.differs
    assert odd.answers["ONNX"] == "no layer of its own"
