"""Every variant's code, run as it stands, gives the engine's numbers."""

import os
import sys
import warnings
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest

import poolviz as pv
from poolviz.wings.pooling.programs.plan import LARGEST
from poolviz.wings.pooling.programs.snippets import snippets

GEOMETRIES = {
    "plain": pv.Sliding(2),
    "overlap": pv.Sliding(3, 1),
    "padding": pv.Sliding(3, 2, 1),
    "ceil mode": pv.Sliding(3, 2, 1, ceil_mode=True),
    "ceil mode, no padding": pv.Sliding(2, ceil_mode=True),
    "same upper": pv.Sliding(3, 2, "same_upper"),
    "same lower": pv.Sliding((2, 3), (2, 1), "same_lower"),
    "dilation": pv.Sliding(2, 1, dilation=2),
    "dilation, padding": pv.Sliding(3, 2, 2, 2),
    "per axis": pv.Sliding((3, 2), (1, 2), (1, 0), (1, 2)),
    "pairs": pv.Sliding(3, 2, ((2, 1), (0, 2)), ceil_mode=True),
    "windows of padding alone": pv.Sliding((1, 2), 1, (0, 2), (1, 4)),
    "adaptive": pv.Adaptive((3, 4)),
    "adaptive, equal": pv.Adaptive((3, 4), rule="equal"),
    "adaptive, larger": pv.Adaptive((7, 2), rule="equal"),
    "global": pv.Global(),
}
SHAPES = {"windows of padding alone": (2, 3)}


def settings():
    """Each variant at its defaults, and with every choice of every field taken once."""
    for variant in pv.VARIANTS:
        yield pytest.param(variant(), id=variant.__name__)
        for field in fields(variant):
            limits = field.metadata["param"]
            for choice in limits.choices or ():
                if choice != field.default:
                    given = variant(**{field.name: choice})
                    yield pytest.param(given, id=f"{variant.__name__}-{field.name}-{choice}")
        if variant.worked.fields:
            given = variant(**dict(variant.worked.fields))
            yield pytest.param(given, id=f"{variant.__name__}-worked")
    yield pytest.param(pv.Average(divisor_override=5), id="Average-divisor")
    yield pytest.param(pv.Boltzmann(beta=-2.0), id="Boltzmann-negative")
    yield pytest.param(pv.LogSumExp(r=0.0), id="LogSumExp-mean")
    yield pytest.param(pv.MaxDropout(q=0.9, seed=3), id="MaxDropout-drops-all")
    yield pytest.param(pv.GeM(p=0.01), id="GeM-near-0")
    yield pytest.param(pv.Tree(depth=3), id="Tree-deep")


SETTINGS = list(settings())


def ways_of_writing(variant):
    """Each thing in a variant that decides into which lines its formula is put."""
    code, native = variant.code(4), variant.native()
    if native is not None:  # which power and which divisor are numbers in the same line
        native = replace(native, power=2, divisor=native.divisor and 2)
    kinds = ("native", "seed", "setup", "neutral", "whole", "selects", "ordered", "sees_padding")
    lines = code.seed is None, bool(code.setup), code.neutral, bool(code.whole)
    ways = native, *lines, variant.selects, variant.ordered, variant.sees_padding
    return set(zip(kinds, ways, strict=True))


CUT = ["padding", "ceil mode", "ceil mode, no padding", "same upper", "pairs", "dilation, padding"]
"""Geometries with windows that are not whole."""


def programs():
    """Setting x geometry: by default pairwise, the rest with ``-m every``.

    A program is a formula put into the lines that gather the windows. Each formula is run
    with windows that are not whole, and at its defaults with whole ones too, and each way of
    putting formulas into lines over every geometry; which formula meets which geometry makes no
    difference beyond that.
    """
    written = set()
    for number, setting in enumerate(SETTINGS):
        variant = setting.values[0]
        whole = [name for name in GEOMETRIES if name not in CUT]
        mine = {CUT[number % len(CUT)]}
        if variant == type(variant)():
            mine.add(whole[number % len(whole)])
        for name in GEOMETRIES:
            new = {(way, name) for way in ways_of_writing(variant)} - written
            marks = () if new or name in mine else (pytest.mark.every,)
            written |= new
            yield pytest.param(variant, name, id=f"{setting.id}-{name}", marks=marks)


