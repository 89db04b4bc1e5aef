"""A pooling run as a PyTorch program: PyTorch's own pooling where it has it, else the formula."""

import numpy as np

from poolviz.pooling import Adaptive, Sliding
from poolviz.pooling.code import Native
from poolviz.wings.pooling.programs.numpy import (
    call,
    found,
    located,
    opening,
    put_back,
    reduction,
    source,
)
from poolviz.wings.pooling.programs.plan import (
    Line,
    Plan,
    both,
    large,
    looped,
    number,
    values_of,
)
from poolviz.wings.pooling.programs.translate import to_torch
from poolviz.wings.pooling.programs.way import after


def torch_code(p: Plan) -> str:
    """The program. It leaves ``y``; ``dx`` if it goes backward, ``out`` if it unpools."""
    own = native(p)
    body = own or (_loops(p) if p.loops else _unfolds(p))
    body = "\n".join([body, *after(p, "torch", own is not None), *_put_back(p, own)])
    numpy = "np." in body or large(p.run.x) or (p.dy is not None and large(p.dy))
    name = "out" if p.way else {"forward": "y", "backward": "x.grad"}[p.task]
    flat = own is None and p.loops
    grad = ".requires_grad_()" if p.task == "backward" else ""
    lines = [
        "import numpy as np" if numpy else "",
        "import torch",
        "import torch.nn.functional as F\n" if "F." in body else "",
        *([] if "F." in body else [""]),
        "torch.set_default_dtype(torch.float64)",
        _tensor("x", p.run.x)
        + (grad if flat else f"[None, None]{grad}  # (batch, channel, rows, columns)"),
        *([_gradient(p)] if p.task == "backward" else []),
        "",
        body,
        *([f"y.backward(dy{'' if own is None else '[None, None]'})"] * (p.task == "backward")),
        f"print({name})\n",
    ]
    head = [line for line in lines[:3] if line]
    return "\n".join([*head, *lines[3:]])


def _tensor(name: str, x: np.ndarray) -> str:
    values = values_of(name, x, "torch")
    if large(x):
        return f"{name} = torch.from_numpy({values})"
    return f"{name} = torch.tensor({values}, dtype=torch.float64)"


def _gradient(p: Plan) -> str:
    assert p.dy is not None
    if (p.dy == p.dy.flat[0]).all():
        return f"dy = torch.full({p.dy.shape}, {float(p.dy.flat[0])!r})"
    return _tensor("dy", p.dy)


def native(p: Plan) -> str | None:
    """PyTorch's own call, or None where it has none for this variant and geometry."""
    own = p.native
    if own is None or p.duplicates == "sum":
        return None
    if own.op == "max" and p.task != "forward" and p.nowhere:
        return None  # max_pool2d's location of a window of padding alone lies outside the plane
    if not isinstance(p.run.geometry, Sliding):
        return _adaptive(p, own)
    return {"max": _max, "average": _average, "lp": _lp}[own.op](p, own)


def _adaptive(p: Plan, own: Native) -> str | None:
    geometry = p.run.geometry
    if isinstance(geometry, Adaptive) and geometry.rule != "torch":
        return None
    name = {"max": "F.adaptive_max_pool2d", "average": "F.adaptive_avg_pool2d"}.get(own.op)
    if name is None or own.divisor is not None or p.task == "unpool":
        return None
    x = "x" if own.sign == 1 else "-x"
    return f"y = {'-' if own.sign < 0 else ''}{name}({x}, {both(p.out)})"


def padded(p: Plan, x: str, fill: str, pads: list[tuple[int, int]]) -> str:
    """F.pad of x, the last axis first as F.pad wants it; x itself if there is nothing to pad."""
    (top, bottom), (left, right) = pads
    if not any((top, bottom, left, right)):
        return x
    value = "" if fill == "0" else f", value={fill}"
    return f"F.pad({x}, ({left}, {right}, {top}, {bottom}){value})"


def _symmetric(p: Plan, limits: tuple[int, int]) -> bool:
    """Whether PyTorch's padding argument can say it: the same on both sides, half at most."""
    geometry = p.run.geometry
    assert isinstance(geometry, Sliding)
    axes = geometry.axes(p.run.windows.in_shape)
    return all(a.before == a.after <= most for a, most in zip(axes, limits, strict=True))


def _window(p: Plan, padding: bool, dilation: bool = True) -> str:
    rows, cols = p.plane
    given = f"kernel_size={both(p.kernel)}, stride={both((rows.stride, cols.stride))}"
    if padding and (rows.before or cols.before):
        given += f", padding={both((rows.before, cols.before))}"
    if dilation and max(rows.dilation, cols.dilation) > 1:
        given += f", dilation={both((rows.dilation, cols.dilation))}"
    if padding and p.run.geometry.ceil_mode:  # type: ignore[attr-defined]
        given += ", ceil_mode=True"
    return given


