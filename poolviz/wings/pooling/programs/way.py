"""The lines of a program after the pooling: what happens to ``y`` in between, and the way back.

Written for NumPy ("np"), PyTorch ("torch") and Keras ("ops"). ``y`` is a matrix, or in PyTorch and
Keras also a batch of one map (``wide``); every way back leaves ``out``.
"""

from collections.abc import Callable

import numpy as np

from poolviz.pooling import AverageUnpool, BedOfNails, NearestUnpool, Unpooling
from poolviz.wings.pooling.programs.plan import Line, Plan, Way, both, literal, number
from poolviz.wings.pooling.unpooling.between import FILTERS, Between

LARGEST_WEIGHTS = 8
"""Longest side of weights that are written down; larger ones are loaded from a file."""


def weights_name(weights: np.ndarray) -> str:
    """The file from which large weights are loaded.

    >>> weights_name(np.zeros((9, 9)))
    'poolviz-weights-9x9.npy'
    """
    return f"poolviz-weights-{'x'.join(str(n) for n in weights.shape)}.npy"


def after(p: Plan, lib: str, wide: bool) -> list[str]:
    """The lines after the pooling: what happens to ``y``, and the way back if it is by no location.

    ``wide``: ``y`` is a batch of one map, as the frameworks' own pooling leaves it.
    """
    if p.way is None:
        return []
    lines = between_lines(p.way.between, lib, p.out, wide)
    return lines if p.way.by_location else [*lines, *back_lines(p.way, lib, p.plane, wide)]


def between_lines(between: Between, lib: str, out: tuple[int, int], wide: bool) -> list[str]:
    """The lines that change ``y``; none if nothing happens."""
    if between.kind == "nothing":
        return []
    written: dict[str, Callable[[], list[str]]] = {
        "relu": lambda: [f"y = {_relu(lib)}"],
        "gain": lambda: [f"y = {number(between.gain, lib)} * y  # gain"],
        "noise": lambda: _noise(between, lib, out, wide),
        "convolution": lambda: _convolution(FILTERS[between.filter], lib, out, wide),
    }
    return ["", *written[between.kind]()]


def _relu(lib: str) -> str:
    return {"np": "np.maximum(y, 0)  # ReLU", "torch": "F.relu(y)", "ops": "ops.relu(y)"}[lib]


def _noise(between: Between, lib: str, out: tuple[int, int], wide: bool) -> list[str]:
    shape = (1, *out, 1) if lib == "ops" and wide else out
    drawn = f"np.random.default_rng({between.seed}).standard_normal({shape})"
    tensor = {
        "np": drawn,
        "torch": f"torch.from_numpy({drawn})",
        "ops": f'ops.convert_to_tensor({drawn}, dtype="float32")',
    }[lib]
    return [f"noise = {tensor}", f"y = y + {number(between.noise, lib)} * noise"]


def _convolution(weights: np.ndarray, lib: str, out: tuple[int, int], wide: bool) -> list[str]:
    rows, cols = out
    if lib == "np":
        return [
            f"weight = np.array({literal(weights, lib)})",
            "around = np.pad(y, 1)",
            f"taps = [weight[i, j] * around[i : i + {rows}, j : j + {cols}]",
            "        for i in range(3) for j in range(3) if weight[i, j]]",
            "y = np.sum(taps, axis=0)  # a 3 x 3 convolution, zeros around",
        ]
    if lib == "torch":
        x, cut = ("y", "") if wide else ("y[None, None]", "[0, 0]")
        return [
            f"weight = torch.tensor({literal(weights, lib)}, dtype=torch.float64)",
            f"y = F.conv2d({x}, weight[None, None], padding=1){cut}",
        ]
    x = "y" if wide else f"ops.reshape(y, (1, {rows}, {cols}, 1))"
    made = f'y = ops.conv({x}, weight, padding="same")'
    return [
        f'weight = ops.convert_to_tensor({literal(weights, lib)}, dtype="float32")',
        "weight = ops.reshape(weight, (3, 3, 1, 1))",
        made if wide else f"{made}[0, :, :, 0]",
    ]


def back_lines(way: Way, lib: str, axes: tuple[Line, Line], wide: bool) -> list[str]:
    """The lines that leave ``out``, by the rule or the weights of the way."""
    if way.weights is not None:
        return ["", *_TRANSPOSED[lib](way.weights, axes, wide)]
    assert way.rule is not None
    return ["", *_RULES[way.rule](lib, axes, wide)]


