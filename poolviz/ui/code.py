"""The code that a person would write for the run on the screen."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from poolviz.pooling import Operated, Pooled
from poolviz.ui.programs import Files, show_programs, show_several
from poolviz.wings.pooling.compare.scene import title_of
from poolviz.wings.pooling.programs.operators import operator_code
from poolviz.wings.pooling.programs.plan import Way, file_name, gradient_name
from poolviz.wings.pooling.programs.snippets import Snippets, snippets
from poolviz.wings.pooling.programs.way import weights_name


def show_code(
    run: Pooled,
    key: str,
    task: str = "forward",
    dy: np.ndarray | None = None,
    duplicates: str = "last",
    way: Way | None = None,
) -> None:
    """Folded: PyTorch, Keras and NumPy, each with a copy button (``programs.snippets``).

    What is too large to be written into the code can be downloaded under the name that it loads.
    """
    show_programs(key, partial(_programs, run, task, dy, duplicates, way))


def show_all(runs: Sequence[Pooled | Operated], key: str, direction: str) -> None:
    """The same for several runs over one input, one below a name; backward every output sends 1.

    Operators are written forward.
    """

    def programs(run: Pooled | Operated) -> tuple[Snippets, Files]:
        if isinstance(run, Pooled):
            dy = np.ones(run.output.shape) if direction == "backward" else None
            return _programs(run, direction, dy, "last", None)
        given = operator_code(run)
        name = file_name(run.x)
        return given, {name: run.x.astype(np.float64)} if f'"{name}"' in given.numpy else {}

    show_several(key, {title_of(run): partial(programs, run) for run in runs})


def _programs(
    run: Pooled, task: str, dy: np.ndarray | None, duplicates: str, way: Way | None
) -> tuple[Snippets, Files]:
    given = snippets(run, task, dy, duplicates, way)
    files = {file_name(run.x): run.x}
    if dy is not None:
        files[gradient_name(dy)] = dy
    if way is not None and way.weights is not None:
        files[weights_name(way.weights)] = way.weights
    return given, {
        name: values.astype(np.float64)
        for name, values in files.items()
        if f'"{name}"' in given.numpy
    }
