"""The programs of the way there and back are run, and give what the picture shows."""

import io
from contextlib import redirect_stdout
from functools import cache, partial

import numpy as np
import pytest

import poolviz as pv
from poolviz.pooling import UNPOOLINGS
from poolviz.wings.pooling.programs.levels import levels_code
from poolviz.wings.pooling.programs.snippets import snippets
from poolviz.wings.pooling.programs.way import _RULES, weights_name
from poolviz.wings.pooling.unpooling.between import FILTERS, Between
from poolviz.wings.pooling.unpooling.journey import METHODS, journey
from poolviz.wings.pooling.unpooling.levels import levels

BETWEEN = (
    Between(),
    Between("relu"),
    Between("gain", gain=-1.5),
    Between("noise", noise=0.5, seed=3),
    *(Between("convolution", filter=name) for name in FILTERS),
)
GEOMETRIES = {
    "plain": pv.Sliding(2),
    "rest": pv.Sliding(4),
    "ceil": pv.Sliding(4, ceil_mode=True),
    "overlap": pv.Sliding(3, 1),
    "padding": pv.Sliding(3, 2, 1),
    "padding, ceil": pv.Sliding(3, 2, 1, ceil_mode=True),
    "same": pv.Sliding(3, 2, "same_upper"),
    "dilation": pv.Sliding(2, 2, 0, 2),
    "dilation, padding": pv.Sliding(2, 1, 1, 3),
    "per axis": pv.Sliding((3, 2), (1, 3), (1, 0)),
    "padding alone": pv.Sliding((1, 2), 1, (0, 2), (1, 4)),
}
LOCATING = (pv.MaxDropout(q=0.9, seed=3), pv.Min(), pv.Stochastic(seed=2))
VARIANTS = (*LOCATING, pv.Average())


def journeys():
    """Every method with every operation; every method over every geometry, variants in turn.

    How values go back and from where the windows took them are lines of their own; the variant
    says only whether there are locations, and what the values are.
    """
    for name in METHODS:
        for between in BETWEEN:
            yield name, between, "plain", pv.Max(), "last"
        yield name, BETWEEN[3], "overlap", pv.Max(), "last"  # the last is not the first
        by_location = name == "Locations"
        for number, place in enumerate(GEOMETRIES):
            some = LOCATING if by_location else VARIANTS
            for variant in (pv.Max(), some[number % len(some)]):
                for duplicates in ("last", "sum") if by_location else ("last",):
                    yield name, BETWEEN[2], place, variant, duplicates


def possible():
    for name, between, place, variant, duplicates in journeys():
        x = np.random.default_rng(1).permutation(30).reshape(5, 6) * 0.25 + 0.25
        run = pv.pool(x, variant, GEOMETRIES[place])
        if METHODS[name].possible(run):
            done = cache(partial(journey, run, between, name, duplicates))
            kind = type(variant).__name__
            yield pytest.param(done, id=f"{name}-{between.kind}-{place}-{kind}-{duplicates}")


WAYS = pytest.mark.parametrize("done", list(possible()), indirect=True)


@pytest.fixture
def done(request):
    """The way there and back, made once for what is tested of it."""
    return request.param()


def outcome(program):
    space = {}
    with redirect_stdout(io.StringIO()):
        exec(compile(program, "program", "exec"), space)
    return space["out"]


def programs(done):
    return snippets(done.run, "unpool", None, done.duplicates, done.way)


@WAYS
def test_numpy_gives_the_unpooled_plane(done):
    out = outcome(programs(done).numpy)
    np.testing.assert_allclose(out, done.trip.output, rtol=1e-7, atol=1e-7)


@pytest.mark.torch
@WAYS
def test_pytorch_gives_the_unpooled_plane(done):
    torch = pytest.importorskip("torch")
    out = outcome(programs(done).pytorch).detach().numpy().reshape(done.run.x.shape)
    torch.set_default_dtype(torch.float32)  # the program asks for float64; Keras' would notice
    np.testing.assert_allclose(out, done.trip.output, rtol=1e-7, atol=1e-7)


@pytest.mark.keras
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
@WAYS
def test_keras_gives_the_unpooled_plane(done):
    keras = pytest.importorskip("keras")
    out = keras.ops.convert_to_numpy(outcome(programs(done).keras)).reshape(done.run.x.shape)
    np.testing.assert_allclose(out, done.trip.output, rtol=1e-4, atol=1e-4)  # float32


@WAYS
def test_the_programs_are_short_and_compile(done):
    for code in vars(programs(done)).values():
        compile(code, "program", "exec")
        assert max(map(len, code.splitlines())) <= 140
        assert len(code.splitlines()) < 90
        assert "poolviz." not in code


def test_every_rule_has_its_lines():
    assert set(_RULES) == set(UNPOOLINGS)


def test_large_weights_are_loaded_from_their_file(tmp_path, monkeypatch):
    x = np.random.default_rng(0).random((14, 14))
    done = journey(pv.pool(x, pv.Max(), pv.Sliding(9, 1)), None, "Transposed")
    name = weights_name(done.way.weights)
    assert name == "poolviz-weights-9x9.npy"
    assert f'np.load("{name}")' in programs(done).numpy
    np.save(tmp_path / name, done.way.weights)
    monkeypatch.chdir(tmp_path)
    np.testing.assert_allclose(outcome(programs(done).numpy), done.trip.output, atol=1e-9)


FRAMEWORKS = [
    pytest.param("numpy", id="numpy"),
    pytest.param("pytorch", marks=pytest.mark.torch, id="pytorch"),
    pytest.param("keras", marks=pytest.mark.keras, id="keras"),
]


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("between", [BETWEEN[0], BETWEEN[3], BETWEEN[4]], ids=lambda b: b.kind)
@pytest.mark.parametrize("shape", [(28, 28), (13, 18)], ids=str)
def test_two_levels(framework, between, shape, tmp_path, monkeypatch):
    module = pytest.importorskip({"numpy": "numpy", "pytorch": "torch"}.get(framework, "keras"))
    x = np.random.default_rng(0).integers(0, 9, shape) * 1.0  # ties, as in a picture
    np.save(tmp_path / f"poolviz-input-{shape[0]}x{shape[1]}.npy", x)
    monkeypatch.chdir(tmp_path)
    program = getattr(levels_code(x, between), framework)
    space = {}
    with redirect_stdout(io.StringIO()):
        exec(compile(program, "program", "exec"), space)
    if framework == "pytorch":
        module.set_default_dtype(module.float32)
    way = levels(x, between)
    for name, plane in (("out", way.unpooled[1]), ("filled", way.filled), ("near", way.nearest)):
        found = space[name] if framework == "numpy" else np.asarray(space[name]).reshape(shape)
        np.testing.assert_allclose(found, plane, rtol=1e-5, atol=1e-5)