def _matrix(axes: tuple[Line, Line], lib: str, wide: bool) -> tuple[list[str], str]:
    """The line that gives PyTorch and Keras their map, and its name."""
    if lib == "np" or wide:
        return [], "y"
    if lib == "torch":
        return ["y = y[None, None]"], "y"
    return [f"y = ops.reshape(y, (1, {axes[0].out}, {axes[1].out}, 1))"], "y"


def _repeated(lib: str, axes: tuple[Line, Line]) -> str:
    k = axes[0].kernel
    return {
        "np": f"y.repeat({k}, axis=0).repeat({k}, axis=1)",
        "torch": f'F.interpolate(y, scale_factor={k}, mode="nearest")',
        "ops": f"keras.layers.UpSampling2D({k})(y)",
    }[lib]


def _fitted(lib: str, axes: tuple[Line, Line]) -> list[str]:
    """The lines that bring ``out`` from whole windows to the size of x."""
    sizes = [(line.n, line.out * line.kernel) for line in axes]
    (rows, tall), (cols, broad) = sizes
    if all(n == full for n, full in sizes):
        return []
    if lib == "torch":
        note = "to the size of x: a negative number cuts"
        return [f"out = F.pad(out, (0, {cols - broad}, 0, {rows - tall}))  # {note}"]
    grown = [max(0, n - full) for n, full in sizes]
    batch = ("(0, 0), ", ", (0, 0)") if lib == "ops" else ("", "")
    lines = []
    if any(grown):
        pads = f"({batch[0]}(0, {grown[0]}), (0, {grown[1]}){batch[1]})"
        lines.append(f"out = {lib}.pad(out, {pads})  # cells in no window stay 0")
    if any(n < full for n, full in sizes):
        first = ":, " if lib == "ops" else ""
        lines.append(f"out = out[{first}:{rows}, :{cols}]  # to the size of x")
    return lines


def _nearest(lib: str, axes: tuple[Line, Line], wide: bool) -> list[str]:
    return [*_matrix(axes, lib, wide)[0], f"out = {_repeated(lib, axes)}", *_fitted(lib, axes)]


def _average(lib: str, axes: tuple[Line, Line], wide: bool) -> list[str]:
    k = axes[0].kernel
    lines = _matrix(axes, lib, wide)[0]
    if all(line.out * k <= line.n for line in axes):
        return [*lines, f"out = {_repeated(lib, axes)} / {k * k}", *_fitted(lib, axes)]
    counts = [[min(k, line.n - k * i) for i in range(line.out)] for line in axes]
    outer = {
        "np": "np.outer({0}, {1})",
        "torch": "torch.outer(torch.tensor({0}), torch.tensor({1}))",
        "ops": "ops.reshape(ops.outer({0}, {1}), ({2}, {3}, 1))",
    }[lib].format(*counts, axes[0].out, axes[1].out)
    divided = "y / n" if lib != "ops" else 'y / ops.cast(n, "float32")'
    return [
        *lines,
        f"n = {outer}  # cells of each window: the last ones are cut",
        f"y = {divided}",
        f"out = {_repeated(lib, axes)}",
        *_fitted(lib, axes),
    ]


def _nails(lib: str, axes: tuple[Line, Line], wide: bool) -> list[str]:
    k, (rows, cols) = axes[0].kernel, axes
    first = f": {k * rows.out} : {k}, : {k * cols.out} : {k}"
    lines = _matrix(axes, lib, wide)[0]
    if lib == "np":
        return [f"out = np.zeros(({rows.n}, {cols.n}))", f"out[{first}] = y"]
    if lib == "torch":
        return [
            *lines,
            f"out = torch.zeros(1, 1, {rows.n}, {cols.n})",
            f"out[..., {first}] = y",
        ]
    return [
        *lines,
        f"nail = np.zeros(({rows.out * k}, {cols.out * k}, 1))",
        f"nail[::{k}, ::{k}] = 1  # the first cell of each window",
        f"out = ops.where(nail == 1, {_repeated(lib, axes)}, 0.0)",
        *_fitted(lib, axes),
    ]


_RULES: dict[type[Unpooling], Callable[[str, tuple[Line, Line], bool], list[str]]] = {
    NearestUnpool: _nearest,
    AverageUnpool: _average,
    BedOfNails: _nails,
}


def _weight(weights: np.ndarray, lib: str) -> str:
    if max(weights.shape) > LARGEST_WEIGHTS:
        return f'np.load("{weights_name(weights)}")'
    return literal(np.array([[float(f"{v:.9g}") for v in row] for row in weights]), lib)


