"""A pooling run as a Keras program: Keras' own pooling where it has it, else the formula.

Keras is channels-last. Its pooling pads "valid" or "same" alone and knows no dilation; its
operations have no gradients of their own, TensorFlow's tape has.
"""

import numpy as np

from poolviz.pooling import Adaptive, Sliding
from poolviz.pooling.code import Native
from poolviz.wings.pooling.programs.numpy import call, found, located, reduction, source
from poolviz.wings.pooling.programs.plan import (
    Plan,
    both,
    indented,
    large,
    looped,
    number,
    values_of,
)
from poolviz.wings.pooling.programs.translate import to_keras
from poolviz.wings.pooling.programs.way import after


def keras_code(p: Plan) -> str:
    """The program. It leaves ``y``; ``dx`` if it goes backward, ``out`` if it unpools."""
    own = native(p) if p.task != "unpool" else None  # Keras' pooling gives no locations
    body = own or _formula(p)
    body = "\n".join([body, *after(p, "ops", _wide(p, body)), *_put_back(p)])
    back = p.task == "backward"
    head = [
        *(["import os\n", 'os.environ["KERAS_BACKEND"] = "tensorflow"  # for its tape'] * back),
        "import keras",
        *(["import numpy as np"] if "np." in body or _files(p) else []),
        *(["import tensorflow as tf"] if back else []),
        "from keras import ops\n",
    ]
    x = _tensor("x", p.run.x, f"(1, {p.run.x.shape[0]}, {p.run.x.shape[1]}, 1)")
    lines = [*head, x]
    if back:
        assert p.dy is not None
        lines += [
            _tensor("dy", p.dy),
            "",
            "with tf.GradientTape() as tape:",
            "    tape.watch(x)",
            indented(body),
            f"dy = ops.reshape(dy, {_shape(p, body)})",
            "dx = tape.gradient(y, x, output_gradients=dy)",
            "print(dx)\n",
        ]
    else:
        lines += ["", body, f"print({'out' if p.way else 'y'})\n"]
    return "\n".join(lines)


def _files(p: Plan) -> bool:
    return large(p.run.x) or (p.task == "backward" and p.dy is not None and large(p.dy))


def _wide(p: Plan, body: str) -> bool:
    """Whether y is a batch of one map: Keras' own layers leave it so."""
    return "y = ops.reshape" not in body and "a = " not in body


def _shape(p: Plan, body: str) -> str:
    return f"(1, {p.out[0]}, {p.out[1]}, 1)" if _wide(p, body) else str(p.out)


def _tensor(name: str, x: np.ndarray, shape: str = "") -> str:
    made = f'{name} = ops.convert_to_tensor({values_of(name, x, "ops")}, dtype="float32")'
    if not shape:
        return made
    return f"{made}\n{name} = ops.reshape({name}, {shape})  # (batch, rows, columns, channel)"


def native(p: Plan) -> str | None:
    """Keras' own call, or None where it has none for this variant and geometry."""
    own = p.native
    if own is None or own.op == "lp":
        return None
    if not isinstance(p.run.geometry, Sliding):
        return _adaptive(p, own)
    rows, cols = p.plane
    if max(rows.dilation, cols.dilation) > 1:
        return None
    return _max(p, own) if own.op == "max" else _average(p, own)


def _adaptive(p: Plan, own: Native) -> str | None:
    if own.divisor is not None:
        return None
    x, sign = ("x", "") if own.sign == 1 else ("-x", "-")
    geometry = p.run.geometry
    if not isinstance(geometry, Adaptive):
        name = "GlobalMaxPooling2D" if own.op == "max" else "GlobalAveragePooling2D"
        return f"y = {sign}keras.layers.{name}(keepdims=True)({x})"
    if geometry.rule != "torch":
        return None
    name = f"ops.adaptive_{own.op}_pool"
    return f"y = {sign}{name}({x}, {p.out})  # windows by PyTorch's rule; new in Keras 3.13"


def padded(p: Plan, x: str, fill: str = "") -> str:
    """ops.pad of x; x itself if there is nothing to pad."""
    pads = [(line.before, line.past) for line in p.plane]
    return _ops_pad(x, pads, fill) if any(map(any, pads)) else x


def _ops_pad(x: str, pads: list[tuple[int, int]], fill: str = "") -> str:
    value = f", constant_values={fill}" if fill else ""
    return f"ops.pad({x}, ((0, 0), {pads[0]}, {pads[1]}, (0, 0)){value})"


def _layer(p: Plan, name: str, padding: str) -> str:
    rows, cols = p.plane
    window = f"pool_size={both(p.kernel)}, strides={both((rows.stride, cols.stride))}"
    return f'keras.layers.{name}({window}, padding="{padding}")'


def _same(p: Plan) -> bool:
    return p.run.geometry.padding == "same_upper"  # type: ignore[attr-defined]


def _max(p: Plan, own: Native) -> str:
    x, sign = ("x", "") if own.sign == 1 else ("-x", "-")
    if _same(p):
        return f"y = {sign}{_layer(p, 'MaxPooling2D', 'same')}({x})"
    wide = padded(p, x, 'float("-inf")')
    first = "" if wide == x else f"p = {wide}\n"
    return f"{first}y = {sign}{_layer(p, 'MaxPooling2D', 'valid')}({'p' if first else x})"


