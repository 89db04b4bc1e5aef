"""Programs that do ``attend``: the same few lines on every page of the wing, to be copied and run.

A page writes its own lines between them: where x comes from, which arguments it gives. Its program
leaves the output in ``y``, and ``tests`` run it and compare.
"""

NUMPY = '''\
def attend(q, k, v, mask=None, scale=None, norm="softmax", bias=0.0):
    """y_i = sum_j W_ij v_j, W = norm over j of scale q_i . k_j + bias."""
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    s = scale * q @ np.swapaxes(k, -1, -2) + bias
    allowed = np.ones(s.shape, bool) if mask is None else np.broadcast_to(mask, s.shape)
    count = np.maximum(allowed.sum(-1, keepdims=True), 1)
    if norm == "softmax":
        s = np.where(allowed, s, -np.inf)
        top = s.max(-1, keepdims=True)
        w = np.exp(s - np.where(np.isfinite(top), top, 0))
        w = w / np.maximum(w.sum(-1, keepdims=True), np.finfo(w.dtype).tiny)
    else:
        w = np.where(allowed, np.maximum(s, 0) if norm == "relu" else s, 0) / count
    return w @ v, w
'''
"""``attend`` in NumPy."""

TORCH = '''\
def attend(q, k, v, mask=None, scale=None, norm="softmax", bias=None):
    """y_i = sum_j W_ij v_j; for softmax this is F.scaled_dot_product_attention."""
    if norm == "softmax":
        if bias is not None:  # a float mask is added to the scores
            bias = bias.expand(*q.shape[:-1], k.shape[-2])
            mask = bias if mask is None else bias.masked_fill(~mask, float("-inf"))
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=scale)
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    s = scale * q @ k.transpose(-1, -2) + (0 if bias is None else bias)
    allowed = torch.ones_like(s, dtype=torch.bool) if mask is None else mask.expand(s.shape)
    s = (s.relu() if norm == "relu" else s).masked_fill(~allowed, 0.0)
    return (s / allowed.sum(-1, keepdim=True).clamp(min=1)) @ v
'''
"""The same in PyTorch; a bool mask says who may look."""


def numpy_program(lines: str) -> str:
    """A whole program in NumPy around these lines, which call ``attend``."""
    return f"import numpy as np\n\n\n{NUMPY}\n\n{lines}"


def torch_program(lines: str) -> str:
    """A whole program in PyTorch around these lines, which call ``attend``."""
    imports = "import numpy as np\nimport torch\nimport torch.nn.functional as F"
    return f"{imports}\n\n\n{TORCH}\n\n{lines}"
