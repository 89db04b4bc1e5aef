"""Rows of weights worked by hand, for Python and for the browser: scores, norm, weights.

None is a key that is not allowed. ln 2 = 0.6931471805599453, ln 3 = 1.0986122886681098.
"""

LN2, LN3 = 0.6931471805599453, 1.0986122886681098
ROWS: list[tuple[list[float | None], str, list[float]]] = [
    ([0, LN2, LN3], "softmax", [1 / 6, 1 / 3, 1 / 2]),
    ([1000, 1000 + LN3], "softmax", [1 / 4, 3 / 4]),
    ([-1000, None, -1000], "softmax", [1 / 2, 0, 1 / 2]),
    ([None, None], "softmax", [0, 0]),
    ([5], "softmax", [1]),
    ([3, -6, 0], "count", [1, -2, 0]),
    ([3, None, -6, None], "count", [1.5, 0, -3, 0]),
    ([None], "count", [0]),
    ([3, -6, 0], "relu", [1, 0, 0]),
    ([3, None, 5], "relu", [1.5, 0, 2.5]),
    ([None, None], "relu", [0, 0]),
]
