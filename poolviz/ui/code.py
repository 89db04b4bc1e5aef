"""The code that a person would write for the run on the screen."""

import numpy as np

from poolviz.pooling import Pooled
from poolviz.scenes.snippet_plan import file_name, gradient_name
from poolviz.scenes.snippets import snippets
from poolviz.ui.programs import show_programs


def show_code(
    run: Pooled,
    key: str,
    task: str = "forward",
    dy: np.ndarray | None = None,
    duplicates: str = "last",
) -> None:
    """Folded: PyTorch, Keras and NumPy, each with a copy button (see ``scenes.snippets``).

    What is too large to be written into the code can be downloaded under the name that it loads.
    """
    given = snippets(run, task, dy, duplicates)
    files = {file_name(run.x): run.x}
    if dy is not None:
        files[gradient_name(dy)] = dy
    loaded = {
        name: values.astype(np.float64)
        for name, values in files.items()
        if f'"{name}"' in given.numpy
    }
    show_programs(given, key, loaded)
