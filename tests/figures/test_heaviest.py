"""Of more keys than the bench has room for, the heaviest stand on it."""

import numpy as np

from poolviz.figures.bench import bench_of
from poolviz.figures.layout import FEW, weighing
from poolviz.stage.scene import Panel, Scene, Track


def scene(relative):
    """One output of 100 cells whose weights are 1 to 100, in an order of their own."""
    weights = np.random.default_rng(0).permutation(100)[None] + 1.0
    grid = weights.reshape(10, 10)
    return Scene(
        "title",
        (
            Panel("in", "In", grid, 0, 100),
            Panel("out", "Out", np.ones((1, 1)), 0, 1, shown="written"),
        ),
        (
            Track("in", np.arange(100)[None], weights, relative=relative),
            Track("out", written=np.array([0])),
        ),
        ("one",),
        "exp",
    )  # fmt: skip


def test_the_heaviest_stand_in_the_order_of_the_panel():
    made = scene(True)
    track = weighing(made)
    bench = bench_of(made, track, 0, (0.0, 0.0, 10.0, 6.0))
    weights = made.tracks[0].weights[0]
    wanted = [cell for cell in range(100) if weights[cell] > 100 - FEW]
    assert [slot.cell for slot in bench.slots] == wanted
    assert bench.top == 100


def test_windows_whose_weights_have_one_scale_have_no_bench_then():
    assert weighing(scene(False)) is None
