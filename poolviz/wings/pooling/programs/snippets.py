"""The lines that a person would write in PyTorch, Keras and NumPy for exactly one run.

What a variant needs for it is declared with the variant (``code``, ``native``); here are the
geometry, the padding and the words of each framework.
"""

from dataclasses import dataclass

import numpy as np

from poolviz.pooling import Pooled
from poolviz.wings.pooling.programs.keras import keras_code
from poolviz.wings.pooling.programs.numpy import numpy_code
from poolviz.wings.pooling.programs.plan import Way, plan
from poolviz.wings.pooling.programs.torch import torch_code


@dataclass(frozen=True)
class Snippets:
    """Three programs that give the same numbers."""

    pytorch: str
    keras: str
    numpy: str


def snippets(
    run: Pooled,
    task: str = "forward",
    dy: np.ndarray | None = None,
    duplicates: str = "last",
    way: Way | None = None,
) -> Snippets:
    """The programs for a run over a matrix (H, W).

    ``task`` "forward" leaves the output ``y``, "backward" also ``dx`` for the given ``dy``,
    "unpool" also ``out``: ``way`` says what happens to the output in between and how it goes back,
    by default by location (``duplicates`` as for ``unpool``). A matrix of more than 16 rows or
    columns is loaded from "poolviz-input-28x28.npy". Errors: ``ValueError`` naming the argument.

    >>> from poolviz import Max, Sliding, pool
    >>> run = pool(np.array([[1, 3], [4, 7]]), Max(), Sliding(2))
    >>> print(snippets(run).pytorch)
    import torch
    import torch.nn.functional as F
    <BLANKLINE>
    torch.set_default_dtype(torch.float64)
    x = torch.tensor([
        [1, 3],
        [4, 7],
    ], dtype=torch.float64)[None, None]  # (batch, channel, rows, columns)
    <BLANKLINE>
    y = F.max_pool2d(x, kernel_size=2, stride=2)
    print(y)
    <BLANKLINE>
    """
    p = plan(run, task, dy, duplicates, way)
    return Snippets(torch_code(p), keras_code(p), numpy_code(p))
