"""The lines that a person would write to denoise this picture with ``attend``."""

import numpy as np

from poolviz.attention import NonLocalMeans
from poolviz.wings.attention.core.programs import numpy_program, torch_program


def file_name(noisy: np.ndarray) -> str:
    """The file from which the noisy picture is loaded.

    >>> file_name(np.zeros((64, 64)))
    'poolviz-noisy-64x64.npy'
    """
    rows, cols = noisy.shape
    return f"poolviz-noisy-{rows}x{cols}.npy"


def programs(noisy: np.ndarray, block: NonLocalMeans, gamma: float) -> dict[str, str]:
    """PyTorch and NumPy programs that leave the denoised picture in ``y``."""
    s, n = block.patch, block.window
    views = "np.lib.stride_tricks.sliding_window_view"
    head = [
        f's, window, h, gamma = {s}, {n}, {block.h!r}, {gamma!r}',
        f'u = np.load("{file_name(noisy)}")  # (rows, columns), black 0, white 1, with noise',
    ]  # fmt: skip
    if n:
        head += [
            "edge = window // 2 + s // 2",
            'mirrored = np.pad(u, edge, mode="reflect")  # windows go on beyond the border',
            f"patches = {views}(mirrored, (s, s)) / s  # (rows + window - 1, ...)",
            f"values = {views}(mirrored[s // 2 : len(mirrored) - s // 2, "
            "s // 2 : mirrored.shape[1] - s // 2], (1, 1))",
            f"keys = {views}(patches, (window, window), axis=(0, 1))",
            f"cells = {views}(values, (window, window), axis=(0, 1))",
        ]
    else:
        head += [
            'mirrored = np.pad(u, s // 2, mode="reflect")',
            f"patches = {views}(mirrored, (s, s)).reshape(u.size, -1) / s",
        ]
    return {
        "PyTorch": torch_program("\n".join((*head, *(_torch(n)))) + "\nprint(y)\n"),
        "NumPy": numpy_program("\n".join((*head, *(_numpy(n)))) + "\nprint(y)\n"),
    }


_KEYS = [
    "    k = keys[i].reshape(len(u[0]), s * s, -1).swapaxes(1, 2)  # (pixels, window², s²)",
    "    v = cells[i].reshape(len(u[0]), -1, 1)",
    "    q = k[:, [window**2 // 2]]  # each pixel asks with its own patch",
]


def _numpy(window: int) -> list[str]:
    if not window:
        return [
            "bias = -(patches**2).sum(1) / h**2",
            "y, w = attend(patches, patches, u.reshape(-1, 1), scale=2 / h**2, bias=bias)",
            "y = u + gamma * (y.reshape(u.shape) - u)",
        ]
    return [
        "y = np.empty_like(u)",
        "for i in range(len(u)):  # row by row, to save memory",
        *_KEYS,
        "    bias = -(k**2).sum(2)[:, None] / h**2",
        "    y[i] = attend(q, k, v, scale=2 / h**2, bias=bias)[0].ravel()",
        "y = u + gamma * (y - u)",
    ]


def _torch(window: int) -> list[str]:
    if not window:
        return [
            "k = torch.tensor(patches)",
            "v = torch.tensor(u).reshape(-1, 1)",
            "y = attend(k, k, v, scale=2 / h**2, bias=-(k**2).sum(1) / h**2)",
            "y = torch.tensor(u) + gamma * (y.reshape(u.shape) - torch.tensor(u))",
        ]
    return [
        "y = torch.empty(u.shape, dtype=torch.float64)",
        "for i in range(len(u)):  # row by row, to save memory",
        *_KEYS,
        "    q, k, v = map(torch.tensor, (q, k, v))",
        "    bias = -(k**2).sum(2)[:, None] / h**2",
        "    y[i] = attend(q, k, v, scale=2 / h**2, bias=bias).ravel()",
        "u = torch.tensor(u)",
        "y = u + gamma * (y - u)",
    ]
