"""Attention: every output is a mean of values, weighed by what its query scores on their keys.

Five things may be chosen, each apart: who asks (q), who may be asked (k and the mask), how strongly
(scale, bias, norm), what is taken (v), and what is done with it (the caller's).
"""

from math import sqrt
from typing import Any

import numpy as np

from poolviz.attention.attended import Attended
from poolviz.attention.rows import check_norm
from poolviz.text import _


def attend(
    q: Any,
    k: Any,
    v: Any,
    mask: Any = None,
    scale: float | None = None,
    norm: str = "softmax",
    bias: Any = None,
) -> Attended:
    """y_i = sum_j W_ij v_j, with W = norm over j of S = scale q_i . k_j + bias_ij.

    Shapes: q ``(..., N, d)``, k ``(..., M, d)``, v ``(..., M, e)`` -> output ``(..., N, e)``;
    leading axes broadcast, as heads do. ``mask`` (bool, True: may look) and ``bias`` broadcast to
    ``(..., N, M)``. ``scale`` defaults to 1 / sqrt(d). ``norm``: "softmax" = exp(S - max S) over
    its sum; "count" = S / n; "relu" = max(S, 0) / n, with n allowed keys.

    A query without an allowed key gives 0 and has gradient 0. NaN and infinities in what a query
    may not look at do not reach it; equal scores share. A score of +inf takes the row's weight,
    together with its equals. Floats keep their dtype (float16 computes in float32), integers become
    float64. Values alone need no N x M numbers at once: memory is O(128 M).

    Errors: ``ValueError`` where shapes or names do not fit, or where ``weights`` or ``scores``
    would take more than 268 MB.

    Source: Vaswani et al., NeurIPS 2017, eq. 1; Wang et al., CVPR 2018, eq. 1.

    >>> import poolviz as pv
    >>> run = pv.attend([[1]], np.log([[1], [2], [3]]), [[6], [3], [2]], scale=1)
    >>> run.output.round(9).tolist(), run.effective.round(6).tolist()
    ([[3.0]], [2.749459])
    >>> run.backward([[1]]).dk.round(9).ravel().tolist()
    [0.5, 0.0, -0.5]
    """
    check_norm(norm)
    arrays = [np.asarray(each) for each in (q, k, v)]
    for name, array in zip("qkv", arrays, strict=True):
        if array.ndim < 2 or array.dtype.kind not in "biuf":
            raise ValueError(
                _(
                    "{name} must be numbers of shape (..., rows, columns), got {dtype} {shape}"
                ).format(name=name, dtype=array.dtype, shape=array.shape)
            )
    given = arrays if bias is None else [*arrays, np.asarray(bias)]
    dtype = np.result_type(*given)
    dtype = dtype if dtype.kind == "f" else np.dtype(np.float64)
    run = Attended(
        arrays[0],
        arrays[1],
        arrays[2],
        mask=None if mask is None else np.asarray(mask),
        scale=1 / sqrt(max(arrays[0].shape[-1], 1)) if scale is None else float(scale),
        norm=norm,
        bias=None if bias is None else np.asarray(bias),
        dtype=dtype,
    )
    run.check()
    return run