def _average(p: Plan, own: Native) -> str | None:
    # Not "same": what its padding holds, and whether it counts, depends on the backend.
    layer, x = _layer(p, "AveragePooling2D", "valid"), padded(p, "x")
    if own.divisor is not None:
        size = p.kernel[0] * p.kernel[1]
        return f"y = {layer}({x}) * {size}" + (f" / {own.divisor}" if own.divisor != 1 else "")
    overrun = any(line.past > line.counted for line in p.plane)
    if x == "x" or (own.counts_padding and not overrun):
        return f"y = {layer}({x})"
    if own.counts_padding:  # padding counts, what ceil mode adds after it does not
        ones = [(line.before, line.counted) for line in p.plane]
        rest = [(0, line.past - line.counted) for line in p.plane]
        counted = (
            "ops.ones_like(x)\n"
            f"counted = {_ops_pad('counted', ones, '1')}\n"
            f"counted = {_ops_pad('counted', rest)}"
        )
    else:
        counted = padded(p, "ops.ones_like(x)")
    return f"counted = {counted}\npool = {layer}\ny = pool({x}) / pool(counted)"


def _setup(p: Plan) -> str:
    if not p.code.setup:
        return ""
    names = [f'{n} = ops.convert_to_tensor({n}, dtype="float32")' for n in p.code.constants]
    return "\n".join([p.code.setup, *names])


def _draws(p: Plan) -> list[str]:
    if p.code.seed is None:
        return []
    draw = f"np.random.default_rng({p.code.seed}).random({p.out})"
    return [f'u = ops.convert_to_tensor({draw}, dtype="float32")  # one draw a window']


def _formula(p: Plan) -> str:
    """Keras has no layer for it: the formula over the windows."""
    dilated = max(line.dilation for line in p.axes) > 1
    infinite = p.pads is not None and p.fill != 0
    return _loops(p) if p.loops or dilated or infinite else _patches(p)


def _value(p: Plan) -> str:
    return to_keras(p.code.keras or p.code.value)


def _patches(p: Plan) -> str:
    rows, cols = p.axes
    x = padded(p, "x") if p.pads else "x"
    strides = (max(rows.stride, 1), max(cols.stride, 1))
    return "\n".join(
        [
            f"# {p.out[0]} x {p.out[1]} windows, each a row of {p.kernel[0] * p.kernel[1]} cells",
            f"a = ops.image.extract_patches({x}, {p.kernel}, strides={strides})",
            f"a = ops.reshape(a, {(*p.out, -1)})",
            *_draws(p),
            *([_setup(p)] if p.code.setup else []),
            _value(p),
            *([to_keras(p.code.slope), *_found(p)] if p.task == "unpool" else []),
        ]
    )


def _loops(p: Plan) -> str:
    empty = f"ops.array({number(p.of_empty, 'ops')})"
    pick = "ops.take({}, at, axis=-1)"
    unpools = p.task == "unpool"
    slope = to_keras(p.code.slope) if unpools else ""
    define = reduction(p, _setup(p), _value(p), slope, empty, pick)
    first = [*_draws(p)]
    if p.pads:
        first.append(f"p = {padded(p, 'x', number(p.fill, 'ops'))}")
    if unpools:
        first.append(f"row, col = np.full({(2, *p.out)}, -1)  # where each y came from")
    given = call(p, "ops.reshape(a, (-1,))")
    each = [f"y.append(reduce({given}))"]
    if unpools:
        pooled, *put = located(p, given, _PLACE)
        each = [pooled.replace("y[i, j], g", "value, g"), "y.append(value)", *put]
    define = define.replace("np.zeros(0)", "ops.zeros(0)")
    lines = looped(p, define, [*first, "y = []"], f"{source(p)}[0, rows, cols, 0]", each)
    return f"{lines}\ny = ops.reshape(ops.stack(y), {p.out})"


_PLACE = 'int(ops.argmax(ops.cast(g, "int32")))'


def _found(p: Plan) -> list[str]:
    """The lines that say where every y came from, as NumPy's indices."""
    note, *places = found(p)
    first = note.replace("np.argmax(g, -1)", 'ops.argmax(ops.cast(g, "int32"), -1)')
    return [first, "k = ops.convert_to_numpy(k)", *places]


def _put_back(p: Plan) -> list[str]:
    """The lines that put every y back: added up, or of several the last."""
    if p.task != "unpool":
        return []
    (rows, cols), cells = p.run.x.shape, p.run.x.size
    at = f"row * {cols} + col"
    room = cells + p.nowhere
    lines = ["", f"at = ({at}).ravel()  # the place of each y in the plane"]
    if p.nowhere:
        lines = [
            "",
            f"at = np.where(row < 0, {cells}, {at}).ravel()  # no cell: one behind the plane",
        ]
    cut = f"[:{cells}]" if p.nowhere else ""
    if p.duplicates == "sum":
        put = [f"out = ops.segment_sum(ops.reshape(y, (-1,)), at, num_segments={room}){cut}"]
    else:
        put = [
            "last = {place: n for n, place in enumerate(at.tolist())}  # the last one stands",
            f"out = ops.scatter_update(ops.zeros({room}), [[place] for place in last],",
            f"                         ops.take(ops.reshape(y, (-1,)), list(last.values()))){cut}",
        ]
    return [*lines, *put, f"out = ops.reshape(out, ({rows}, {cols}))"]
