"""The house's law on imports, read from the source: floors, wings, libraries, and no circle.

All imports are read, those inside functions and under TYPE_CHECKING too: what is hidden there is
needed all the same. See design.md, "A floor imports only floors below it".
"""

import ast
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ("pooling", "attention", "pose", "gait", "lab")
GROUND = {"text", "numbers"}
SOURCES = GROUND | {"readers", "samples", "glossary"}
REGISTRY = "wings.pages"
"""The one module that knows all pages: whoever has to do with pages loops over what it lists."""

MAY_IMPORT = {
    "text": set(),
    "numbers": {"text"},
    "readers": GROUND,
    "samples": GROUND,
    "glossary": GROUND,
    **{engine: GROUND | {"readers"} for engine in ENGINES},
    "attention": GROUND | {"readers", "pooling"},
    "gait": GROUND | {"readers", "pooling"},
    "stage": SOURCES,
    "exercises": SOURCES | {"stage"},
    "figures": SOURCES | {"stage"},
    "wings": SOURCES | {*ENGINES, "stage", "exercises", "figures"},
    "ui": SOURCES | {"stage", "exercises", "figures", REGISTRY},
    "cli": SOURCES | {*ENGINES, "stage", "exercises", "figures", REGISTRY},
    "__main__": {"text", "cli"},
    "": set(ENGINES),
}
"""From each floor of poolviz ("" is the package itself) to the floors that it may import."""

AT_HOME = {
    "streamlit": ("app", "pages", "poolviz.ui"),
    "plotly": ("poolviz.figures",),
    "matplotlib": ("poolviz.figures",),
}
"""Where a library may be imported; Streamlit also in the ``view.py`` of a page, which says why."""

NUMPY_ALONE = (*ENGINES, "stage", "exercises", "text", "numbers", "glossary")
"""Floors that need NumPy and the standard library; the parser of poses may ask for SciPy."""


def module_name(path: Path) -> str:
    """Dotted, from the root: ``poolviz/pose/__init__.py`` is ``poolviz.pose``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> dict[str, Path]:
    """Every module of poolviz, its pages and its entry point."""
    paths = [*ROOT.glob("poolviz/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"]
    return {module_name(path): path for path in sorted(paths)}


def imports_of(source: str, name: str, known: frozenset[str], package: bool = False) -> set[str]:
    """The modules that a source imports: a submodule where ``from`` names one, else the module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, name, package)
            for alias in node.names:
                below = f"{base}.{alias.name}"
                found.add(below if below in known else base)
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found


def absolute(node: ast.ImportFrom, name: str, package: bool) -> str:
    """The module that ``from`` names, dots in front resolved."""
    if not node.level:
        return node.module or ""
    above = name.split(".")[: len(name.split(".")) - node.level + package]
    return ".".join([*above, *filter(None, [node.module])])


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@cache
def graph() -> dict[str, frozenset[str]]:
    """From each module to all that it imports."""
    known = frozenset(sources())
    return {
        name: frozenset(
            imports_of(path.read_text("utf-8"), name, known, path.name == "__init__.py")
        )
        for name, path in sources().items()
    }


def floor_of(module: str) -> str:
    """The floor that a module of poolviz stands on; the registry of pages is one of its own."""
    inner = module.removeprefix("poolviz").removeprefix(".")
    return REGISTRY if inner == REGISTRY else inner.partition(".")[0]


def wing_of(module: str) -> tuple[str, str] | None:
    """The wing and the page (or ``core``) of a module in poolviz/wings."""
    parts = module.split(".")
    return (parts[2], ".".join(parts[3:4])) if parts[1:2] == ["wings"] and parts[2:] else None


def obeys(module: str, imported: str) -> bool:
    """Whether a module of poolviz may import another."""
    floor, other = floor_of(module), floor_of(imported)
    if floor == REGISTRY:
        return other in ("wings", "stage", "exercises")
    if floor == "wings" == other:
        own, theirs = wing_of(module), wing_of(imported)
        return own is None or theirs is None or own[0] == theirs[0] or theirs[1] == "core"
    return other == floor or other in MAY_IMPORT[floor]


def offends(module: str, imported: str) -> bool:
    """Whether an import breaks a rule, on floors or on libraries."""
    if imported == "poolviz" or imported.startswith("poolviz."):
        return module.startswith("poolviz") and not obeys(module, imported)
    library = imported.partition(".")[0]
    if library in AT_HOME:
        homes = AT_HOME[library]
        view = library == "streamlit" and wing_of(module) and module.endswith(".view")
        return not view and not any(module == h or module.startswith(f"{h}.") for h in homes)
    if library == "scipy" and module.startswith("poolviz.pose.parser."):
        return False
    if module.startswith("poolviz") and floor_of(module) in NUMPY_ALONE:
        return library != "numpy" and library not in sys.stdlib_module_names
    return False


