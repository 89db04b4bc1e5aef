"""The lines with which a person reads a map."""

NUMPY = """\
import numpy as np

x, y, sigma, beta = {x}, {y}, {sigma}, {beta}
rows, cols = np.mgrid[:48, :48]
h = np.exp(-((cols - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))

r, c = np.unravel_index(h.argmax(), h.shape)
print("argmax", (c, r))
dx, dy = h[r, c + 1] - h[r, c - 1], h[r + 1, c] - h[r - 1, c]
print("quarter", (c + np.sign(dx) / 4, r + np.sign(dy) / 4))
bend = 2 * h[r, c] - h[r, c - 1] - h[r, c + 1], 2 * h[r, c] - h[r - 1, c] - h[r + 1, c]
print("parabola", (c + dx / 2 / bend[0], r + dy / 2 / bend[1]))

g = np.log(np.maximum(h[r - 1 : r + 2, c - 1 : c + 2], 1e-10))
slope = np.array([g[1, 2] - g[1, 0], g[2, 1] - g[0, 1]]) / 2
xx, yy = g[1, 2] - 2 * g[1, 1] + g[1, 0], g[2, 1] - 2 * g[1, 1] + g[0, 1]
xy = (g[2, 2] - g[2, 0] - g[0, 2] + g[0, 0]) / 4
print("DARK", np.array([c, r]) - np.linalg.solve([[xx, xy], [xy, yy]], slope))

w = np.exp(beta * h)
print("soft-argmax", ((w * cols).sum() / w.sum(), (w * rows).sum() / w.sum()))
print("centre of mass", ((h * cols).sum() / h.sum(), (h * rows).sum() / h.sum()))
"""


def program(truth: tuple[float, float], sigma: float, beta: float) -> str:
    """All six, in NumPy alone.

    >>> "x, y, sigma, beta = 20.3, 17.8, 2.0, 1.0" in program((20.3, 17.8), 2.0, 1.0)
    True
    """
    return NUMPY.format(x=truth[0], y=truth[1], sigma=sigma, beta=beta)
