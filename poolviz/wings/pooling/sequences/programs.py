"""The lines that a person would write to pool these features over time."""

import numpy as np

from poolviz.pooling import ChunkMax, MaxOverTime, Operated
from poolviz.wings.pooling.programs.snippets import Snippets


def sequence_code(run: Operated) -> Snippets:
    """Programs that leave ``y`` (features, kept) of x (features, words).

    >>> from poolviz import KMax
    >>> print(sequence_code(KMax(2)(np.array([[3.0, 1.0, 4.0]]))).numpy)
    import numpy as np
    <BLANKLINE>
    x = np.array([
        [3.0, 1.0, 4.0],
    ])  # (features, words)
    <BLANKLINE>
    k = 2
    at = np.argsort(-x, axis=1, kind="stable")[:, :k]  # the k largest, ties: the first
    y = np.take_along_axis(x, np.sort(at, axis=1), axis=1)  # in the order of the sentence
    print(y)
    <BLANKLINE>
    """
    rows = "".join(f"    {row},\n" for row in run.x.tolist())
    x = f"x = np.array([\n{rows}])  # (features, words)\n\n"
    numpy, torch, keras = sequence_lines(run)
    return Snippets(
        "import numpy as np\nimport torch\n\n"
        + x
        + "x = torch.from_numpy(x)\n"
        + torch
        + "print(y)\n",
        'import keras\nimport numpy as np\n\nkeras.config.set_floatx("float64")\n'
        + x
        + keras
        + "print(y)\n",
        "import numpy as np\n\n" + x + numpy + "print(y)\n",
    )


def sequence_lines(run: Operated) -> tuple[str, str, str]:
    """The lines over ``x`` (features, words) in NumPy, PyTorch and Keras."""
    operator = run.operator
    if isinstance(operator, MaxOverTime):
        return (
            "y = x.max(axis=1, keepdims=True)\n",
            "y = torch.nn.functional.adaptive_max_pool1d(x, 1)\n",
            "y = keras.ops.max(x, axis=1, keepdims=True)\n",
        )
    if isinstance(operator, ChunkMax):
        cuts = list(operator.cuts) if operator.cuts else None
        length = run.x.shape[-1]
        parts = np.array_split(np.arange(length), cuts or operator.chunks)
        sizes = [part.size for part in parts]
        starts = np.cumsum(sizes)[:-1].tolist()
        split = f"np.array_split(x, {cuts or operator.chunks}, axis=1)"
        return (
            f"y = np.stack([part.max(axis=1) for part in {split}], axis=1)\n",
            f"parts = x.split({sizes}, dim=1)\n"
            "y = torch.stack([part.amax(1) for part in parts], dim=1)\n",
            f"parts = keras.ops.split(x, {starts}, axis=1)\n"
            "y = keras.ops.stack([keras.ops.max(part, axis=1) for part in parts], axis=1)\n",
        )
    k = f"k = {run.output.shape[-1]}\n"
    return (
        k + 'at = np.argsort(-x, axis=1, kind="stable")[:, :k]  # the k largest, ties: the first\n'
        "y = np.take_along_axis(x, np.sort(at, axis=1), axis=1)  # in the order of the sentence\n",
        k + "at = torch.argsort(x, dim=1, descending=True, stable=True)[:, :k]\n"
        "y = x.gather(1, at.sort(dim=1).values)  # in the order of the sentence\n",
        k + "at = keras.ops.argsort(-x, axis=1)[:, :k]\n"
        "y = keras.ops.take_along_axis(x, keras.ops.sort(at, axis=1), axis=1)\n",
    )
