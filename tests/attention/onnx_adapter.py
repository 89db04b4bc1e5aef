"""ONNX's ``Attention`` (opset 23 to 25) told in ``attend``: attributes in, NumPy arrays out."""

import numpy as np

import poolviz as pv


def run(attributes, q, k, v, mask=None, past_key=None, past_value=None, nonpad=None):
    """The four results: Y, present key, present value, and what ``qk_matmul_output_mode`` asks."""
    flat, dtype = q.ndim == 3, q.dtype
    if flat:
        q = heads(q, attributes["q_num_heads"])
        k, v = (heads(each, attributes["kv_num_heads"]) for each in (k, v))
    if past_key is not None:
        k, v = (np.concatenate(both, 2) for both in ((past_key, k), (past_value, v)))
    present = k, v
    q, k, v = (each.astype(working(dtype)) for each in (q, k, v))
    k, v = (each.repeat(q.shape[1] // k.shape[1], 1) for each in (k, v))
    scale = attributes.get("scale") or q.shape[-1] ** -0.5
    raw = pv.attend(np.nan_to_num(q), np.nan_to_num(k), v, scale=scale).scores
    cap = attributes.get("softcap", 0.0)
    capped = cap * np.tanh(raw / cap) if cap else raw
    allowed, bias = may_look(attributes, q, k, mask, past_key, nonpad)
    # Scores are given as a bias alone: a soft cap stands between them and the rest.
    nothing = np.zeros((1, 1), q.dtype)
    done = pv.attend(
        np.broadcast_to(nothing, (*q.shape[:-1], 1)),
        np.broadcast_to(nothing, (*k.shape[:-1], 1)),
        v,
        mask=allowed,
        scale=1.0,
        bias=(capped + bias).astype(q.dtype),
    )
    asked = attributes.get("qk_matmul_output_mode", 0)
    matmul = (raw, capped, done.scores, done.weights)[asked]
    y = np.swapaxes(done.output, 1, 2).reshape(*q.shape[:1], q.shape[2], -1)
    y = y if flat else done.output
    return y.astype(dtype), *present, matmul.astype(dtype)


def working(dtype):
    """bfloat16 is none of NumPy's; what it holds, float32 holds."""
    return dtype if dtype.kind == "f" and dtype.itemsize > 2 else np.dtype(np.float32)


def heads(x, count):
    """(batch, rows, heads width) -> (batch, heads, rows, width)."""
    return np.swapaxes(x.reshape(*x.shape[:2], count, -1), 1, 2)


def may_look(attributes, q, k, mask, past_key, nonpad):
    """Who may look at whom (bool, (batch, heads, N, M)), and what is added to the scores."""
    batch, n, m = q.shape[0], q.shape[2], k.shape[2]
    i, j = np.arange(n)[:, None], np.arange(m)
    offset = np.zeros((batch, 1, 1, 1), np.int64)
    allowed = np.ones((batch, 1, n, m), bool)
    if past_key is not None:
        offset += past_key.shape[2]
    if nonpad is not None:
        counts = nonpad.reshape(batch, 1, 1, 1)
        allowed &= j < counts
        offset = offset if past_key is not None else counts - n
    at = i + offset
    if attributes.get("is_causal", 0):
        allowed &= j <= at
    left, right = (attributes.get(f"{side}_window_size", -1) for side in ("left", "right"))
    allowed &= (left < 0) | (j >= at - left)
    allowed &= (right < 0) | (j <= at + right)
    bias = np.zeros((), np.float32)
    if mask is not None and mask.dtype == bool:
        short = [(0, 0)] * (mask.ndim - 1) + [(0, m - mask.shape[-1])]
        allowed = allowed & np.pad(mask, short)
    elif mask is not None:
        short = [(0, 0)] * (mask.ndim - 1) + [(0, m - mask.shape[-1])]
        bias = np.pad(mask.astype(np.float32), short, constant_values=-np.inf)
        allowed = allowed & ~np.isneginf(bias)
    return np.broadcast_to(allowed, np.broadcast_shapes(allowed.shape, (*q.shape[:3], m))), bias
