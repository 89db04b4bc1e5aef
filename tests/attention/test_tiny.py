"""The three tiny tasks: what they ask, that gradients are right, and what trained nets reach.

Orders of magnitude are those that an implementation apart from this one found.
"""

import json

import numpy as np
import pytest

from poolviz.attention.tiny import BLOCKS, FLAG, KINDS, TASKS, VALUE, WEIGHTS, Net, measure
from poolviz.attention.training import Training

FRESH = 7
"""A seed of maps that neither training nor record has seen."""


def drawn(task, n=60, seed=FRESH):
    return TASKS[task].draw(np.random.default_rng(seed), n)


@pytest.mark.parametrize("task", TASKS)
def test_every_map_has_eight_dots_of_one_kind_each(task):
    maps = drawn(task)
    kinds = maps.x[..., :KINDS].sum(-1)
    assert (kinds.sum(1) == 8).all()
    assert set(np.unique(kinds)) == {0.0, 1.0}
    at = np.arange(len(maps.x))[:, None]
    assert (kinds[at, maps.dots] == 1).all()
    assert maps.x[..., VALUE].min() >= 0
    assert maps.x[..., VALUE].max() <= 1


def test_the_classifier_wants_the_kind_of_the_one_flagged_dot():
    maps = drawn("classify")
    for x, wanted in zip(maps.x, maps.wanted, strict=True):
        (flagged,) = np.flatnonzero(x[:, FLAG])
        assert x[flagged, :KINDS].argmax() == wanted


def test_reference_wants_the_difference_from_the_flagged_value_at_each_dot():
    maps = drawn("reference")
    for x, wanted, asked in zip(maps.x, maps.wanted, maps.asked, strict=True):
        (flagged,) = np.flatnonzero(x[:, FLAG])
        np.testing.assert_allclose(wanted[asked], x[asked, VALUE] - x[flagged, VALUE])
        assert asked.sum() == 8


def test_a_partner_wants_the_value_of_the_flagged_dot_of_its_kind():
    maps = drawn("partner")
    for x, wanted, asked in zip(maps.x, maps.wanted, maps.asked, strict=True):
        for cell in np.flatnonzero(asked):
            same = (x[:, :KINDS] == x[cell, :KINDS]).all(1) & (x[:, FLAG] == 1)
            (other,) = np.flatnonzero(same)
            assert wanted[cell] == x[other, VALUE]
            assert x[cell, VALUE] == 0
        assert asked.sum() == 4


def test_a_net_has_213_weights_and_240_with_four_classes():
    sizes = {t: sum(w.size for w in Net.fresh(t, "NL").weights.values()) for t in TASKS}
    assert sizes == {"classify": 240, "reference": 213, "partner": 213}


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("task", TASKS)
def test_gradients_are_those_of_central_differences(task, block):
    maps, rng = drawn(task, 3), np.random.default_rng(0)
    net = Net.shipped(task, block)
    moved = {k: w + 0.1 * rng.normal(size=w.shape) for k, w in net.weights.items()}
    _loss, slopes = Net(net.task, block, moved).run(maps).gradient()
    for name, w in moved.items():
        way, h = rng.normal(size=w.shape), 1e-6
        ends = [
            Net(net.task, block, {**moved, name: w + s * h * way}).run(maps).loss for s in (1, -1)
        ]
        there = (ends[0] - ends[1]) / (2 * h)
        np.testing.assert_allclose((slopes[name] * way).sum(), there, rtol=2e-5, atol=1e-9)


@pytest.mark.parametrize("task", TASKS)
def test_before_training_everybody_looks_everywhere(task):
    """The facts give D = 1e-6 and 64.0 keys for weights drawn smaller; here every query still uses
    most of the 64."""
    found = measure(Net.fresh(task, "NL"), drawn(task))
    assert found.distance < 0.02
    assert found.effective > 50
    assert found.loss == found.loss_of_one  # W_z is 0


def test_the_classifier_looks_at_one_key_and_needs_one_map():
    for block in BLOCKS:
        found = measure(Net.shipped("classify", block), drawn("classify"))
        assert found.loss < 5e-4
        assert found.accuracy == found.accuracy_of_one == 1
        assert found.distance < 3e-6
        assert found.effective < 1.5
        assert found.loss_of_one == pytest.approx(found.loss, rel=1e-2)


def test_reference_loses_by_the_mean_map_but_one_context_learns_it_as_well():
    found = measure(Net.shipped("reference", "NL"), drawn("reference"))
    assert found.loss < 3e-4
    assert 0.005 < found.loss_of_one < 0.3
    assert found.distance < 0.003
    assert found.at_dots < 0.0006
    assert 1.3 < found.effective < 4
    one = measure(Net.shipped("reference", "SNL"), drawn("reference"))
    assert one.loss < 4e-4
    assert one.distance < 1e-12
    assert one.loss == one.loss_of_one


def test_partner_needs_a_map_for_each_query():
    found = measure(Net.shipped("partner", "NL"), drawn("partner"))
    assert found.loss < 6e-4
    assert 0.2 < found.loss_of_one < 1
    assert 0.05 < found.distance < 0.15
    assert 0.25 < found.at_dots < 0.45
    assert 3 < found.effective < 12
    one = measure(Net.shipped("partner", "SNL"), drawn("partner"))
    assert one.loss > 100 * found.loss  # one context did not learn it
    assert 0.01 < one.loss < 0.07


def test_the_record_says_what_the_weights_reach():
    record = json.loads((WEIGHTS / "reached.json").read_text("utf-8"))["reached"]
    assert set(record) == {f"{task}-{block}" for task in TASKS for block in BLOCKS}
    for name, reached in record.items():
        task, block = name.rsplit("-", 1)
        found = measure(Net.shipped(task, block), drawn(task, 200, 99))
        assert found.loss == pytest.approx(reached["loss"], rel=0.01)
        assert found.loss_of_one == pytest.approx(reached["loss_of_one"], rel=0.01)


def test_without_its_own_part_a_query_is_everybodys():
    net = Net.shipped("partner", "NL")
    maps = drawn("partner", 10)
    shares = [measure(net.unary(t), maps) for t in (1.0, 0.5, 0.0)]
    assert shares[0].distance > shares[1].distance > shares[2].distance
    assert shares[2].distance < 1e-12
    assert shares[2].loss == pytest.approx(shares[2].loss_of_one)


def test_classify_is_below_a_thousandth_after_200_steps():
    training = Training.fresh("classify", "NL")
    start = training.rate
    training.advance(200)
    assert np.mean(training.losses[190:200]) < 1e-3
    assert start == 1e-2
    assert training.rate < start


def test_a_training_in_pieces_is_the_same_training():
    whole, pieces = Training.fresh("partner", "SNL", 3), Training.fresh("partner", "SNL", 3)
    whole.advance(30)
    for _each in range(3):
        pieces = pieces.copy()
        pieces.advance(10)
    assert whole.losses == pieces.losses
    assert all((whole.net.weights[k] == w).all() for k, w in pieces.net.weights.items())


def test_a_training_ends():
    training = Training.fresh("classify", "SNL", steps=5)
    training.advance(50)
    assert training.step == 5
    assert training.done
    assert training.rate == pytest.approx(1e-4)
