"""Points on the surface of a body: charts I with places U, V, ways along the skin, and GPS."""

from poolviz.pose.surface.body import BODY, CHARTS, Part, chart_of
from poolviz.pose.surface.gps import KAPPA, gps, gps_masked, similarity
from poolviz.pose.surface.seen import pixels_of, seen, textured, turned

__all__ = [
    "BODY",
    "CHARTS",
    "KAPPA",
    "Part",
    "chart_of",
    "gps",
    "gps_masked",
    "pixels_of",
    "seen",
    "similarity",
    "textured",
    "turned",
]