PROGRAMS = pytest.mark.parametrize(("variant", "name"), list(programs()))


def made(variant, name, whole=False):
    """A run over numbers without ties; positive where the variant needs it."""
    shape = SHAPES.get(name, (5, 6))
    x = np.random.default_rng(1).permutation(shape[0] * shape[1]).reshape(shape) * 0.25
    x = np.round(x) if whole else x
    return pv.pool(x + 0.25 if variant.domain != "real" else x - 2, variant, GEOMETRIES[name])


def executed(code):
    space = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a signed power of a negative cell
        exec(compile(code, "snippet", "exec"), space)
    return space


@pytest.mark.parametrize("variant", pv.VARIANTS)
def test_every_variant_declares_its_code(variant):
    assert variant().code(4).value


@PROGRAMS
def test_numpy_gives_the_engines_numbers(variant, name, capsys):
    run = made(variant, name)
    space = executed(snippets(run).numpy)
    np.testing.assert_allclose(space["y"], run.output, rtol=1e-9, atol=1e-12)
    dy = np.random.default_rng(2).uniform(1, 2, run.output.shape).round(2)
    space = executed(snippets(run, "backward", dy).numpy)
    np.testing.assert_allclose(space["dx"], run.backward(dy), rtol=1e-9, atol=1e-9)
    if run.locations is not None:
        for duplicates in ("last", "sum"):
            space = executed(snippets(run, "unpool", duplicates=duplicates).numpy)
            back = pv.unpool(run.output, run.locations, run.x.shape, duplicates)
            np.testing.assert_allclose(space["out"], back)


@pytest.mark.torch
@PROGRAMS
def test_pytorch_gives_the_engines_numbers(variant, name, capsys):
    pytest.importorskip("torch")
    run = made(variant, name)
    space = executed(snippets(run).pytorch)
    shown = space["y"].detach().numpy().reshape(run.output.shape)
    np.testing.assert_allclose(shown, run.output, rtol=1e-9, atol=1e-12)
    dy = np.random.default_rng(2).uniform(1, 2, run.output.shape).round(2)
    space = executed(snippets(run, "backward", dy).pytorch)
    dx = space["x"].grad.numpy().reshape(run.x.shape)
    np.testing.assert_allclose(dx, run.backward(dy), rtol=1e-8, atol=1e-9)
    if run.locations is not None:
        for duplicates in ("last", "sum"):
            space = executed(snippets(run, "unpool", duplicates=duplicates).pytorch)
            back = pv.unpool(run.output, run.locations, run.x.shape, duplicates)
            np.testing.assert_allclose(space["out"].reshape(back.shape), back)


class Tape:
    """What the programs ask of TensorFlow's ``GradientTape``, by PyTorch under Keras."""

    def __enter__(self):
        return self

    def __exit__(self, *_reason):
        pass

    def watch(self, x):
        x.requires_grad_(True)

    def gradient(self, y, x, output_gradients=None):
        import torch

        sent = torch.ones_like(y) if output_gradients is None else output_gradients
        return torch.autograd.grad(y, x, sent)[0]


