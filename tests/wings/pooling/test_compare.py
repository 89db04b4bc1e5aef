"""Several variants over the same windows: scene, numbers and question."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.samples import sample
from poolviz.wings.pooling.compare.operators import operated
from poolviz.wings.pooling.compare.scene import (
    compare_scene,
    differences,
    largest_question,
    statistics,
)

A = sample("worked-example")


def runs(x=A, geometry=pv.Sliding(2)):  # noqa: B008
    variants = (pv.Max(), pv.Average(), pv.L2(), pv.Stochastic(phase="test"), pv.SoftPool())
    return [pv.pool(x, variant, geometry) for variant in variants]


def test_every_output_is_written_at_the_same_step():
    scene = compare_scene(runs())
    assert len(scene) == 4
    assert [p.name for p in scene.panels] == ["input", *(f"output {i}" for i in range(5))]
    for i, run in enumerate(runs()):
        np.testing.assert_allclose(scene.shown(f"output {i}", 3), run.output)
        assert scene.step(2).lit[f"output {i}"].written == 2
    assert scene.step(0).lit["input"].cells == (0, 1, 4, 5)
    assert "Max: 7; Average: 3.75" in scene.narration[0]


def test_backward_adds_up_what_each_variant_sends():
    found = runs(geometry=pv.Sliding(3, 1))
    scene = compare_scene(found, "backward")
    for i, run in enumerate(found):
        total = run.backward(np.ones(run.output.shape))
        np.testing.assert_allclose(scene.shown(f"dx {i}", len(scene) - 1), total, atol=1e-6)
    assert scene.shown("dx 0", len(scene) - 1)[1, 1] == 3  # the 7 receives three times


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_hidden_scenes_hold_no_answer(direction):
    scene = compare_scene(runs(), direction, hidden=True)
    assert all(np.isnan(p.told).all() for p in scene.panels if p.name.startswith("output"))
    for i in range(5):
        if direction == "backward":
            assert not np.nan_to_num(scene.shown(f"dx {i}", 3)).any()
    assert not any("3.75" in s or "0.25" in s for s in scene.narration)


def test_the_largest_picture_stays_small_on_the_wire():
    found = [*runs(sample("photograph"), pv.Sliding(3, 1))]
    found.append(pv.pool(sample("photograph"), pv.L2Norm(), pv.Sliding(3, 1)))
    for direction in ("forward", "backward"):
        assert len(compare_scene(found, direction).wire) < 150_000


def test_a_gradient_too_large_to_play_is_shown_whole():
    found = runs(sample("photograph"), pv.Sliding(9, 1))
    scene = compare_scene(found, "backward")
    assert len(scene.wire) < 150_000
    region = np.s_[14 : 14 + 28, 14 : 14 + 28]
    ones = np.zeros(found[1].output.shape)
    ones[region] = 1
    np.testing.assert_allclose(
        scene.shown("dx 1", 0), found[1].backward(ones)[14:50, 14:50], atol=1e-9
    )


def test_statistics_by_hand():
    told = statistics(runs()[1])
    assert (told.mean, told.least, told.most) == (2.875, 1.0, 4.25)
    assert (told.sent, told.received, told.reached, told.largest) == (4, 4, 16, 0.25)
    assert statistics(runs()[0]).reached == 4


def test_who_writes_the_largest_number():
    question = largest_question(runs())
    assert question.answer.label == "Max"
    assert [c.right for c in question.choices].count(True) == 1
    assert "3.75" in question.choices[1].why


def test_ties_are_all_right():
    question = largest_question(runs(np.ones((4, 4))))
    assert sum(c.right for c in question.choices) == 5


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite(value):
    x = A.copy()
    x[0, 0] = value
    found = runs(x)
    assert any(c.right for c in largest_question(found).choices)
    for direction in ("forward", "backward"):
        assert compare_scene(found, direction).wire


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("operator", pv.OPERATORS)
def test_an_operator_stands_beside_the_variants(operator, direction):
    found = runs()
    beside = operated(A, operator, found[0].geometry)
    scene = compare_scene(found, direction, more=[beside])
    panel = scene.panels[-1]
    assert panel.title == operator.title
    whole = scene.shown(panel.name, len(scene) - 1)
    if direction == "backward":
        np.testing.assert_allclose(whole, beside.backward(np.ones(beside.output.shape)))
    else:
        np.testing.assert_allclose(whole.ravel(), beside.output.ravel())
    secret = compare_scene(found, direction, hidden=True, more=[beside])
    assert np.isnan(secret.panels[-1].told).all()


def test_operators_in_step_are_written_with_the_variants_and_told():
    found = runs()
    beside = [operated(A, cls, found[0].geometry) for cls in (pv.BlurPool, pv.SpatialPyramid)]
    scene = compare_scene(found, more=beside)
    assert np.isnan(scene.shown("more 0", 0)).sum() == 3  # one of four is written
    assert not np.isnan(scene.shown("more 1", 0)).any()
    assert "Blur pool" in scene.narration[0]
    assert "pyramid" not in scene.narration[0]


def test_the_gradient_of_an_operator_lies_where_the_picture_is():
    found = runs(geometry=pv.Sliding(3, 2, 1))
    beside = operated(A, pv.Strip, found[0].geometry)
    shown = compare_scene(found, "backward", more=[beside]).shown("dx more 0", 0)
    np.testing.assert_allclose(shown[1:5, 1:5], beside.backward(np.ones((4, 4))))


def test_operators_stay_small_on_the_wire():
    x = sample("photograph")
    found = [*runs(x, pv.Sliding(3, 1))][:1]
    for first in range(0, len(pv.OPERATORS), 5):
        some = [operated(x, cls, found[0].geometry) for cls in pv.OPERATORS[first : first + 5]]
        for direction in ("forward", "backward"):
            assert len(compare_scene(found, direction, more=some).wire) < 150_000


def test_the_numbers_of_an_operator():
    told = statistics(operated(A, pv.MaxOverTime, pv.Sliding(2)))
    assert (told.sent, told.received, told.most) == (4, 4, 8)


def test_the_differences_by_hand():
    maximum, average, root, *_rest = (statistics(run) for run in runs())
    lines = differences([maximum, average])
    assert "The gradient of Max reaches 4 cells, that of Average 16." in lines
    assert lines[-1] == "All that is sent back arrives: their weights add up to 1."
    lines = differences([average, root])
    assert "receives 3.291 in all for 4 sent: its weights do not add up to 1." in lines[-1]
    assert not any("reaches" in line for line in differences([maximum, maximum]))
