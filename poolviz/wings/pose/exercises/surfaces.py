"""Surfaces: how alike two places on opposite sides of a tube are."""

import numpy as np

from poolviz.exercises import Draw, Exercise, Unsuited, draws
from poolviz.exercises.exercise import pick_number
from poolviz.numbers import number
from poolviz.pose.surface import KAPPA, similarity
from poolviz.text import _

TUBES = draws(24)


def opposite(m: Draw) -> Exercise:
    """GPS of the place right opposite on a cylinder."""
    rng = m.rng(43)
    radius = 0.15 if not m.seed else int(rng.integers(6, 21)) / 100
    along, straight = np.pi * radius, 2 * radius
    right, wrong = (round(float(s), 2) for s in similarity(np.array([along, straight])))
    if wrong - right < 0.05:
        raise Unsuited
    told = _("The way along the surface is π · {r} = {g} m.").format(
        r=number(radius), g=number(round(float(along), 3))
    )
    text = _(
        "A trunk is a cylinder of radius {r} m. A point of the chest is predicted right opposite, "
        "on the back. What does it add to GPS, exp(−g² / 2κ²), with κ = {kappa} m?"
    ).format(r=number(radius), kappa=number(KAPPA))
    traps = [
        (wrong, _("That is the straight line through the body: g runs along the surface."), None),
        (1.0, _("Only the right place has 1."), None),
        (0.0, _("Only a point taken for background has 0."), None),
    ]
    return pick_number(text, (right, told), traps, page="surface")
