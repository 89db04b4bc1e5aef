"""The lines that a person would write for a class activation map of these channels and weights."""

from poolviz.wings.pooling.global_.evidence import Evidence
from poolviz.wings.pooling.programs.snippets import Snippets


def features_file(found: Evidence) -> str:
    """The name under which the programs load the channels."""
    return "poolviz-features-{}x{}x{}.npy".format(*found.features.shape)


def evidence_code(found: Evidence) -> Snippets:
    """Programs that leave ``scores`` (classes,) and ``maps`` (classes, H, W).

    >>> import numpy as np
    >>> from poolviz.wings.pooling.global_.evidence import WEIGHTS, evidence
    >>> print(evidence_code(evidence(np.ones((6, 2, 2)), np.array(WEIGHTS))).numpy)
    import numpy as np
    <BLANKLINE>
    f = np.load("poolviz-features-6x2x2.npy")  # (channels, rows, columns)
    w = np.array([
        [-1.0, 1.5, 0.0, 6.0, 6.0, 2.0],
        [5.0, -3.0, -3.0, -3.0, -3.0, 0.0],
    ])  # (classes, channels)
    <BLANKLINE>
    scores = w @ f.mean(axis=(1, 2))  # global average pooling, then linear
    maps = np.tensordot(w, f, axes=1)  # (classes, rows, columns)
    print(scores, maps.mean(axis=(1, 2)))  # the same numbers
    <BLANKLINE>
    """
    name = features_file(found)
    rows = "".join(f"    {row},\n" for row in found.weights.tolist())
    load = f'f = np.load("{name}")  # (channels, rows, columns)\n'
    weights = f"w = np.array([\n{rows}])  # (classes, channels)\n\n"
    numpy = (
        "import numpy as np\n\n"
        + load
        + weights
        + "scores = w @ f.mean(axis=(1, 2))  # global average pooling, then linear\n"
        + "maps = np.tensordot(w, f, axes=1)  # (classes, rows, columns)\n"
        + "print(scores, maps.mean(axis=(1, 2)))  # the same numbers\n"
    )
    pytorch = (
        "import numpy as np\nimport torch\nimport torch.nn.functional as F\n\n"
        + load
        + weights
        + "f, w = torch.from_numpy(f)[None], torch.from_numpy(w)\n"
        + "scores = F.linear(F.adaptive_avg_pool2d(f, 1).flatten(1), w)[0]\n"
        + "maps = F.conv2d(f, w[:, :, None, None])[0]  # the linear layer as a 1 x 1 convolution\n"
        + "print(scores, maps.mean((1, 2)))  # the same numbers\n"
    )
    keras = (
        "import keras\nimport numpy as np\n\n"
        + load
        + weights
        + "# Keras computes in float32: six digits agree.\n"
        + 'f = keras.ops.convert_to_tensor(np.moveaxis(f, 0, -1)[None], dtype="float32")\n'
        + 'w = keras.ops.convert_to_tensor(w.T, dtype="float32")  # (channels, classes)\n'
        + "scores = keras.ops.matmul(keras.layers.GlobalAveragePooling2D()(f), w)[0]\n"
        + "maps = keras.ops.moveaxis(keras.ops.matmul(f, w)[0], -1, 0)\n"
        + "print(scores, keras.ops.mean(maps, axis=(1, 2)))  # the same numbers\n"
    )
    return Snippets(pytorch, keras, numpy)
