"""Every operator can be drawn: by its contributions."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.wings.pooling.core.operators import operator_scene
from poolviz.wings.pooling.core.window_scene import window_scene

A = np.array([[1.0, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]])
SEQUENCE = np.array([3.0, 1, 4, 1, 5, 9, 2, 6])


def played(cls):
    op = cls()
    return op(SEQUENCE if op.ndim == 1 else A)


@pytest.mark.parametrize("cls", pv.OPERATORS, ids=lambda cls: cls.__name__)
class TestEveryOperator:
    def test_forward_lights_what_contributes_and_writes_every_cell(self, cls):
        run = played(cls)
        scene = operator_scene(run, "an operator")
        assert len(scene) == run.output.size
        share, index = run.contributions(), run.windows.index
        for s, cell in enumerate(np.ndindex(run.output.shape)):
            lit = scene.step(s).lit["input"]
            shown = index[cell] >= 0
            assert lit.cells == tuple(index[cell][shown].tolist())
            np.testing.assert_allclose(lit.weights, share[cell][shown], rtol=1e-6)
            assert lit.chosen == (-1 if run.locations is None else run.locations[cell])
            assert scene.narration[s].strip()
        shown = scene.shown("output", len(scene) - 1)
        np.testing.assert_array_equal(shown.ravel(), run.output.ravel())
        assert scene.wire
        assert scene.alt_text(0)


def test_two_maps_are_put_one_below_the_other_and_labelled():
    scene = operator_scene(pv.MaxMin()(A), "both")
    output = scene.panel("output")
    assert output.values.tolist() == [[7, 2], [6, 8], [-1, 0], [0, -1]]
    assert output.label(4) == "map 1, row 0"


def test_what_cannot_be_played_is_named():
    with pytest.raises(ValueError, match=r"^x must be one plane"):
        operator_scene(pv.MaxMin()(np.zeros((2, 4, 4))), "a batch")
    with pytest.raises(ValueError, match=r"^x must give at most 784"):
        operator_scene(pv.Strip()(np.zeros((40, 40))), "too many")


def test_a_draw_of_no_cell_points_past_the_strip():
    run = pv.pool(np.full((8, 8), 5.0), pv.MaxDropout(q=0.8), pv.Sliding(2))
    track = next(t for t in window_scene(run, "dropout").tracks if t.panel == "input")
    none = run.locations.ravel() < 0
    assert none.any()
    assert (~none).any()
    strip = track.odds.sum(1)
    assert (track.pointer[none] > strip[none]).all()
    assert (track.pointer[~none] < strip[~none]).all()
    assert (track.chosen[none] == -1).all()
