"""``attend`` from its definition, one query and one key after the other; nothing of poolviz."""

from math import exp, isinf, isnan

import numpy as np


def attend(q, k, v, mask=None, scale=None, norm="softmax", bias=None):
    """Weights and output of one head: q (N, d), k (M, d), v (M, e), mask and bias (N, M)."""
    n, m, e = len(q), len(k), len(v[0])
    scale = len(q[0]) ** -0.5 if scale is None else scale
    weights, output = np.zeros((n, m)), np.zeros((n, e))
    for i in range(n):
        keys = [j for j in range(m) if mask is None or mask[i][j]]
        scores = {}
        for j in keys:
            product = sum(float(a) * float(b) for a, b in zip(q[i], k[j], strict=True))
            scores[j] = scale * product + (0.0 if bias is None else float(bias[i][j]))
        for j, weight in rows(scores, norm).items():
            weights[i, j] = weight
            for c in range(e):
                output[i, c] += weight * float(v[j][c])
    return weights, output


def rows(scores, norm):
    """The weights of one row by key."""
    if not scores:
        return {}
    if norm != "softmax":
        kept = (max(s, 0.0) if norm == "relu" else s for s in scores.values())
        return dict(zip(scores, (s / len(scores) for s in kept), strict=True))
    top = max(scores.values())
    if any(isnan(s) for s in scores.values()):
        return dict.fromkeys(scores, float("nan"))
    if isinf(top):
        best = [j for j, s in scores.items() if s == top] if top > 0 else []
        return {j: (1 / len(best) if j in best else 0.0) for j in scores}
    powers = {j: exp(s - top) for j, s in scores.items()}
    total = sum(powers.values())
    return {j: power / total for j, power in powers.items()}
