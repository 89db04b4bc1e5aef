"""The slow oracle: pooling written from its definitions, one window and one cell at a time.

It imports nothing from poolviz and shares no idea with it: sizes are found by counting windows, not
by a formula, and every rule is a loop over a list of cells.
"""

import itertools
import math
from fractions import Fraction

PAD, OUTSIDE = -1, -2


# Geometry: an axis is a list of windows, a window a list of positions (PAD and OUTSIDE where none).


def _cell(at, n, before, after):
    if 0 <= at < n:
        return at
    return PAD if -before <= at < n + after else OUTSIDE


def sliding_axis(n, kernel, stride, before=0, after=0, dilation=1, ceil_mode=False):
    """Windows laid one by one from the start of the padded axis."""
    end, starts = n + after, []
    for number in itertools.count():
        start = number * stride - before
        last = start + dilation * (kernel - 1)
        if last < end:  # the whole window fits
            starts.append(start)
            continue
        # One more window in ceil mode: the one before it left cells over, and it starts in time.
        covered = last - stride + 1 >= end
        if ceil_mode and not covered and start < n:
            starts.append(start)
            continue
        break
    return [[_cell(s + j * dilation, n, before, after) for j in range(kernel)] for s in starts]


def free_axis(n, kernel, stride, before=0, after=0, dilation=1, base=1, ceil=False, late=False):
    """Windows laid over the written-out line of padding, cells and what lies between cells."""
    line = [PAD] * before
    for cell in range(n):
        line += [PAD] * (base - 1) * (cell > 0) + [cell]
    begins_after = len(line)
    line += [PAD] * after
    windows, start, span = [], 0, dilation * (kernel - 1) + 1
    while start + span <= len(line):
        windows.append(line[start : start + span : dilation])
        start += stride
    left_over = start - stride + span < len(line)
    if ceil and left_over and (late or start < begins_after):
        line += [OUTSIDE] * (start + span - len(line))
        windows.append(line[start : start + span : dilation])
    return windows


def same_pads(n, kernel, stride, dilation, upper):
    """The least padding with which every ``stride``-th cell starts a window; the odd cell last."""
    windows = len(range(0, n, stride))
    before = after = 0
    while (windows - 1) * stride + dilation * (kernel - 1) >= n + before + after:
        if (before == after) == upper:
            after += 1
        else:
            before += 1
    return before, after


def adaptive_axis(n, out):
    """Window i holds the cells that overlap the i-th of ``out`` equal stretches of the axis."""
    windows = []
    for i in range(out):
        left, right = Fraction(i * n, out), Fraction((i + 1) * n, out)
        windows.append([c for c in range(n) if c < right and c + 1 > left])
    longest = max(map(len, windows))
    return [w + [OUTSIDE] * (longest - len(w)) for w in windows]


def equal_axis(n, out):
    """Equal windows: stride floor(n / out), the last one ending with the axis."""
    stride = n // out
    return [list(range(i * stride, n - (out - 1 - i) * stride)) for i in range(out)]


def global_axis(n):
    return [list(range(n))]


def table(in_shape, axes):
    """Windows of the plane, row-major, each a list of flat positions; and the output's shape."""
    windows = []
    for choice in itertools.product(*axes):
        window = []
        for cell in itertools.product(*choice):
            flat = 0
            for at, n in zip(cell, in_shape, strict=True):
                flat = flat * n + at
            window.append(min(cell) if min(cell) < 0 else flat)
        windows.append(window)
    return windows, tuple(map(len, axes))


# Reductions: a list of the window's cells -> (value, position or None, gradient of each cell).


def largest(cells):
    best = None
    for i, a in enumerate(cells):
        if math.isnan(a) or best is None or a > cells[best]:
            best = i  # a later NaN replaces an earlier one; nothing is greater than NaN
    if best is None:
        return -math.inf, None, []
    return cells[best], best, [float(i == best) for i in range(len(cells))]


def smallest(cells):
    value, best, gradient = largest([-a for a in cells])
    return -value, best, gradient


def average(cells, divisor):
    if not cells:
        return 0.0, None, []
    return math.fsum(cells) / divisor, None, [1 / divisor] * len(cells)


def root_mean_square(cells):
    n = len(cells)
    y = math.sqrt(math.fsum(a * a for a in cells) / n) if n else 0.0
    return y, None, [a / (n * y) if y else 0.0 for a in cells]


def softpool(cells, full_gradient=True):
    if not cells:
        return 0.0, None, []
    top = max(cells)
    e = [math.exp(a - top) for a in cells]
    w = [v / math.fsum(e) for v in e]
    y = math.fsum(p * a for p, a in zip(w, cells, strict=True))
    full = [p * (1 + a - y) for p, a in zip(w, cells, strict=True)]
    return y, None, full if full_gradient else w


def expected_activation(cells):
    total = math.fsum(cells)
    if total == 0:
        return 0.0, None, [0.0] * len(cells)
    y = math.fsum(a * a for a in cells) / total
    return y, None, [(2 * a - y) / total for a in cells]


def drawn_activation(cells, u):
    """The cell in whose stretch of [0, 1) the draw u falls; stretches are as long as a / sum a."""
    if not cells:
        return 0.0, None, []
    total = math.fsum(cells)
    odds = [a / total if total else 1 / len(cells) for a in cells]
    reached, best = 0.0, len(cells) - 1
    for i, p in enumerate(odds):
        reached += p
        if u < reached:
            best = i
            break
    return cells[best], best, [float(i == best) for i in range(len(cells))]


def pool_plane(plane, windows, reduce, counts_padding=False, first=0):
    """One flat plane -> (values, locations, gradients of each place of each window).

    ``reduce(cells, number)`` gets the cells that count and the window's number, from ``first`` on.
    """
    values, locations, gradients = [], [], []
    for number, window in enumerate(windows, start=first):
        least = PAD if counts_padding else 0
        places = [j for j, at in enumerate(window) if at >= least]
        cells = [plane[window[j]] if window[j] >= 0 else 0.0 for j in places]
        value, best, local = reduce(cells, number)
        values.append(value)
        locations.append(-1 if best is None else window[places[best]])
        gradient = [0.0] * len(window)
        for j, g in zip(places, local, strict=True):
            gradient[j] = g
        gradients.append(gradient)
    return values, locations, gradients


def backward_plane(cells, windows, gradients, dy):
    """dL/dx of one plane: every window sends its share of dy to each of its cells."""
    dx = [0.0] * cells
    for window, gradient, g in zip(windows, gradients, dy, strict=True):
        for at, local in zip(window, gradient, strict=True):
            if at >= 0:
                dx[at] += local * g
    return dx
