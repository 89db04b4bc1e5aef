"""The blocks written in PyTorch from the papers and their authors' code; nothing of poolviz.

Each takes x (C, H, W), the parameters by name, and the block's switches; autograd does the rest.
"""

import torch
import torch.nn.functional as F


def tokens(x):
    return x.flatten(1).T


def maps(y, x):
    return y.T.reshape(-1, *x.shape[1:])


def non_local(x, p, form="embedded", subsample=False, pool_at="before", scale=False, **how):
    def view(name, pooled):
        seen = x
        if pooled and pool_at == "before":
            seen = F.max_pool2d(seen[None], 2)[0]
        seen = F.conv2d(seen[None], p[f"{name}.weight"][..., None, None], p[f"{name}.bias"])[0]
        return F.max_pool2d(seen[None], 2)[0] if pooled and pool_at == "after" else seen

    g = tokens(view("g", subsample))
    if form == "gaussian":
        theta, phi = tokens(x), tokens(F.max_pool2d(x[None], 2)[0] if subsample else x)
    else:
        theta, phi = tokens(view("theta", False)), tokens(view("phi", subsample))
    if form == "concatenation":
        half = theta.shape[1]
        f = (theta @ p["f.weight"][:half])[:, None] + (phi @ p["f.weight"][half:])[None]
        f = f / half**0.5 if scale else f
        weights = f.relu() / f.shape[1]
    else:
        f = theta @ phi.T
        f = f / theta.shape[1] ** 0.5 if scale else f
        weights = f / f.shape[1] if form == "dot" else f.softmax(-1)
    y = F.linear(weights @ g, p["z.weight"], p["z.bias"])
    if how.get("batch_norm"):
        y = F.batch_norm(y, torch.zeros(len(x), dtype=x.dtype), torch.ones(len(x), dtype=x.dtype),
                         p["norm.weight"], p["norm.bias"])  # fmt: skip
    return x + maps(y, x)


def simplified(x, p):
    alpha = (tokens(x) @ p["k.weight"] + p["k.bias"]).softmax(0)
    return x + F.linear(tokens(x).T @ alpha, p["v.weight"], p["v.bias"])[:, None, None]


def context(x, p, pooling="att", fusion="add", layer_norm=True, eps=1e-5, **_how):
    if pooling == "att":
        c = tokens(x).T @ (tokens(x) @ p["k.weight"] + p["k.bias"]).softmax(0)
    else:
        c = x.mean((1, 2))
    out = x
    for name in ("mul", "add"):
        if fusion not in (name, "both"):
            continue
        t = F.linear(c, p[f"{name}.fc1.weight"], p[f"{name}.fc1.bias"])
        if layer_norm:
            t = F.layer_norm(t, t.shape, p[f"{name}.norm.weight"], p[f"{name}.norm.bias"], eps)
        t = F.linear(t.relu(), p[f"{name}.fc2.weight"], p[f"{name}.fc2.bias"])[:, None, None]
        out = out * t.sigmoid() if name == "mul" else out + t
    return out


def squeeze(x, p, gate="sigmoid", **_how):
    s = F.linear(x.mean((1, 2)), p["fc1.weight"], p.get("fc1.bias")).relu()
    t = F.linear(s, p["fc2.weight"], p.get("fc2.bias"))
    e = t.sigmoid() if gate == "sigmoid" else F.hardsigmoid(t)
    return x * e[:, None, None]


def cbam(x, p, order="avg, max", second="max", batch_norm=False, **_how):
    flat = x.flatten(1)
    other = {
        "max": lambda: flat.max(1).values,
        "lp": lambda: (flat**2).sum(1).sqrt(),
        "softmax": lambda: (flat * flat.softmax(1)).sum(1),
    }[second]()

    def mlp(s):
        hidden = F.linear(s, p["fc1.weight"], p.get("fc1.bias")).relu()
        return F.linear(hidden, p["fc2.weight"], p.get("fc2.bias"))

    x = x * (mlp(flat.mean(1)) + mlp(other)).sigmoid()[:, None, None]
    both = {"avg": x.mean(0), "max": x.max(0).values}
    seen = torch.stack([both[name] for name in order.split(", ")])[None]
    logit = F.conv2d(seen, p["conv.weight"].reshape(1, 2, 7, 7), padding=3)
    if batch_norm:
        zero, one = torch.zeros(1, dtype=x.dtype), torch.ones(1, dtype=x.dtype)
        logit = F.batch_norm(logit, zero, one, p["norm.weight"], p["norm.bias"])
    return x * logit[0].sigmoid()


def qkv(x, p):
    return (F.linear(tokens(x), p[f"{n}.weight"], p[f"{n}.bias"]) for n in "qkv")


def position(x, p, **_how):
    q, k, v = qkv(x, p)
    return p["gamma"] * maps((q @ k.T).softmax(-1) @ v, x) + x


def channel(x, p, sign="paper", normalised=False):
    flat = x.flatten(1)
    unit = F.normalize(flat, dim=1) if normalised else flat
    energy = unit @ unit.T
    if sign == "code":
        energy = energy.max(-1, keepdim=True).values - energy
    return p["beta"] * (energy.softmax(-1) @ flat).reshape(x.shape) + x