@pytest.fixture
def keras(monkeypatch):
    """Keras over PyTorch. Its backward programs import TensorFlow for the tape alone."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    module = pytest.importorskip("keras")
    if module.backend.backend() != "torch":
        pytest.skip("the tape here is PyTorch's: KERAS_BACKEND=torch")
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(GradientTape=Tape))
    monkeypatch.setenv("KERAS_BACKEND", "torch")  # the programs set it; given back at the end
    return module


# Keras 3 hands PyTorch's tensors to NumPy 2 in the old way; its own affair, not the snippet's.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
# A window of one cell has a softmax of 1, as it should; Keras suspects a mistake.
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis:UserWarning")
@pytest.mark.keras
@PROGRAMS
def test_keras_gives_the_engines_numbers(variant, name, keras, capsys):
    run = made(variant, name)
    near = {"rtol": 1e-4, "atol": 1e-5}  # Keras computes in float32
    y = keras.ops.convert_to_numpy(executed(snippets(run).keras)["y"]).reshape(run.output.shape)
    np.testing.assert_allclose(y, run.output, **near)
    dy = np.random.default_rng(2).uniform(1, 2, run.output.shape).round(2)
    dx = executed(snippets(run, "backward", dy).keras)["dx"]
    dx = keras.ops.convert_to_numpy(dx).reshape(run.x.shape)
    np.testing.assert_allclose(dx, run.backward(dy), rtol=1e-3, atol=1e-4)
    if run.locations is not None:
        for duplicates in ("last", "sum"):
            out = executed(snippets(run, "unpool", duplicates=duplicates).keras)["out"]
            back = pv.unpool(run.output, run.locations, run.x.shape, duplicates)
            np.testing.assert_allclose(keras.ops.convert_to_numpy(out), back, **near)


@PROGRAMS
def test_code_is_short_and_compiles(variant, name):
    run = made(variant, name)
    tasks = ("forward", "backward", *(["unpool"] if run.locations is not None else []))
    for task in tasks:
        given = snippets(run, task, np.ones(run.output.shape))
        for code in (given.numpy, given.pytorch, given.keras):
            compile(code, f"{name}, {task}", "exec")
            assert max(map(len, code.splitlines())) <= 150
            assert len(code.splitlines()) < 90
            assert "poolviz." not in code.replace("poolviz-input", "")


def test_a_large_matrix_is_loaded_from_its_file(tmp_path, monkeypatch):
    x = np.random.default_rng(0).random((LARGEST + 1, 4))
    run = pv.pool(x, pv.Max(), pv.Sliding(2))
    code = snippets(run).numpy
    assert f'np.load("poolviz-input-{LARGEST + 1}x4.npy")' in code
    monkeypatch.chdir(tmp_path)
    np.save(f"poolviz-input-{LARGEST + 1}x4.npy", x)
    np.testing.assert_array_equal(executed(code)["y"], run.output)


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf, 0.1 + 0.2, -0.0, 1e300])
def test_every_number_can_be_written_down(special, capsys):
    run = pv.pool(np.array([[special, 1.0]]), pv.Max(), pv.Sliding(1))
    np.testing.assert_array_equal(executed(snippets(run).numpy)["x"], run.x)


def test_ties_are_shared_or_not_as_in_the_engine(capsys):
    x = np.array([[2.0, 2, 1], [2, 0, 1]])
    for ties in ("first", "shared"):
        run = pv.pool(x, pv.Max(ties=ties), pv.Sliding(2, 1))
        dy = np.ones(run.output.shape)
        space = executed(snippets(run, "backward", dy).numpy)
        np.testing.assert_allclose(space["dx"], run.backward(dy))


@pytest.mark.parametrize("x", [np.zeros((2, 2, 2)), np.zeros(4)])
def test_only_a_matrix_can_be_written_down(x):
    run = pv.pool(x, pv.Max(), pv.Sliding((2,) if x.ndim == 1 else 2))
    with pytest.raises(ValueError, match="run"):
        snippets(run)


def test_wrong_arguments_are_named():
    run = pv.pool(np.ones((2, 2)), pv.Average(), pv.Sliding(2))
    with pytest.raises(ValueError, match="task"):
        snippets(run, "sideways")
    with pytest.raises(ValueError, match="dy"):
        snippets(run, "backward", np.ones((3, 3)))
    with pytest.raises(ValueError, match="locations"):
        snippets(run, "unpool")