FITTED = "  # fitted to this x by least squares"


def _numpy_transposed(weights: np.ndarray, axes: tuple[Line, Line], wide: bool) -> list[str]:
    rows, cols = axes
    size = tuple(max(_span(line), line.before + line.n) for line in axes)
    found = [_place(line, i) for line, i in zip(axes, "ij", strict=True)]
    cut = ", ".join(f"{line.before} : {line.before + line.n}" for line in axes)
    return [
        f"weight = np.array({_weight(weights, 'np')}){FITTED}",
        f"out = np.zeros({size})",
        f"for i in range({rows.out}):",
        f"    for j in range({cols.out}):",
        f"        out[{', '.join(found)}] += y[i, j] * weight",
        f"out = out[{cut}]",
    ]


def _span(line: Line) -> int:
    """The cells of one axis that all windows reach, padding included."""
    return (line.out - 1) * line.stride + line.effective


def _place(line: Line, i: str) -> str:
    start = i if line.stride == 1 else f"{line.stride} * {i}"
    step = f" : {line.dilation}" if line.dilation > 1 else ""
    return f"{start} : {start} + {line.effective}{step}"


def _torch_transposed(weights: np.ndarray, axes: tuple[Line, Line], wide: bool) -> list[str]:
    rows, cols = axes
    made = _weight(weights, "torch")
    tensor = (
        f"torch.from_numpy({made})"
        if made.startswith("np.")
        else f"torch.tensor({made}, dtype=torch.float64)"
    )
    given = f"stride={both((rows.stride, cols.stride))}"
    if max(rows.dilation, cols.dilation) > 1:
        given += f", dilation={both((rows.dilation, cols.dilation))}"
    more = [line.n + line.before - _span(line) for line in axes]
    limits = [max(line.stride, line.dilation) for line in axes]
    lines = [*_matrix(axes, "torch", wide)[0], f"weight = {tensor}[None, None]{FITTED}"]
    # PyTorch's padding cuts both ends, its output_padding gives the far one back.
    extra = [m + line.before for m, line in zip(more, axes, strict=True)]
    if all(0 <= e < most for e, most in zip(extra, limits, strict=True)):
        if rows.before or cols.before:
            given += f", padding={both((rows.before, cols.before))}"
        if any(extra):
            given += f", output_padding={both((extra[0], extra[1]))}"
        return [*lines, f"out = F.conv_transpose2d(y, weight, {given})"]
    pads = (-cols.before, more[1], -rows.before, more[0])
    return [
        *lines,
        f"out = F.conv_transpose2d(y, weight, {given})",
        f"out = F.pad(out, {pads})  # to the size of x: a negative number cuts",
    ]


def _keras_transposed(weights: np.ndarray, axes: tuple[Line, Line], wide: bool) -> list[str]:
    rows, cols = axes
    lines = [
        *_matrix(axes, "ops", wide)[0],
        f"weight = np.array({_weight(weights, 'np')}){FITTED}",
    ]
    spread = (rows.effective, cols.effective)
    if spread != weights.shape:
        lines += [
            f"apart = np.zeros({spread})",
            f"apart[::{rows.dilation}, ::{cols.dilation}] = weight  # dilation",
            "weight = apart",
        ]
    reach = [line.out * line.stride + max(line.effective - line.stride, 0) for line in axes]
    missing = [max(0, line.before + line.n - full) for line, full in zip(axes, reach, strict=True)]
    strides = both((rows.stride, cols.stride))
    lines += [
        f'weight = ops.convert_to_tensor(weight.reshape{(*spread, 1, 1)}, dtype="float32")',
        f'out = ops.conv_transpose(y, weight, strides={strides}, padding="valid")',
    ]
    if any(missing):
        lines.append(f"out = ops.pad(out, ((0, 0), (0, {missing[0]}), (0, {missing[1]}), (0, 0)))")
    cuts = [(line.before, line.before + line.n) for line in axes]
    if any((a, b) != (0, full) for (a, b), full in zip(cuts, reach, strict=True)):
        cut = ", ".join(f"{a}:{b}" for a, b in cuts)
        lines.append(f"out = out[:, {cut}]  # to the size of x")
    return lines


_TRANSPOSED: dict[str, Callable[[np.ndarray, tuple[Line, Line], bool], list[str]]] = {
    "np": _numpy_transposed,
    "torch": _torch_transposed,
    "ops": _keras_transposed,
}
