"""Non-local means against a loop that is written from its definition, and as attention."""

import time

import numpy as np
import pytest

import poolviz as pv

R = np.random.default_rng(3)


def looped(u, patch, window, h, sigma=0.0):
    """sum_j w_ij u_j / sum_j w_ij over the cells of the window that lie in the picture."""
    rows, cols = u.shape
    edge, reach = patch // 2, (window // 2 if window else max(u.shape))
    padded = np.pad(u, edge, mode="reflect")
    y = np.zeros_like(u)
    for r in range(rows):
        for c in range(cols):
            total = 0.0
            own = padded[r : r + patch, c : c + patch]
            for i in range(max(0, r - reach), min(rows, r + reach + 1)):
                for j in range(max(0, c - reach), min(cols, c + reach + 1)):
                    d = ((own - padded[i : i + patch, j : j + patch]) ** 2).mean()
                    w = np.exp(-max(d - 2 * sigma**2, 0) / h**2)
                    total += w
                    y[r, c] += w * u[i, j]
            y[r, c] /= total
    return y


@pytest.mark.parametrize(
    ("patch", "window", "sigma"), [(1, 3, 0), (3, 5, 0), (3, 5, 0.2), (5, 3, 0), (3, 0, 0)]
)
def test_it_is_what_the_loop_gives(patch, window, sigma):
    u = R.random((7, 6))
    block = pv.NonLocalMeans(patch, window, h=0.5, sigma=sigma)
    expected = looped(u, patch, window, 0.5, sigma)
    np.testing.assert_allclose(block(u[None], {}).output[0], expected, rtol=1e-13)


@pytest.mark.parametrize(("patch", "window", "gamma"), [(1, 3, 1), (3, 5, 1), (3, 3, 0.4)])
def test_its_gradient_is_that_of_central_differences(patch, window, gamma):
    u, dz, step = R.random((1, 5, 4)), R.normal(size=(1, 5, 4)), 1e-6
    block = pv.NonLocalMeans(patch, window, h=0.6, gamma=gamma)
    given = block(u, {}).backward(dz).x
    moved = np.zeros_like(u)
    for cell in np.ndindex(u.shape):
        by = np.zeros_like(u)
        by[cell] = step
        above, below = (block(u + side * by, {}).output for side in (1, -1))
        moved[cell] = ((above - below) * dz).sum() / (2 * step)
    np.testing.assert_allclose(given, moved, rtol=1e-6, atol=1e-8)  # of differences in float64


def test_it_is_attention_among_patches():
    """Scale 2/h², bias -|k|²/h², the search window as mask."""
    u, h = R.random((6, 7)), 0.4
    block = pv.NonLocalMeans(3, 5, h=h)
    keys = block.patches(u[None])
    row, col = np.indices(u.shape).reshape(2, -1)
    near = (abs(row[:, None] - row) <= 2) & (abs(col[:, None] - col) <= 2)
    bias = -(keys**2).sum(1) / h**2
    run = pv.attend(keys, keys, u.reshape(-1, 1), mask=near, scale=2 / h**2, bias=bias)
    np.testing.assert_allclose(run.output.reshape(u.shape), block(u[None], {}).output[0])
    at = 3 * 7 + 2
    np.testing.assert_allclose(
        run.weights[at].reshape(u.shape), block.weights_of(u[None], 3, 2), atol=1e-15
    )


def test_a_photograph_takes_no_time():
    """About 41 ms were measured; ten times that is a fault."""
    u, block = R.random((1, 64, 64)), pv.NonLocalMeans(3, 11, h=0.1)
    block(u, {})
    start = time.process_time()
    block(u, {})
    assert time.process_time() - start < 0.4
