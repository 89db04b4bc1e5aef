"""The declarations are complete, and the documentation runs."""

import ast
import dataclasses
import doctest
import importlib
import inspect
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import poolviz as pv
from poolviz.pooling import VARIANTS, Variant
from poolviz.pooling.variant import Names, Param, Worked
from tests.in_turn import in_turn

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = sorted({inspect.getmodule(cls).__name__ for cls in VARIANTS})
FACTS = ("title", "family", "formula", "gradient", "reference", "story")


def declared(cls):
    """name -> the expression that a class body assigns to it."""
    tree = ast.parse(inspect.getsource(cls).lstrip())
    body = tree.body[0].body
    plain = {t.id: s.value for s in body if isinstance(s, ast.Assign) for t in s.targets}
    typed = {s.target.id: s.value for s in body if isinstance(s, ast.AnnAssign)}
    return plain | typed


def marked(expression):
    """Whether the text in the expression is given as N_("..."), or by a shared name."""
    calls = [n for n in ast.walk(expression) if isinstance(n, ast.Call)]
    return any(getattr(call.func, "id", "") == "N_" for call in calls)


@pytest.mark.parametrize("cls", VARIANTS, ids=lambda cls: cls.__name__)
class TestDeclaration:
    def test_every_fact_is_told(self, cls):
        for fact in FACTS:
            assert isinstance(getattr(cls, fact), str), fact
            assert getattr(cls, fact).strip(), fact
        assert cls.domain in ("real", "nonnegative", "positive")
        assert isinstance(cls.names, Names)
        assert isinstance(cls.worked, Worked)
        assert len(cls.worked.outputs) == 4
        assert isinstance(cls.identity, (int, float))
        assert bool(cls.why_not_differentiable) == (not cls.differentiable)

    def test_formulas_are_balanced_latex(self, cls):
        for formula in (cls.formula, cls.gradient):
            assert formula.count("{") == formula.count("}")
            assert formula.count(r"\left") == formula.count(r"\right")
            assert "$" not in formula

    def test_text_that_a_person_reads_is_marked_for_translation(self, cls):
        assigned = declared(cls)
        for fact in ("title", "family"):
            if fact in assigned:
                assert marked(assigned[fact]), fact
        for f in dataclasses.fields(cls):
            if f.name in assigned:
                shared = [n for n in ast.walk(assigned[f.name]) if isinstance(n, ast.Name)]
                constants = [n.id for n in shared if n.id.isupper()]
                assert marked(assigned[f.name]) or constants, f.name

    def test_every_field_has_a_range_a_help_and_a_default_inside(self, cls):
        for f in dataclasses.fields(cls):
            limits = f.metadata["param"]
            assert isinstance(limits, Param)
            assert limits.help.strip()
            assert limits.admits(f.default), f.name
            assert limits.allowed

    def test_it_is_frozen_compared_by_value_and_builds_without_arguments(self, cls):
        assert cls() == cls()
        assert hash(cls()) == hash(cls())
        assert issubclass(cls, Variant)
        for f in dataclasses.fields(cls):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(cls(), f.name, getattr(cls(), f.name))

    def test_its_docstring_shows_a_call(self, cls):
        assert ">>>" in cls.__doc__

    def test_selecting_blending_and_drawing_are_told_apart(self, cls):
        for variant in (cls(), cls(**dict(cls.worked.fields))):
            assert variant.selects in (True, False)
            assert variant.stochastic in (True, False)
            assert not variant.stochastic or hasattr(variant, "seed")

    @in_turn(
        "geometry",
        [
            pv.Sliding(1),
            pv.Sliding(2, 1),
            pv.Sliding(3, 2, 1),
            pv.Sliding(3, 2, 1, ceil_mode=True),
            pv.Sliding(2, 2, 1, 2),
            pv.Adaptive((3, 4)),
            pv.Adaptive((6, 8)),
            pv.Adaptive((2, 3), "equal"),
            pv.Global(),
        ],
    )
    def test_it_runs_at_any_size_of_window(self, cls, geometry):
        x = np.random.default_rng(0).uniform(0.1, 2, (2, 5, 7))
        run = pv.pool(x, cls(), geometry)
        seen = np.broadcast_to(run.windows.valid.any(-1), run.output.shape)
        assert np.isfinite(run.output[seen]).all()
        assert np.isfinite(run.backward(np.ones(run.output.shape))).all()
        assert run.jacobian().shape == run.cells.shape

    def test_every_error_names_the_field(self, cls):
        for f in dataclasses.fields(cls):
            with pytest.raises(ValueError, match=f"^{f.name} must be .*got"):
                cls(**{f.name: object()})


def test_names_and_titles_are_unique():
    assert len({cls.__name__ for cls in VARIANTS}) == len(VARIANTS)
    assert len({cls.title for cls in VARIANTS}) == len(VARIANTS)


@pytest.mark.parametrize("module", FAMILIES)
def test_a_family_lists_all_of_its_variants(module):
    family = importlib.import_module(module)
    classes = [
        name
        for name, value in vars(family).items()
        if isinstance(value, type)
        and issubclass(value, Variant)
        and value.__module__ == module
        and "title" in vars(value)
    ]
    exported = [name for name in family.__all__ if issubclass(getattr(family, name), Variant)]
    assert sorted(exported) == sorted(classes)
    for name in family.__all__:
        assert getattr(pv, name) is getattr(family, name)


def test_no_two_variants_coincide_at_their_defaults():
    x = np.random.default_rng(0).uniform(0.2, 3, (8, 8))
    results = {}
    for cls in VARIANTS:
        run = pv.pool(x, cls(), pv.Sliding(3, 1))
        results[cls.__name__] = np.concatenate([run.output.ravel(), run.jacobian().ravel()])
    for one, other in combinations(results, 2):
        assert not np.allclose(results[one], results[other], rtol=1e-6), (one, other)


PACKAGE = ROOT / "poolviz"
SHOWN = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(PACKAGE.rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", SHOWN)
def test_the_examples_in_the_documentation_run(name):
    """What fails is printed. One file alone: ``pytest --doctest-modules poolviz/text.py``."""
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0


def test_public_functions_and_geometries_show_an_example():
    for thing in (pv, pv.pool, pv.unpool, pv.check_gradient, pv.Sliding, pv.Adaptive, pv.Global):
        assert ">>>" in thing.__doc__