def _max(p: Plan, own: Native) -> str | None:
    rows, cols = p.plane
    direct = _symmetric(p, (rows.kernel // 2, cols.kernel // 2))
    x, sign = ("x", "") if own.sign == 1 else ("-x", "-")
    if p.task == "unpool":
        return _remembered(p, sign, x) if direct else None
    if not direct:
        x = padded(p, x, "-torch.inf", [(line.before, line.past) for line in p.plane])
    return f"y = {sign}F.max_pool2d({x}, {_window(p, direct)})"


def _remembered(p: Plan, sign: str, x: str) -> str:
    """Pooled, with the locations."""
    first = f"y, at = F.max_pool2d({x}, {_window(p, True)}, return_indices=True)"
    return "\n".join([first, *(["y = -y"] if sign else [])])


def _put_back(p: Plan, own: str | None) -> list[str]:
    """The lines that put every y back where it came from."""
    if p.task != "unpool":
        return []
    if own is None:
        add = "out.index_put_(({}), {}, accumulate=True)"
        return ["", *put_back(p, f"torch.zeros{p.run.x.shape}", add)]
    if _room(p.plane[0]) and _room(p.plane[1]):
        size = f"output_size={tuple(p.run.x.shape)}"
        unpool = _window(p, True, dilation=False).replace(", ceil_mode=True", "")
        return [f"out = F.max_unpool2d(y, at, {unpool}, {size})"]
    put = "out.view(-1)[at.flatten()] = y.flatten()"
    return ["out = torch.zeros_like(x)  # max_unpool2d cannot give this size", put]


def _room(line: Line) -> bool:
    """Whether max_unpool2d can give the size of the input."""
    default = (line.out - 1) * line.stride - 2 * line.before + line.kernel
    return abs(line.n - default) < line.stride


def _average(p: Plan, own: Native) -> str | None:
    rows, cols = p.plane
    if max(rows.dilation, cols.dilation) > 1:
        return None
    divisor = "" if own.divisor is None else f", divisor_override={own.divisor}"
    if _symmetric(p, (rows.kernel // 2, cols.kernel // 2)):
        counts = ""
        if (rows.before or cols.before) and own.divisor is None:
            counts = f", count_include_pad={own.counts_padding}"
        return f"y = F.avg_pool2d(x, {_window(p, True)}{counts}{divisor})"
    pads = [(line.before, line.past) for line in p.plane]
    window = _window(p, False)
    whole = f"F.avg_pool2d({padded(p, 'x', '0', pads)}, {window}{divisor})"
    overrun = any(line.past > line.counted for line in p.plane)
    if own.divisor is not None or (own.counts_padding and not overrun):
        return f"y = {whole}"
    if own.counts_padding:
        return None
    return "\n".join(
        [
            f"inside = {padded(p, 'torch.ones_like(x)', '0', pads)}  # padding does not count",
            f"y = {whole} / F.avg_pool2d(inside, {window})",
        ]
    )


def _lp(p: Plan, own: Native) -> str | None:
    rows, cols = p.plane
    if max(rows.dilation, cols.dilation) > 1 or (own.mean and (rows.ragged or cols.ragged)):
        return None
    x = "x.abs()" if own.magnitude and own.power % 2 else "x"
    x = padded(p, x, "0", [(line.before, line.past) for line in p.plane])
    y = f"y = F.lp_pool2d({x}, norm_type={number(own.power, 'torch')}, {_window(p, False)})"
    return y + (f" / {rows.kernel * cols.kernel} ** 0.5  # the root of the mean" * own.mean)


def setup(p: Plan) -> str:
    """The constants of the variant, as tensors."""
    if not p.code.setup:
        return ""
    names = ", ".join(p.code.constants)
    made = ", ".join(f"torch.from_numpy({name})" for name in p.code.constants)
    return f"{p.code.setup}\n{names} = {made}"


def _draws(p: Plan) -> list[str]:
    if p.code.seed is None:
        return []
    draw = f"np.random.default_rng({p.code.seed}).random({p.out})"
    return [f"u = torch.from_numpy({draw})  # one draw a window"]


def _value(p: Plan) -> str:
    return to_torch(p.code.torch or p.code.value)


def _unfolds(p: Plan) -> str:
    """All windows at once."""
    rows, cols = p.axes
    fill = number(p.fill, "torch")
    x = padded(p, "x", fill, list(p.pads)) if p.pads else "x"
    window = f"kernel_size={both(p.kernel)}"
    if max(rows.dilation, cols.dilation) > 1:
        window += f", dilation={both((rows.dilation, cols.dilation))}"
    window += f", stride={both((max(rows.stride, 1), max(cols.stride, 1)))}"
    lines = [
        f"# {p.out[0]} x {p.out[1]} windows, each a row of {p.kernel[0] * p.kernel[1]} cells",
        f"a = F.unfold({x}, {window})[0].T.reshape({p.out[0]}, {p.out[1]}, -1)",
        *_draws(p),
        *([setup(p)] if p.code.setup else []),
        _value(p),
    ]
    if p.task == "unpool":
        lines += [to_torch(p.code.slope), *_found(p)]
    return "\n".join(lines)


def _found(p: Plan) -> list[str]:
    """The lines that say where every y came from."""
    return [
        line.replace("np.argmax(g", "torch.argmax(g.int()").replace("np.", "torch.")
        for line in found(p)
    ]


def _loops(p: Plan) -> str:
    unpools = p.task == "unpool"
    slope = to_torch(p.code.slope) if unpools else ""
    empty = "a.sum()" + ("" if p.of_empty == 0 else f" + {number(p.of_empty, 'torch')}")
    define = reduction(p, setup(p), _value(p), slope, empty)
    wide = []
    if p.pads:
        wide = [f"p = {padded(p, 'x', number(p.fill, 'torch'), list(p.pads))}"]
    given = call(p)
    each = [f"y[i, j] = reduce({given})"]
    if unpools:
        each = located(p, given, "int(torch.argmax(g.int()))")
    first = [*_draws(p), *wide, *opening_of(p, unpools)]
    define = define.replace("np.zeros(0)", "torch.zeros(0)")
    return looped(p, define, first, f"{source(p)}[rows, cols]", each)


def opening_of(p: Plan, unpools: bool) -> list[str]:
    """The tensors that a loop fills."""
    lines = opening(p) if unpools else [f"y = np.zeros({p.out})"]
    return [line.replace("np.", "torch.") for line in lines]
