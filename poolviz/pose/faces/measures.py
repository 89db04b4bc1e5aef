"""What landmarks of faces are worth: NME by three normalisers, the curve of errors, failures."""

import numpy as np
from numpy.typing import ArrayLike

from poolviz.pose.metrics.distances import Joint, nme
from poolviz.pose.metrics.oks import finite
from poolviz.pose.metrics.similarities import box_of_points

NORMALISERS = ("eyes", "box", "diagonal")
EYES = (0, 1)
"""Where a face of five has its eyes; then come the nose and the corners of the mouth."""
LIMIT = 0.1
"""An NME above it is a failure, and the curve of errors ends there."""


def normaliser_length(
    true: ArrayLike, normaliser: str = "eyes", eyes: tuple[Joint, Joint] = EYES
) -> np.ndarray:
    """What an NME is divided by: the distance of the eyes, sqrt(w h) or the diagonal of the box.

    ``true`` (..., K, 2), the box is that around them; float64 (...), in their unit, 0 where the
    face has no such length: eyes in one place, as in profile, or points on one line. Errors:
    ``ValueError`` for another normaliser.

    >>> face = [[0, 0], [4, 0], [2, 2], [0.5, 3], [3.5, 3]]
    >>> [round(float(normaliser_length(face, by)), 3) for by in NORMALISERS]
    [4.0, 3.464, 5.0]
    """
    points = finite("true", true)
    if normaliser not in NORMALISERS:
        raise ValueError(f"normaliser must be one of {NORMALISERS}, got {normaliser!r}")
    if normaliser == "eyes":
        first, second = (points[..., np.atleast_1d(eye), :].mean(-2) for eye in eyes)
        return np.linalg.norm(first - second, axis=-1)[()]
    w, h = np.moveaxis(box_of_points(points)[..., 2:], -1, 0)
    return (np.sqrt(w * h) if normaliser == "box" else np.hypot(w, h))[()]


def normalised_errors(
    found: ArrayLike,
    true: ArrayLike,
    normaliser: str = "eyes",
    eyes: tuple[Joint, Joint] = EYES,
) -> np.ndarray:
    """NME = mean |p_i - q_i| / normaliser: one number a face, never to be compared across.

    ``found``, ``true`` (..., K, 2); ``normaliser``: "eyes", their distance; "box", sqrt(w h) of the
    box around the true points; "diagonal" of that box. float64 (...). Errors: ``ValueError`` for
    another normaliser, and where it has no length, as eyes in profile.

    >>> face = [[0, 0], [4, 0], [2, 2], [0.5, 3], [3.5, 3]]
    >>> off = [[x + 0.2, y] for x, y in face]
    >>> [round(float(normalised_errors(off, face, by)), 3) for by in NORMALISERS]
    [0.05, 0.058, 0.04]
    """
    if normaliser == "eyes":
        return nme(found, true, eyes=eyes)
    length = normaliser_length(true, normaliser)
    if normaliser == "box":
        return nme(found, true, area=length**2)
    return nme(found, true, bbox=box_of_points(true))


def ced(errors: ArrayLike, at: ArrayLike) -> np.ndarray:
    """The cumulative error distribution: the share of faces with an NME of at most ``at``.

    ``errors`` (n,), ``at`` of any shape; float64 as ``at``. Errors: ``ValueError`` without faces.

    >>> ced([0.02, 0.05, 0.2], [0.01, 0.05, 0.1]).round(3).tolist()
    [0.0, 0.667, 0.667]
    """
    nmes = np.sort(_errors(errors))
    return np.searchsorted(nmes, np.asarray(at, dtype=float), side="right") / len(nmes)


def ced_area(errors: ArrayLike, limit: float = LIMIT) -> float:
    """The area under the curve of errors up to ``limit``, divided by it: mean max(0, 1 - e/limit).

    In [0, 1]; the curve is a staircase, so this is its area to the last digit, where codes that
    sample it come near. Errors: ``ValueError`` without faces, or a ``limit`` not above 0.

    Source: area under the curve as used by the Menpo challenge (Zafeiriou et al., CVPRW 2017).

    >>> round(ced_area([0.02, 0.03, 0.05, 0.08, 0.12]), 12)
    0.44
    """
    if not 0 < limit < np.inf:
        raise ValueError(f"limit must be finite and above 0, got {limit!r}")
    return float(np.maximum(1 - _errors(errors) / limit, 0).mean())


def failure_rate(errors: ArrayLike, limit: float = LIMIT) -> float:
    """The share of faces with an NME above ``limit``. Errors: ``ValueError`` without faces.

    >>> failure_rate([0.02, 0.03, 0.05, 0.08, 0.12])
    0.2
    """
    return float((_errors(errors) > limit).mean())


def _errors(errors: ArrayLike) -> np.ndarray:
    nmes = finite("errors", errors).ravel()
    if not nmes.size or (nmes < 0).any():
        raise ValueError("errors must be one NME or more, none negative")
    return nmes
