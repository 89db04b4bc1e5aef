"""The lines with which a person scores links and pairs them."""

NUMPY = """\
import numpy as np

F = np.load("field.npy")  # (2, H, W): x before y
elbows, wrists = np.load("elbows.npy"), np.load("wrists.npy")  # (n, 2): x, y in cells

y = np.zeros((len(elbows), len(wrists)))
share = np.zeros(y.shape)
for i, a in enumerate(elbows):
    for j, b in enumerate(wrists):
        length = np.hypot(*(b - a))
        if length == 0:
            continue
        t = np.linspace(0, 1, {samples})[:, None]
        col, row = np.floor(a + t * (b - a) + 0.5).astype(int).T
        d = F[:, row, col].T @ ((b - a) / length)
        y[i, j], share[i, j] = d.mean(), (d > 0.05).mean()
passes = (share >= {share} - 1e-9) & (y > 0)
print(y.round(4))

{match}
print(pairs)
"""
MATCHES = {
    "greedy": """\
pairs = []
for i, j in sorted(zip(*np.nonzero(passes)), key=lambda pair: -y[pair]):
    if all(i != k and j != m for k, m in pairs):
        pairs.append((i, j))
pairs = sorted((int(i), int(j)) for i, j in pairs)""",
    "optimal": """\
from scipy.optimize import linear_sum_assignment

pairs = zip(*linear_sum_assignment(np.where(passes, y, 0), maximize=True))
pairs = [(int(i), int(j)) for i, j in pairs if passes[i, j]]""",
}


def program(samples: int, share: float, match: str) -> str:
    """Scores, gate and pairs, in NumPy (and SciPy for the optimal pairs).

    >>> "np.linspace(0, 1, 10)" in program(10, 0.7, "greedy")
    True
    """
    return NUMPY.format(samples=samples, share=share, match=MATCHES[match])
