"""Every operator's programs are run, and give what the comparison shows."""

import io
from contextlib import redirect_stdout

import numpy as np
import pytest

import poolviz as pv
from poolviz.wings.pooling.catalogue.block_cards import BlockEntry, block_entries
from poolviz.wings.pooling.catalogue.cards import entries
from poolviz.wings.pooling.compare.operators import in_step, operated, shape_note
from poolviz.wings.pooling.programs.operators import PROGRAMS, card_code, operator_code

SHAPES = {(4, 4): pv.Sliding(2), (5, 7): pv.Sliding(2, 1), (28, 27): pv.Sliding(3, 2)}
CARDS = [entry for entry in entries() if not isinstance(entry, BlockEntry)]
FRAMEWORKS = [
    pytest.param("numpy", id="numpy"),
    pytest.param("pytorch", marks=pytest.mark.torch, id="pytorch"),
    pytest.param("keras", marks=pytest.mark.keras, id="keras"),
]


def made(operator, shape):
    x = np.random.default_rng(4).permutation(shape[0] * shape[1]).reshape(shape) * 0.25 - 2
    return operated(x, operator, SHAPES[shape])


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("operator", pv.OPERATORS)
def test_the_program_gives_the_operators_output(framework, shape, operator, tmp_path, monkeypatch):
    module = pytest.importorskip({"numpy": "numpy", "pytorch": "torch"}.get(framework, "keras"))
    run = made(operator, shape)
    np.save(tmp_path / f"poolviz-input-{shape[0]}x{shape[1]}.npy", run.x)
    monkeypatch.chdir(tmp_path)
    space = {}
    with redirect_stdout(io.StringIO()):
        exec(compile(getattr(operator_code(run), framework), "program", "exec"), space)
    if framework == "pytorch":
        module.set_default_dtype(module.float32)
    near = 1e-3 if framework == "keras" else 1e-9
    np.testing.assert_allclose(np.asarray(space["y"]), run.output, rtol=near, atol=near)


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("entry", CARDS, ids=lambda entry: entry.name)
def test_a_cards_program_gives_the_cards_output(framework, entry):
    module = pytest.importorskip({"numpy": "numpy", "pytorch": "torch"}.get(framework, "keras"))
    space = {}
    with redirect_stdout(io.StringIO()):
        exec(compile(getattr(card_code(entry), framework), "program", "exec"), space)
    y = space["y"].detach().numpy() if framework == "pytorch" else np.asarray(space["y"])
    if framework == "pytorch":
        module.set_default_dtype(module.float32)
    near = 1e-3 if framework == "keras" else 1e-9
    np.testing.assert_allclose(y.ravel(), entry.run.output.ravel(), rtol=near, atol=near)


@pytest.mark.parametrize("entry", block_entries(), ids=lambda entry: entry.name)
def test_a_blocks_card_has_its_numbers_and_its_programs(entry):
    space = {}
    exec(entry.programs()["NumPy"], space)
    np.testing.assert_allclose(space["z"], entry.run.output, rtol=1e-9, atol=1e-12)
    scene = entry.scene("title")
    assert len(scene) == scene.panel("output").values.size
    assert scene.panel("output").values.tolist() == entry.run.output[0].tolist()
    taken = entry.row(0)
    if taken is not None:
        np.testing.assert_allclose(taken.sum(), 1, rtol=1e-12)


def test_a_whole_row_in_two_numbers():
    run = pv.pooling.Statistics()(np.array([[1.0, 3, 5, 6], [0, 0, 0, 2]]))
    space = {}
    with redirect_stdout(io.StringIO()):
        exec(operator_code(run).numpy, space)
    np.testing.assert_allclose(space["y"], run.output)


@pytest.mark.parametrize("operator", pv.OPERATORS)
def test_programs_are_short_and_compile(operator):
    for shape in SHAPES:
        for code in vars(operator_code(made(operator, shape))).values():
            compile(code, "program", "exec")
            assert max(map(len, code.splitlines())) <= 120
            assert len(code.splitlines()) < 60


def test_every_operator_is_written():
    assert set(PROGRAMS) == set(pv.OPERATORS)


def test_an_operator_takes_the_windows_of_the_page():
    x = np.arange(36.0).reshape(6, 6)
    run = operated(x, pv.BlurPool, pv.Sliding(3, 2))
    assert (run.operator.kernel_size, run.operator.stride) == (3, 2)
    assert run.output.shape == (2, 2)


def test_what_cannot_be_pooled_is_none():
    assert operated(np.ones((1, 3)), pv.SpatialPyramid, pv.Sliding(1)) is None


def test_another_shape_is_said():
    x = np.arange(16.0).reshape(4, 4)
    first = pv.pool(x, pv.Max(), pv.Sliding(2))
    blur, pyramid, sequence = (
        operated(x, cls, pv.Sliding(2)) for cls in (pv.BlurPool, pv.SpatialPyramid, pv.KMax)
    )
    assert in_step(blur, first)
    assert "2 × 2 numbers as well" in shape_note(blur, first)
    assert "14 numbers, another shape" in shape_note(pyramid, first)
    assert "every row as a sequence and gives 4 × 3 numbers" in shape_note(sequence, first)
