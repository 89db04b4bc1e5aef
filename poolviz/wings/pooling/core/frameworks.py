"""How PyTorch, Keras and ONNX treat the same pooling, and the smallest input that shows it.

Every number is computed by the engine, whose options cover all three rules. The conventions are
those of the documentations, and of PyTorch, TensorFlow and onnxruntime as measured.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from poolviz.numbers import number
from poolviz.pooling import L2, Adaptive, Average, L2Norm, Max, Pooled, Sliding, pool
from poolviz.text import _, together


@dataclass(frozen=True)
class Topic:
    """One convention. ``answers``: framework -> what it gives here; ``why`` in a sentence.

    ``smallest``: the call and the input that show it; ``results``: who -> what comes out of it.
    ``differs``: whether the answers differ for the geometry on the screen.
    """

    title: str
    answers: dict[str, str]
    why: str
    smallest: str
    results: dict[str, str]
    differs: bool


def topics(run: Pooled) -> tuple[Topic, ...]:
    """The conventions that matter for a run over a matrix, ``Sliding`` or ``Adaptive``.

    >>> from poolviz import Max, Sliding, pool
    >>> run = pool(np.ones((4, 4)), Max(), Sliding(2))
    >>> [topic.title for topic in topics(run) if topic.differs]
    ['Default stride']
    """
    own = run.variant.native()
    if isinstance(run.geometry, Adaptive):
        after = (_ties, _missing) if own is not None and own.op == "max" else ()
        return tuple(topic(run) for topic in (_adaptive, *after))
    by_op: dict[str, tuple[Callable[[Pooled], Topic], ...]] = {
        "max": (_padding_value, _ties, _missing),
        "average": (_divisor,),
        "lp": (_norm,),
    }
    chosen = by_op[own.op] if own is not None else ()
    return tuple(topic(run) for topic in (_size, _stride, _forms, *chosen))


def _adaptive(run: Pooled) -> Topic:
    own = run.variant.native()
    sizes = list(zip(run.windows.in_shape, run.windows.out_shape, strict=True))
    even = all(n % out == 0 for n, out in sizes)
    layer = own is not None and own.op != "lp" and own.divisor is None
    none = _("no layer of its own")
    exported = none
    if layer and even:
        exported = _("an ordinary pool, or a global one")
    row = np.arange(5.0)[None]
    average = Average()
    torch, equal = (
        pool(row, average, Adaptive((1, 3), rule=rule)).output for rule in ("torch", "equal")
    )
    return Topic(
        _("The windows of a given output size"),
        {
            "PyTorch": _("lengths may differ") if layer else none,
            "Keras": _("PyTorch's rule") if layer else none,
            "ONNX": exported,
        },
        _(
            "Keras has adaptive layers since version 3.13, with PyTorch's rule. ONNX has none: an "
            "export succeeds where the output size divides the input, as an ordinary pool, or "
            "where it is 1, as a global one. Equal windows, as texts describe them, are in no "
            "framework."
        ),
        _("average, 3 outputs, of {x}").format(x=_row(row)),
        {"PyTorch, Keras": _row(torch), _("equal windows"): _row(equal)},
        not (layer and even),
    )


def _geometry(run: Pooled) -> Sliding:
    assert isinstance(run.geometry, Sliding)
    return run.geometry


def _out(run: Pooled, geometry: Sliding) -> str:
    try:
        shape = tuple(axis.out for axis in geometry.axes(run.windows.in_shape))
    except ValueError:
        return _("no window fits")
    return " × ".join(str(n) for n in shape)


def _size(run: Pooled) -> Topic:
    g = _geometry(run)
    bare = Sliding(g.kernel_size, g.stride, 0)
    valid, same = _out(run, bare), _out(run, replace(bare, padding="same_upper"))
    here = _out(run, g)
    row = np.arange(5.0)[None]
    counts = [
        Sliding((1, 2), (1, 2)),
        Sliding((1, 2), (1, 2), ceil_mode=True),
        Sliding((1, 2), (1, 2), "same_upper"),
    ]
    floor, ceil, same_row = (pool(row, Max(), each).output for each in counts)
    return Topic(
        _("Output size"),
        {
            "PyTorch": here,
            "Keras": _("“valid”: {valid}, “same”: {same}").format(valid=valid, same=same),
            "ONNX": here,
        },
        _(
            "PyTorch and ONNX round down, or up with ceil_mode (then a window that would start in "
            "the padding after the input is dropped). Keras has no ceil mode: “valid” rounds down, "
            "“same” gives ⌈in / stride⌉."
        ),
        _("max, kernel 2, stride 2, of {x}").format(x=_row(row)),
        {
            _("PyTorch, ONNX; Keras “valid”"): _row(floor),
            _("PyTorch, ONNX with ceil_mode"): _row(ceil),
            _("Keras “same”; ONNX SAME_UPPER"): _row(same_row),
        },
        here not in (valid, same),
    )


def _stride(run: Pooled) -> Topic:
    g = _geometry(run)
    kernel, ones = replace(g, stride=None), replace(g, stride=1)
    row = np.array([[1.0, 4, 2, 3]])
    narrow = pool(row, Max(), Sliding((1, 2))).output
    wide = pool(row, Max(), Sliding((1, 2), 1)).output
    by_kernel, by_one = _out(run, kernel), _out(run, ones)
    return Topic(
        _("Default stride"),
        {"PyTorch": by_kernel, "Keras": by_kernel, "ONNX": by_one},
        _(
            "Leave the stride out, and PyTorch and Keras move by the kernel size, ONNX by one "
            "cell: an exported model must say its strides."
        ),
        _("max, kernel 2, no stride given, of {x}").format(x=_row(row)),
        {"PyTorch, Keras": _row(narrow), "ONNX": _row(wide)},
        by_kernel != by_one,
    )


def _forms(run: Pooled) -> Topic:
    axes = _geometry(run).axes(run.windows.in_shape)
    uneven = any(axis.before != axis.after for axis in axes)
    wide = any(axis.before > axis.kernel // 2 for axis in axes)
    dilated = any(axis.dilation > 1 for axis in axes)
    padded = any(axis.before or axis.after for axis in axes)
    own = run.variant.native()
    lacks_torch = uneven or wide or (dilated and own is not None and own.op != "max")
    same = _geometry(run).padding == "same_upper"
    lacks_keras = dilated or (padded and not same) or _geometry(run).ceil_mode
    yes, no = _("as it stands"), _("not in one call")
    if own is None:
        answers = dict.fromkeys(("PyTorch", "Keras", "ONNX"), _("no layer of its own"))
    else:
        onnx = yes if run.variant.names.onnx else _("no layer of its own")
        answers = {
            "PyTorch": no if lacks_torch else yes,
            "Keras": no if lacks_keras or own.op == "lp" else yes,
            "ONNX": onnx,
        }
    row = np.array([[1.0, 9, 2, 3]])
    before = pool(row, Max(), Sliding((1, 3), (1, 2), "same_lower")).output
    after = pool(row, Max(), Sliding((1, 3), (1, 2), "same_upper")).output
    return Topic(
        _("What can be asked for"),
        answers,
        _(
            "PyTorch pads both sides alike, by half a kernel at most, and dilates max alone. Keras "
            "knows “valid” and “same” (the odd cell goes after) and no dilation. ONNX takes any "
            "pads, SAME_UPPER, SAME_LOWER and dilations."
        ),
        _("max, kernel 3, stride 2, of {x}").format(x=_row(row)),
        {
            _("Keras “same”; ONNX SAME_UPPER"): _row(after),
            _("ONNX SAME_LOWER"): _row(before),
        },
        len(set(answers.values())) > 1 or own is None,
    )


def _padding_value(run: Pooled) -> Topic:
    x = np.full((1, 2), -1.0)
    geometry = Sliding((1, 3), 1, (0, 1))
    ours = pool(x, Max(), geometry).output
    zeros = pool(np.pad(x, ((0, 0), (1, 1))), Max(), Sliding((1, 3), 1)).output
    infinite = "−∞" if run.variant.identity < 0 else "∞"
    return Topic(
        _("What padding holds"),
        dict.fromkeys(("PyTorch", "Keras", "ONNX"), infinite),
        _(
            "No framework pads max with zeros: a padding cell must never win. Pad by hand with "
            "zeros, and negative inputs lose to them."
        ),
        _("max, kernel 3, stride 1, padding 1, of {x}").format(x=_row(x)),
        {"PyTorch, Keras, ONNX": _row(ours), _("padded with zeros by hand"): _row(zeros)},
        False,
    )


def _ties(run: Pooled) -> Topic:
    x = np.full((1, 2), 2.0)
    one = np.ones((1, 1))
    first = pool(x, Max(), Sliding((1, 2))).backward(one)
    shared = pool(x, Max(ties="shared"), Sliding((1, 2))).backward(one)
    best = np.max if run.variant.identity < 0 else np.min
    equal = any(
        seen.any() and (w[seen] == best(w[seen])).sum() > 1 for w, seen in _windows(run, 64)
    )
    return Topic(
        _("Ties"),
        {"PyTorch": _("the first"), "Keras": _("the first"), "ONNX": _("the first")},
        together(
            [
                _(
                    "Of equal cells the pooling layers choose the first in row order, and it alone "
                    "receives the gradient. x.amax in PyTorch and tf.reduce_max share it evenly."
                ),
                *([_("This input has such a window.")] if equal else []),
            ]
        ),
        _("the gradient of max, kernel 2, for {x}").format(x=_row(x)),
        {_("the layers"): _row(first), "x.amax, tf.reduce_max": _row(shared)},
        False,
    )


def _missing(run: Pooled) -> Topic:
    x = np.array([[np.nan, 1, np.nan, 2]])
    got = pool(x, Max(), Sliding((1, 4)))
    assert got.locations is not None
    return Topic(
        _("NaN"),
        {
            "PyTorch": _("NaN, the last one's place"),
            "Keras": _("depends on the backend"),
            "ONNX": _("not said"),
        },
        _(
            "A NaN wins in PyTorch. onnxruntime asked for indices gives NaN and the place of the "
            "first; asked for values alone, it gives 2 for this window."
        ),
        _("max, kernel 4, of {x}").format(x=_row(x)),
        {
            "PyTorch": _("{value}, place {place}").format(
                value=_row(got.output), place=int(got.locations[0, 0])
            )
        },
        bool(np.isnan(run.x).any()),
    )


def _divisor(run: Pooled) -> Topic:
    x = np.full((1, 2), 6.0)
    geometry = Sliding((1, 3), 1, (0, 1))
    counted = pool(x, Average(), geometry).output
    real = pool(x, Average(count_include_pad=False), geometry).output
    axes = _geometry(run).axes(run.windows.in_shape)
    padded = any(axis.before or axis.after for axis in axes)
    k = number(np.prod([axis.kernel for axis in axes]))
    inside = _("the real cells") if padded else k
    return Topic(
        _("The divisor at the border"),
        {"PyTorch": k, "Keras": inside, "ONNX": inside},
        _(
            "PyTorch counts padding cells (count_include_pad=True), so averages sink at the "
            "border. ONNX's default is 0, and TensorFlow's “same” leaves them out. The overrun of "
            "ceil mode never counts."
        ),
        _("average, kernel 3, stride 1, padding 1, of {x}").format(x=_row(x)),
        {"PyTorch": _row(counted), _("Keras “same”, ONNX"): _row(real)},
        padded,
    )


def _norm(run: Pooled) -> Topic:
    x = np.array([[0.0, 6, 3, 2]])
    norm = pool(x, L2Norm(), Sliding((1, 4))).output
    mean = pool(x, L2(), Sliding((1, 4))).output
    return Topic(
        _("Norm or mean"),
        {
            "PyTorch": _("norm, signed powers"),
            "Keras": _("no layer of its own"),
            "ONNX": _("norm, of magnitudes"),
        },
        _(
            "LPPool2d and LpPool add the powers up; TensorFlow Lite's L2 pool divides by their "
            "number first, the root mean square. Odd powers keep their sign in PyTorch alone."
        ),
        _("L2, kernel 4, of {x}").format(x=_row(x)),
        {"PyTorch, ONNX": _row(norm), "TensorFlow Lite": _row(mean)},
        True,
    )


def _windows(run: Pooled, most: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The first windows of a run, each with what it sees."""
    table = run.windows
    index = table.index.reshape(-1, table.size)[:most]
    flat = run.x.reshape(-1)
    return [(flat[np.maximum(row, 0)], row >= 0) for row in index]


def _row(values: np.ndarray) -> str:
    """A row of numbers: [1, 2]."""
    return "[" + ", ".join(number(v) for v in np.ravel(values)) + "]"
