"""Named channels, their maps, and the identity of map and score."""

import numpy as np
import pytest
from scipy import ndimage

from poolviz.numbers import number
from poolviz.samples import sample
from poolviz.wings.pages import BY_ADDRESS
from poolviz.wings.pooling.core.channels import CHANNELS, features, filtered, response, scaled
from poolviz.wings.pooling.global_.evidence import (
    WEIGHTS,
    crops,
    evidence,
    evidence_scene,
    score_question,
)
from poolviz.wings.pooling.global_.page import _channels


def channel(name):
    return next(c for c in CHANNELS if c.name == name)


@pytest.mark.parametrize("each", CHANNELS, ids=lambda c: c.name)
def test_filters_are_scipys_correlation_with_the_border_repeated(each):
    x = np.random.default_rng(0).random((7, 9))
    kernel = np.array(each.kernel, dtype=float)
    expected = ndimage.correlate(x, kernel, mode="nearest")
    np.testing.assert_allclose(filtered(x, kernel), expected, atol=1e-12)
    assert (response(x, each) >= 0).all()
    assert (response(x, each) <= 1 + 1e-12).all()


def test_edges_answer_to_their_own_direction():
    upright = np.repeat([[0.0, 0, 0, 1, 1, 1]], 6, axis=0)
    assert response(upright, channel("vertical")).max() == 1
    assert response(upright, channel("horizontal")).max() == 0
    assert response(upright.T, channel("horizontal")).max() == 1
    flat = np.full((5, 5), 0.5)
    for name in ("horizontal", "vertical", "diagonal", "spots"):
        assert response(flat, channel(name)).max() < 1e-12


@pytest.mark.parametrize("name", ["photograph", "cat", "digit", "worked-example"])
def test_the_mean_of_the_map_is_the_score(name):
    found = evidence(features(sample(name)), np.array(WEIGHTS))
    assert max(found.features.shape[1:]) <= 16
    np.testing.assert_allclose(found.cam.maps.mean((1, 2)), found.cam.scores, rtol=1e-12)
    np.testing.assert_allclose(found.weights @ found.means, found.cam.scores, rtol=1e-12)


def test_halves_have_scores_of_their_own_and_average_to_the_whole():
    found = evidence(features(sample("photograph")), np.array(WEIGHTS))
    whole, left, right, *_ = crops(found)
    np.testing.assert_allclose(np.add(left.scores, right.scores) / 2, whole.scores, rtol=1e-12)


@pytest.mark.parametrize(
    "x",
    [np.ones((1, 1)), np.full((3, 40), np.nan), np.array([[np.inf, 1.0], [-np.inf, 0.0]])],
    ids=["one cell", "no number", "infinite"],
)
def test_any_picture_gives_finite_channels(x):
    maps = features(x)
    assert np.isfinite(maps).all()
    assert np.isfinite(scaled(x)).all()
    scene = evidence_scene(evidence(maps, np.array(WEIGHTS)))
    assert len(scene) == len(CHANNELS) + 2


def test_the_scene_plays_channels_then_classes_and_hides_the_scores_while_they_are_asked():
    found = evidence(features(sample("photograph")), np.array(WEIGHTS))
    scene = evidence_scene(found)
    assert len(scene.wire) < 150_000
    assert scene.step(0).lit["bright"].cells[:3] == (0, 1, 2)
    last = scene.step(7).lit["means"]
    np.testing.assert_allclose(last.weights, WEIGHTS[1], rtol=1e-3)
    np.testing.assert_allclose(scene.shown("scores", 7)[:, 0], found.cam.scores)
    hidden = evidence_scene(found, hidden=True)
    assert len(hidden) == len(CHANNELS)
    assert "scores" not in [p.name for p in hidden.panels]


def test_the_question_is_the_identity():
    question = score_question(evidence(features(sample("photograph")), np.array(WEIGHTS)))
    assert [c.right for c in question.choices].count(True) == 1
    assert "mean of the map" in question.answer.why


def test_channels_stand_with_their_means_weights_and_products():
    page = BY_ADDRESS["global"]
    run = page.result(page.values({}))
    table, _said = _channels(run)
    total = sum(float(each.replace("−", "-")) for each in table.columns["product"])
    assert total == pytest.approx(run.found.cam.scores[0], abs=5e-3)  # of four digits each
    assert table.columns["weight"] == ["−1", "1.5", "0", "6", "6", "2"]
    assert table.columns["global max instead"][0] == number(run.found.features[0].max())
