"""Many cameras on one point: projecting, triangulating, and leaving out views that lie."""

from poolviz.pose.views.cameras import depths, looking_at, project, ring
from poolviz.pose.views.chances import at_least, trials
from poolviz.pose.views.taught import Taught, taught
from poolviz.pose.views.triangulate import Agreed, agreed, expected_error, residuals, triangulate

__all__ = [
    "Agreed",
    "Taught",
    "agreed",
    "at_least",
    "depths",
    "expected_error",
    "looking_at",
    "project",
    "residuals",
    "ring",
    "taught",
    "trials",
    "triangulate",
]
