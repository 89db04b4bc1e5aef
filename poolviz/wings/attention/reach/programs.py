"""The walk as a program: attention under a mask, R times, in NumPy and in PyTorch."""

import numpy as np

from poolviz.wings.attention.core.programs import numpy_program, torch_program
from poolviz.wings.attention.reach.masks import OWN, SIDE, drawn
from poolviz.wings.attention.reach.walk import CROSS, Walk, channels_of, parameters

LARGEST_WRITTEN = 8
"""Rows and columns of a map that is written into the program; a larger one is loaded."""
RULES = {
    "row-or-column": "(down == 0) | (right == 0)",
    "row": "down == 0",
    "column": "right == 0",
    "bishop": "abs(down) == abs(right)",
    "queen": "(down == 0) | (right == 0) | (abs(down) == abs(right))",
    "king": "(abs(down) <= 1) & (abs(right) <= 1)",
    "window": "(abs(down) <= 2) & (abs(right) <= 2)",
    "knight": "(abs(down * right) == 2) | ((down == 0) & (right == 0))",
}


def file_name(walk: Walk) -> str:
    """The name under which programs load the map's two channels."""
    return "poolviz-reach-2x{}x{}.npy".format(*walk.grid)


def reach_code(walk: Walk) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """Programs that leave ``y`` (C, H, W), the block's output, and ``row`` (H, W), how much of each
    cell comes to u; and the arrays that they load."""
    loads = max(walk.grid) > LARGEST_WRITTEN
    files = {file_name(walk): channels_of(walk.x)} if loads else {}
    if walk.mask == CROSS:
        head = "# criss-cross: nothing but attention under a mask, done again\n"
    else:
        head = "# attention under a mask, done again\n"
    shared = head + _given(walk, loads)
    loop = f"for _ in range({walk.recurrences}):\n"
    numpy = (
        shared
        + "tokens = x.reshape(len(x), -1).T\n"
        + "row = np.eye(h * w)[u]\nmaps = []\n"
        + loop
        + "    q, k, v = (tokens @ W.T + b for W, b in (wq, wk, wv))\n"
        + "    y, weights = attend(q, k, v, mask, scale=1.0)\n"
        + "    tokens = gamma * y + tokens\n"
        + "    maps.append(weights)\n"
        + "for weights in reversed(maps):  # W_R first: row u of W_R ... W_1\n"
        + "    row = row @ weights\n"
        + "y, row = tokens.T.reshape(x.shape), row.reshape(h, w)\n"
        + f"print(row[{_at(walk)}])  # how much of v has come to u\n"
    )
    torch = (
        shared
        + "x, mask = torch.from_numpy(x), torch.from_numpy(mask)\n"
        + "views = [[torch.from_numpy(each) for each in pair] for pair in (wq, wk, wv)]\n"
        + "tokens = x.reshape(len(x), -1).T\n"
        + "row = torch.eye(h * w, dtype=x.dtype)[u]\nmaps = []\n"
        + loop
        + "    q, k, v = (F.linear(tokens, *pair) for pair in views)\n"
        + "    y = attend(q, k, v, mask, scale=1.0)\n"
        + "    eye = torch.eye(h * w, dtype=x.dtype)  # as values it gives the weights\n"
        + "    maps.append(attend(q, k, eye, mask, scale=1.0))\n"
        + "    tokens = gamma * y + tokens\n"
        + "for weights in reversed(maps):\n"
        + "    row = row @ weights\n"
        + "y, row = tokens.T.reshape(x.shape), row.reshape(h, w)\n"
        + f"print(row[{_at(walk)}])  # how much of v has come to u\n"
    )
    return {"PyTorch": torch_program(torch), "NumPy": numpy_program(numpy)}, files


def _at(walk: Walk) -> str:
    row, col = divmod(walk.v, walk.grid[1])
    return f"{row}, {col}"


def _array(values: np.ndarray) -> str:
    return f"np.array({np.asarray(values).tolist()})"


def _given(walk: Walk, loads: bool) -> str:
    """The map, the parameters, and the mask."""
    if loads:
        x = f'x = np.load("{file_name(walk)}")  # (channels, rows, columns)\n'
    else:
        rows = "".join(
            f"    [\n{''.join(f'        {row},{chr(10)}' for row in channel)}    ],\n"
            for channel in channels_of(walk.x).tolist()
        )
        x = f"x = np.array([\n{rows}])  # (channels, rows, columns)\n"
    p = parameters()
    views = "".join(
        f"w{name} = {_array(p[f'{name}.weight'])}, {_array(p[f'{name}.bias'])}\n" for name in "qkv"
    )
    return (
        x
        + views
        + f"gamma, u = {float(p['gamma'])}, {walk.u}\n"
        + "h, w = x.shape[1:]\n"
        + "r, c = (each.ravel() for each in np.indices((h, w)))\n"
        + "down, right = r - r[:, None], c - c[:, None]\n"
        + _rule(walk)
    )


def _rule(walk: Walk) -> str:
    if walk.mask != OWN:
        return f"mask = {RULES[walk.mask]}  # True: may look\n"
    half = SIDE // 2
    rows = drawn(OWN, walk.offsets).astype(int).tolist()
    return (
        f"may = np.array({rows}, bool)\n"
        f"near = (abs(down) <= {half}) & (abs(right) <= {half})\n"
        f"mask = near & may[np.clip(down + {half}, 0, {SIDE - 1}), "
        f"np.clip(right + {half}, 0, {SIDE - 1})]\n"
    )
