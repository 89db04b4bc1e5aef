"""An operator's run over a matrix as programs: what it keeps, its boxes, its filter, written out.

The programs leave ``y``. Where an operator draws, what was drawn is written into them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from textwrap import wrap

import numpy as np

from poolviz.pooling import (
    RMAC,
    BlurPool,
    ChunkMax,
    DynamicKMax,
    FractionalMax,
    KMax,
    MaxMin,
    MaxOverTime,
    Operated,
    Operator,
    RoIAlign,
    RoIPool,
    S3Pool,
    SpatialPyramid,
    Spectral,
    Statistics,
    Strip,
)
from poolviz.wings.pooling.catalogue.entry import Entry
from poolviz.wings.pooling.programs.plan import file_name, large, literal
from poolviz.wings.pooling.programs.snippets import Snippets, snippets
from poolviz.wings.pooling.sequences.programs import sequence_lines

Lines = tuple[str, str, str]
"""The same in NumPy, PyTorch and Keras."""


def operator_code(run: Operated) -> Snippets:
    """The programs for an operator over a matrix (H, W), as ``snippets`` for a variant.

    Errors: ``ValueError`` for another input.

    >>> from poolviz import Strip
    >>> print(operator_code(Strip()(np.array([[1.0, 3], [4, 7]]))).numpy)
    import numpy as np
    <BLANKLINE>
    x = np.array([
        [1, 3],
        [4, 7],
    ], dtype=float)
    <BLANKLINE>
    y = x.mean(1, keepdims=True) + x.mean(0, keepdims=True)
    print(y)
    <BLANKLINE>
    """
    if run.x.ndim != 2:
        raise ValueError(f"run must be over a matrix, got an input of shape {run.x.shape}")
    numpy, torch, keras = PROGRAMS[type(run.operator)](run)
    loaded = f'np.load("{file_name(run.x)}")' if large(run.x) else ""
    x = loaded or f"np.array({literal(run.x, 'np')}, dtype=float)"
    from_numpy = bool(loaded) or "np." in torch
    tensor = f"torch.from_numpy({loaded})" if loaded else f"torch.tensor({literal(run.x, 'torch')}"
    tensor += "" if loaded else ", dtype=torch.float64)"
    values = loaded or literal(run.x, "np")
    return Snippets(
        ("import numpy as np\n" if from_numpy else "")
        + "import torch\nimport torch.nn.functional as F\n\n"
        + f"torch.set_default_dtype(torch.float64)\nx = {tensor}\n\n{torch}print(y)\n",
        "import keras\nimport numpy as np\nfrom keras import ops\n\n"
        f'x = ops.convert_to_tensor({values}, dtype="float32")\n\n{keras}print(y)\n',
        f"import numpy as np\n\nx = {x}\n\n{numpy}print(y)\n",
    )


def card_code(entry: Entry) -> Snippets:
    """The programs of a card of the catalogue: a sequence is written as one row."""
    if isinstance(entry.run, Operated):
        x = entry.run.x
        return operator_code(entry.run if x.ndim == 2 else entry.made(x[None]))
    return snippets(entry.run)


def _written(name: str, values: Sequence[tuple[int, ...]]) -> str:
    """A list of tuples, wrapped."""
    lines = wrap(f"{name} = {list(values)}", 90, subsequent_indent="    ", break_long_words=False)
    return "\n".join(lines) + "\n"


def _boxes(run: Operated) -> Lines:
    """The maximum of each box of rows and columns."""
    rows, cols = np.divmod(np.maximum(run.windows.index, 0), run.x.shape[1])
    seen = run.windows.valid
    ends = [
        (np.where(seen, at, 10**9).min(-1), np.where(seen, at, -1).max(-1) + 1)
        for at in (rows, cols)
    ]
    (top, bottom), (left, right) = ends
    if run.output.ndim == 1:
        boxes = [tuple(map(int, box)) for box in zip(top, bottom, left, right, strict=True)]
        define = _written("boxes", boxes) + "# (first row, end, first column, end) of each bin\n"
        each, inside = "x[a:b, c:d]", "for a, b, c, d in boxes"
        return (
            define + f"y = np.array([{each}.max() {inside}])\n",
            define + f"y = torch.stack([{each}.max() {inside}])\n",
            define + f"y = ops.stack([ops.max({each}) {inside}])\n",
        )
    plane = (0,) * (run.output.ndim - 2)
    return _grid(run, (top[plane][:, 0], bottom[plane][:, 0]), (left[plane][0], right[plane][0]))


def _fractional(run: Operated) -> Lines:
    """The same for windows that are the product of windows along each axis, never written out."""
    ends = []
    for line in run.stages[0].geometry.layout(run.x.shape).lines:  # type: ignore[attr-defined]
        at = line.at(np.arange(line.out))
        ends.append((np.where(at >= 0, at, 10**9).min(-1), at.max(-1) + 1))
    return _grid(run, *ends)


Ends = tuple[np.ndarray, np.ndarray]
"""The first place and the end of each window along an axis."""


def _grid(run: Operated, rows: Ends, cols: Ends) -> Lines:
    down, across = (
        [(int(first), int(end)) for first, end in zip(*ends, strict=True)] for ends in (rows, cols)
    )
    define = "# (first, end) of the rows and of the columns of each window\n"
    define += _written("rows", down) + _written("cols", across)
    each = "for c, d in cols] for a, b in rows]"
    first = "[None]" * (run.output.ndim - 2)
    shape = run.output.shape
    return (
        define + f"y = np.array([[x[a:b, c:d].max() {each}){first}\n",
        define + f"y = torch.tensor([[x[a:b, c:d].max() {each}){first}\n",
        define
        + "y = ops.stack([ops.max(x[a:b, c:d]) for a, b in rows for c, d in cols])\n"
        + f"y = ops.reshape(y, {shape})\n",
    )


def _summed_boxes(run: Operated) -> Lines:
    """The maxima of the boxes, added up."""
    assert isinstance(run.operator, RMAC)
    regions = replace(run.operator, total=False)(run.x)
    numpy, torch, keras = _boxes(regions)
    return (
        numpy + "y = y.sum(keepdims=True)\n",
        torch + "y = y.sum()[None]\n",
        keras + "y = ops.sum(y, keepdims=True)\n",
    )


def _s3(run: Operated) -> Lines:
    """Training draws rows and columns, so that each output is the maximum of a box; else a mean."""
    operator = run.operator
    assert isinstance(operator, S3Pool)
    if operator.selects:
        return _boxes(run)
    k, s, (rows, cols) = operator.kernel_size, operator.stride, run.x.shape
    each = f"for j in range(0, {cols}, {s})] for i in range(0, {rows}, {s})]"
    flat = f"for i in range(0, {rows}, {s}) for j in range(0, {cols}, {s})]"
    pad = f"((0, 0), (0, {k - 1}), (0, {k - 1}), (0, 0))"
    return (
        f"p = np.pad(x, (0, {k - 1}), constant_values=-np.inf)\n"
        f"z = {_windows(k, 1, 'p')}\n"
        f"y = np.array([[z[i : i + {s}, j : j + {s}].mean() {each})\n",
        f"p = F.pad(x[None, None], (0, {k - 1}, 0, {k - 1}), value=-torch.inf)\n"
        f"z = F.max_pool2d(p, {k}, stride=1)\n"
        f"y = F.avg_pool2d(z, {s}, ceil_mode=True)[0, 0]\n",
        f'p = ops.pad(x[None, :, :, None], {pad}, constant_values=float("-inf"))\n'
        f"z = {_layer(k, 1)}(p)[0, :, :, 0]\n"
        f"y = ops.stack([ops.mean(z[i : i + {s}, j : j + {s}]) {flat})\n"
        f"y = ops.reshape(y, {run.output.shape})\n",
    )


def _windows(k: int, s: int, x: str = "x") -> str:
    cut = f"[::{s}, ::{s}]" if s > 1 else ""
    return f"np.lib.stride_tricks.sliding_window_view({x}, ({k}, {k})){cut}.max((2, 3))"


def _layer(k: int, s: int) -> str:
    return f'keras.layers.MaxPooling2D({k}, strides={s}, padding="valid")'


def _max_min(run: Operated) -> Lines:
    operator = run.operator
    assert isinstance(operator, MaxMin)
    k, s = operator.kernel_size, operator.stride or operator.kernel_size
    return (
        f"y = np.stack([{_windows(k, s)},\n              {_windows(k, s, '-x')}])\n",
        f"largest = F.max_pool2d(x[None], {k}, {s})\n"
        f"smallest = F.max_pool2d(-x[None], {k}, {s})  # of -x: minus the minimum\n"
        "y = torch.cat([largest, smallest])\n",
        f"pool = {_layer(k, s)}\n"
        "x = x[None, :, :, None]\n"
        "y = ops.stack([pool(x)[0, :, :, 0], pool(-x)[0, :, :, 0]])\n",
    )


def _statistics(run: Operated) -> Lines:
    operator, shape = run.operator, run.output.shape
    assert isinstance(operator, Statistics)
    if operator.rank == 2:
        k = operator.kernel_size
        size = f"kernel_size={k}, stride={k}"
        patches = f"ops.image.extract_patches(x[None, :, :, None], ({k}, {k}), strides=({k}, {k}))"
        return (
            f"a = np.lib.stride_tricks.sliding_window_view(x, ({k}, {k}))[::{k}, ::{k}]\n"
            "y = np.stack([a.mean((2, 3)), a.std((2, 3))])\n",
            f"a = F.unfold(x[None, None], {size})[0]  # a column a window\n"
            f"y = torch.stack([a.mean(0), a.std(0, correction=0)]).reshape{shape}\n",
            f"a = {patches}[0]\ny = ops.stack([ops.mean(a, -1), ops.std(a, -1)])\n",
        )
    return (
        "y = np.stack([x.mean(1), x.std(1)], axis=1)[..., None]  # of each row\n",
        "y = torch.stack([x.mean(1), x.std(1, correction=0)], dim=1)[..., None]  # of each row\n",
        f"y = ops.reshape(ops.stack([ops.mean(x, 1), ops.std(x, 1)], axis=1), {shape})\n",
    )


def _blur(run: Operated) -> Lines:
    operator = run.operator
    assert isinstance(operator, BlurPool)
    k, s, m = operator.kernel_size, operator.stride, operator.filter_size
    row = np.array([1])
    for _step in range(m - 1):
        row = np.convolve(row, [1, 1])
    before, after = (m - 1) // 2, m // 2
    blur = f"row = np.array({row.tolist()}) / {2 ** (m - 1)}\nblur = np.outer(row, row)\n"
    return (
        f"largest = {_windows(k, 1)}\n"
        + blur
        + f'around = np.pad(largest, ({before}, {after}), mode="reflect")\n'
        f"a = np.lib.stride_tricks.sliding_window_view(around, ({m}, {m}))[::{s}, ::{s}]\n"
        "y = (a * blur).sum((2, 3))\n",
        f"largest = F.max_pool2d(x[None, None], {k}, stride=1)\n"
        + blur
        + f"around = F.pad(largest, ({before}, {after}, {before}, {after}), "
        'mode="reflect")\n'
        f"y = F.conv2d(around, torch.from_numpy(blur)[None, None], stride={s})[0, 0]\n",
        f"largest = {_layer(k, 1)}(x[None, :, :, None])\n"
        + blur
        + f"pads = ((0, 0), ({before}, {after}), ({before}, {after}), (0, 0))\n"
        'around = ops.pad(largest, pads, mode="reflect")\n'
        'weight = ops.convert_to_tensor(blur[:, :, None, None], dtype="float32")\n'
        f'y = ops.conv(around, weight, strides={s}, padding="valid")[0, :, :, 0]\n',
    )


def _spectral(run: Operated) -> Lines:
    (n, m), (p, q) = run.x.shape, run.output.shape
    a, b = n // 2 - p // 2, m // 2 - q // 2
    crop = f"[{a}:{a + p}, {b}:{b + q}]"

    def program(fft: str) -> str:
        return (
            f'spectrum = {fft}.fftshift({fft}.fft2(x, norm="forward"))\n'
            f"low = spectrum{crop}  # the low frequencies\n"
            f'y = {fft}.ifft2({fft}.ifftshift(low), norm="forward").real\n'
        )

    turned = (
        "def lines(n, kept):  # transform, crop, transform back: one matrix an axis\n"
        "    turns = np.arange(kept)[:, None] / kept - np.arange(n) / n\n"
        "    low = np.arange(-(kept // 2), -(-kept // 2))\n"
        "    z = np.exp(2j * np.pi * turns[..., None] * low).sum(-1) / n\n"
        '    return [ops.convert_to_tensor(part, dtype="float32") for part in (z.real, z.imag)]\n\n'
        f"(a, b), (c, d) = lines({n}, {p}), lines({m}, {q})\n"
        "y = a @ x @ ops.transpose(c) - b @ x @ ops.transpose(d)\n"
    )
    return program("np.fft"), program("torch.fft"), turned


def _strip(run: Operated) -> Lines:
    operator = run.operator
    assert isinstance(operator, Strip)
    axes = {"both": (1, 0), "rows": (1,), "columns": (0,)}[operator.direction]
    return (
        f"y = {' + '.join(f'x.mean({axis}, keepdims=True)' for axis in axes)}\n",
        f"y = {' + '.join(f'x.mean({axis}, keepdim=True)' for axis in axes)}\n",
        f"y = {' + '.join(f'ops.mean(x, {axis}, keepdims=True)' for axis in axes)}\n",
    )


def _aligned(run: Operated) -> Lines:
    """The whole plane as one box: its bins are means of bilinear samples."""
    (rows, cols), (down, across) = run.x.shape, run.output.shape[-2:]
    define = (
        "def bins(n, count):  # samples half a cell apart from the edges, read between cells\n"
        "    each = -(-n // count)\n"
        "    at = (np.arange(count * each) + 0.5) * n / (count * each) - 0.5\n"
        "    at = np.clip(at, 0, n - 1)\n"
        "    near = np.maximum(0, 1 - abs(at[:, None] - np.arange(n)))\n"
        "    return near.reshape(count, each, n).mean(1)\n\n"
        f"rows, cols = bins({rows}, {down}), bins({cols}, {across})\n"
    )
    cast = 'rows, cols = (ops.convert_to_tensor(part, dtype="float32") for part in (rows, cols))\n'
    return (
        define + "y = (rows @ x @ cols.T)[None]\n",
        define + "y = (torch.from_numpy(rows) @ x @ torch.from_numpy(cols).T)[None]\n",
        define + cast + "y = (rows @ x @ ops.transpose(cols))[None]\n",
    )


PROGRAMS: dict[type[Operator], Callable[[Operated], Lines]] = {
    FractionalMax: _fractional,
    S3Pool: _s3,
    Statistics: _statistics,
    MaxMin: _max_min,
    KMax: sequence_lines,
    DynamicKMax: sequence_lines,
    ChunkMax: sequence_lines,
    MaxOverTime: sequence_lines,
    SpatialPyramid: _boxes,
    RoIPool: _boxes,
    RMAC: _summed_boxes,
    RoIAlign: _aligned,
    BlurPool: _blur,
    Spectral: _spectral,
    Strip: _strip,
}
"""How each operator is written, with the fields that the comparison gives it."""
