"""The engine on other machines: NumPy alone, and positions as wide as the machine's own."""

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import poolviz as pv
from tests.pooling.cases import CASES
from tests.pooling.cases import name as name_of

ROOT = Path(__file__).resolve().parents[2]
ENGINES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for folder in ("pooling", "pose")
    for path in (ROOT / "poolviz" / folder).glob("*.py")
    if path.stem != "__init__"
)
HEAVY = ("PIL", "matplotlib", "plotly", "pandas", "streamlit", "scipy", "torch", "onnx", "keras")
WIDE = {
    ("ways_back", "places_of"),  # int64 on every machine: the public promise of locations
    ("engine", "_walk_forward"),
    ("engine", "_walk_locations"),
    ("sequences", "locations"),
    ("kernels", "locations"),
    ("kernels", "_has_negative_zero"),  # the bits of a float64
    ("pairs", "combine"),  # values, not positions
    ("regions", "spans"),  # a box may be wider than any plane, times its bins
}


def test_the_engines_need_numpy_alone():
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1].split(): importlib.import_module(name)\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules} & set(sys.argv[2].split())))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code, " ".join(["poolviz", *ENGINES]), " ".join(HEAVY)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert loaded.stdout.split() == []


def wide_integers(path):
    """(file, function) wherever ``np.int64`` or ``"int64"`` stands in the code of a file."""
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if getattr(node, "attr", "") == "int64" or getattr(node, "value", "") == "int64":
                    yield path.stem, function.name


def test_positions_are_as_wide_as_the_machine_and_only_locations_are_int64():
    files = (ROOT / "poolviz" / "pooling").glob("*.py")
    assert {place for path in files for place in wide_integers(path)} == WIDE


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_tables_are_intp_and_locations_int64(case):
    assert case.geometry.bind(case.shape).index.dtype == np.intp
    run = pv.pool(np.zeros(case.shape), pv.Max(), case.geometry)
    assert run.locations.dtype == np.int64


@pytest.mark.parametrize("operator", pv.OPERATORS, ids=lambda operator: operator.__name__)
def test_tables_of_operators_are_intp_and_locations_int64(operator):
    example = operator.worked
    run = operator(**dict(example.fields))(np.array(example.x, float))
    assert run.windows.index.dtype == np.intp
    assert run.locations is None or run.locations.dtype == np.int64
