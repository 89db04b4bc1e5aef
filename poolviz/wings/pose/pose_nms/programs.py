"""The lines with which a person removes copies of a pose."""

HEAD = """\
import numpy as np

# points (n, 17, 2) in pixels, scores (n, 17), area (n,) in pixels²
def alike(i, j):
    d = np.linalg.norm(points[i] - points[j], axis=1)
{rule}

left, kept = list(np.argsort(-scores.mean(1))), []
while left:
    i = left.pop(0)
    kept.append(i)
    left = [j for j in left if not alike(i, j)]
print(kept)
"""
RULES = {
    "oks": """\
    sigmas = np.array([26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89]) / 1000
    return np.exp(-(d**2) / (2 * area[i] * (2 * sigmas) ** 2)).mean() > {t}""",
    "paper": """\
    box = 0.1 * np.ptp(points[i], axis=0).max()
    within = np.abs(points[i] - points[j]).max(1) <= box / 2
    sure = (np.tanh(scores[i]) * np.tanh(scores[j]))[within].sum()
    return sure + 1.7 * np.exp(-(d**2) / 2.65).sum() > {t}""",
    "alphapose": """\
    sure = (np.tanh(scores[i]) * np.tanh(scores[j]))[d <= 1].sum()
    near = min(0.1 * np.ptp(points[i], axis=0).max(), 7)
    return sure + 1.7 * np.exp(-d / 2.65).sum() > {t} or (d <= near).sum() >= 5""",
}


def program(rule: str, threshold: float) -> str:
    """One rule, in NumPy alone.

    >>> "mean() > 0.9" in program("oks", 0.9)
    True
    """
    return HEAD.format(rule=RULES[rule].format(t=threshold))