def criss_cross(x, p, recurrences=2, **_how):
    h, w = x.shape[1:]
    r, c = torch.arange(h).repeat_interleave(w), torch.arange(w).repeat(h)
    mask = (r[:, None] == r) | (c[:, None] == c)
    for _each in range(recurrences):
        q, k, v = qkv(x, p)
        weights = (q @ k.T).masked_fill(~mask, float("-inf")).softmax(-1)
        x = p["gamma"] * maps(weights @ v, x) + x
    return x


def pyramid(x, p, low=None, sizes=(1, 3, 6, 8), shared=False, concatenate=False, **_how):
    low = x if low is None else low

    def view(of, name):
        seen = F.conv2d(of[None], p[f"{name}.weight"][..., None, None])
        if shared and name != "v":
            d = seen.shape[1]
            zero, one = torch.zeros(d, dtype=x.dtype), torch.ones(d, dtype=x.dtype)
            seen = F.batch_norm(seen, zero, one, p["norm.weight"], p["norm.bias"]).relu()
        return seen

    def bins(seen):
        return torch.cat([F.adaptive_avg_pool2d(seen, n).flatten(2) for n in sizes], 2)[0].T

    q = view(x, "q").flatten(2)[0].T
    k, v = bins(view(low, "q" if shared else "k")), bins(view(low, "v"))
    y = maps(F.linear(F.scaled_dot_product_attention(q, k, v), p["o.weight"]), x)
    if concatenate:
        y = F.conv2d(torch.cat((y, x))[None], p["last.weight"][..., None, None])[0]
    return y


def aggregation(x, p, queries="pooled", size=2, heads=1):
    c = len(x)
    if queries == "pooled":
        asking = F.adaptive_avg_pool2d(x[None], size)
        q = F.conv2d(asking, p["q.weight"][..., None, None], p["q.bias"])
    elif queries == "same":
        q = F.conv2d(x[None], p["q.weight"][..., None, None], p["q.bias"])
    elif queries == "down":
        q = F.conv2d(x[None], p["q.weight"].reshape(c, c, 3, 3), p["q.bias"], 2, 1)
    else:
        # A transposed convolution correlates with the kernel turned round, its axes changed.
        kernel = p["q.weight"].reshape(c, c, 3, 3).flip(2, 3).transpose(0, 1)
        q = F.conv_transpose2d(x[None], kernel, p["q.bias"], 2, 1, output_padding=1)
    grid, flat = q.shape[2:], q.flatten(2)[0].T
    k, v = (F.linear(tokens(x), p[f"{n}.weight"], p[f"{n}.bias"]) for n in "kv")
    split = [each.reshape(len(each), heads, -1).transpose(0, 1) for each in (flat, k, v)]
    y = F.scaled_dot_product_attention(*split).transpose(0, 1).reshape(len(flat), c)
    return F.linear(y, p["o.weight"], p["o.bias"]).T.reshape(c, *grid)


def multi_head(x, p, heads=1, causal=False, residual=False):
    module = torch.nn.MultiheadAttention(len(x), heads, batch_first=True, dtype=x.dtype)
    blocked = ~torch.ones(x[0].numel(), x[0].numel()).tril().bool() if causal else None
    given = {
        "in_proj_weight": torch.cat([p[f"{n}.weight"] for n in "qkv"]),
        "in_proj_bias": torch.cat([p[f"{n}.bias"] for n in "qkv"]),
        "out_proj.weight": p["o.weight"],
        "out_proj.bias": p["o.bias"],
    }
    rows = tokens(x)[None]
    y, _ = torch.func.functional_call(
        module, given, (rows, rows, rows), {"attn_mask": blocked, "need_weights": False}
    )
    y = maps(y[0], x)
    return y + x if residual else y


def means(x, p, patch=3, window=11, h=0.0941, sigma=0.0, gamma=1.0):
    edge = patch // 2
    padded = F.pad(x[None], (edge,) * 4, mode="reflect") if edge else x[None]
    cells = F.unfold(padded, patch)[0].T  # (N, C s s)
    distance = ((cells[:, None] - cells) ** 2).mean(-1)
    rows, cols = torch.meshgrid(*(torch.arange(n) for n in x.shape[1:]), indexing="ij")
    rows, cols = rows.flatten(), cols.flatten()
    far = window // 2 if window else max(x.shape)
    near = ((rows[:, None] - rows).abs() <= far) & ((cols[:, None] - cols).abs() <= far)
    weights = torch.exp(-(distance - 2 * sigma**2).clamp(min=0) / h**2) * near
    y = maps(weights @ tokens(x) / weights.sum(1, keepdim=True), x)
    return x + gamma * (y - x)


BLOCKS = {
    "NonLocalMeans": means,
    "NonLocal": non_local,
    "SimplifiedNonLocal": simplified,
    "GlobalContext": context,
    "SqueezeExcitation": squeeze,
    "CBAM": cbam,
    "PositionAttention": position,
    "ChannelAttention": channel,
    "CrissCross": criss_cross,
    "AsymmetricPyramid": pyramid,
    "AsymmetricFusion": pyramid,
    "GlobalAggregation": aggregation,
    "MultiHead": multi_head,
}
