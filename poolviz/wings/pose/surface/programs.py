"""The lines with which a person measures along a tube."""

PROGRAM = """\
import numpy as np

# a tube: radii of its ends, its length; two places: V and the angle between them
r0, r1, length, v, turn, kappa = {r0}, {r1}, {length}, {v}, np.deg2rad({turn}), {kappa}
r = (1 - v) * r0 + v * r1
s = (r1 - r0) / np.hypot(length, r1 - r0)
along = r * turn * np.sinc(s * turn / (2 * np.pi))
straight = 2 * r * np.sin(turn / 2)
for g in straight, along:
    print(round(g, 4), round(np.exp(-(g**2) / (2 * kappa**2)), 4))
"""


def program(tube: tuple[float, float, float], v: float, turn: float, kappa: float) -> str:
    """Both ways and their similarities, in NumPy alone; ``tube`` is r0, r1 and the length.

    >>> "np.deg2rad(180)" in program((0.15, 0.15, 1), 0.5, 180, 0.255)
    True
    """
    r0, r1, length = tube
    return PROGRAM.format(r0=r0, r1=r1, length=length, v=v, turn=turn, kappa=kappa)