def circles(edges: dict[str, frozenset[str]]) -> set[tuple[str, ...]]:
    """Sets of modules each of which leads to each other: two walks, the second backwards."""
    seen: set[str] = set()
    order = [name for start in edges for name in reached(start, edges, seen)]
    back: dict[str, set[str]] = {name: set() for name in edges}
    for name, others in edges.items():
        for other in others & edges.keys():
            back[other].add(name)
    seen, found = set(), set()
    for start in reversed(order):
        component = reached(start, back, seen)
        if len(component) > 1 or (component and start in edges[start]):
            found.add(tuple(sorted(component)))
    return found


def reached(start: str, edges: Mapping[str, Iterable[str]], seen: set[str]) -> list[str]:
    """What ``start`` leads to and was not ``seen``, itself included, deepest first."""
    if start in seen:
        return []
    seen.add(start)
    order, stack = [], [(start, iter(sorted(edges[start])))]
    while stack:
        name, others = stack[-1]
        following = next((o for o in others if o in edges and o not in seen), None)
        if following is None:
            order.append(name)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(sorted(edges[following]))))
    return order


def test_nothing_imports_what_it_may_not():
    broken = sorted((m, i) for m, imported in graph().items() for i in imported if offends(m, i))
    assert not broken, "against the law of floors:\n" + "\n".join(map(" ".join, broken))


def test_no_circle():
    assert circles(graph()) == set()


def test_every_floor_has_its_rule():
    floors = {floor_of(name) for name in sources() if name.startswith("poolviz")}
    assert floors <= {*MAY_IMPORT, REGISTRY}


def test_the_rules_themselves_have_no_circle():
    floors = {name: frozenset(below) - {REGISTRY} for name, below in MAY_IMPORT.items()}
    assert circles(floors) == set()


HIDDEN = """
import a.b as c
from poolviz import text
from poolviz.pose.oks import oks
from . import walk
from .errors import E
if TYPE_CHECKING:
    from poolviz.ui import show
def f():
    import d
    importlib.import_module("e.f")
"""


def test_every_import_is_read():
    known = frozenset({"poolviz.text", "poolviz.ui.show", "poolviz.pose.walk", "poolviz.pose.oks"})
    expected = {"a.b", "poolviz.text", "poolviz.pose.oks", "poolviz.pose.walk", "d", "e.f"}
    expected |= {"poolviz.pose.errors", "poolviz.ui.show"}
    assert imports_of(HIDDEN, "poolviz.pose.verdicts", known) == expected
    assert imports_of("from . import walk", "poolviz.pose", known, package=True) == {
        "poolviz.pose.walk"
    }


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({"a": "b", "b": "c", "c": ""}, set()),
        ({"a": "b", "b": "a", "c": "ab"}, {("a", "b")}),
        ({"a": "b", "b": "c", "c": "ad", "d": "e", "e": "d"}, {("a", "b", "c"), ("d", "e")}),
        ({"a": "a"}, {("a",)}),
    ],
)
def test_circles(edges, expected):
    assert circles({name: frozenset(others) for name, others in edges.items()}) == expected


@pytest.mark.parametrize(
    ("module", "imported", "breaks"),
    [
        ("poolviz.pose.coco", "poolviz.pooling", True),
        ("poolviz.gait.energy", "poolviz.pooling.engine", False),
        ("poolviz.pooling.engine", "poolviz.gait", True),
        ("poolviz.pose.coco", "poolviz.stage.page", True),
        ("poolviz.pose.coco", "scipy.stats", True),
        ("poolviz.pose.parser.matching", "scipy.optimize", False),
        ("poolviz.pose.coco", "numpy.typing", False),
        ("poolviz.stage.page", "poolviz.pooling", True),
        ("poolviz.figures.card", "poolviz.wings.pooling.core.cards", True),
        ("poolviz.ui.show", "poolviz.wings.pages", False),
        ("poolviz.ui.show", "poolviz.wings.pooling.windows", True),
        ("poolviz.ui.show", "plotly.graph_objects", True),
        ("poolviz.wings.pose.oks", "poolviz.wings.pooling.windows", True),
        ("poolviz.wings.pose.oks", "poolviz.wings.pooling.core.fit", False),
        ("poolviz.wings.pose.oks", "poolviz.wings.pages", True),
        ("poolviz.wings.pose.oks", "poolviz.ui.show", True),
        ("poolviz.wings.pose.oks.scene", "streamlit", True),
        ("poolviz.wings.pose.oks.view", "streamlit", False),
        ("poolviz.cli.export", "poolviz.ui.show", True),
        ("poolviz.cli.evaluate", "poolviz.pose", False),
        ("pages.pose.oks", "streamlit", False),
        ("poolviz.uix.oks", "streamlit", True),
    ],
)
def test_the_law(module, imported, breaks):
    assert offends(module, imported) == breaks
