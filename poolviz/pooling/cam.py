"""Class activation maps: where in the picture the evidence for a class lies."""

from dataclasses import dataclass
from math import prod

import numpy as np

from poolviz.pooling.array import array
from poolviz.pooling.limits import MAX_FILLED, MAX_TAPS, fits
from poolviz.text import N_


@dataclass(frozen=True, eq=False)
class ClassActivationMap:
    """M_c = sum over k of w_ck f_k, and score_c = mean of M_c + bias_c.

    ``maps`` ``(..., classes, H, W)``, ``scores`` ``(..., classes)``. The scores are those of global
    average pooling and a linear layer: averaging and weighing may change places, which is why the
    map shows what the score is made of.
    """

    maps: np.ndarray
    scores: np.ndarray
    weights: np.ndarray

    title = N_("Class activation map")
    formula = (
        r"M_c(u, v) = \sum_k w_{ck} f_k(u, v), \quad "
        r"s_c = \frac{1}{HW} \sum_{u,v} M_c(u, v) + b_c"
    )
    gradient = r"\frac{\partial s_c}{\partial f_k(u, v)} = \frac{w_{ck}}{HW}"
    reference = "Zhou, Khosla, Lapedriza, Oliva & Torralba, CVPR 2016"

    def backward(self, dscores: np.ndarray) -> np.ndarray:
        """dL/dscores ``(..., classes)`` -> dL/dfeatures ``(..., C, H, W)``."""
        dscores = array("dscores", dscores)
        if dscores.shape != self.scores.shape:
            raise ValueError(
                f"dscores must have the shape of the scores {self.scores.shape}, "
                f"got {dscores.shape}"
            )
        height, width = self.maps.shape[-2:]
        each = (dscores @ self.weights) / (height * width)
        return np.broadcast_to(each[..., None, None], (*each.shape, height, width)).copy()


def class_activation_map(
    features: np.ndarray, weights: np.ndarray, bias: np.ndarray | None = None
) -> ClassActivationMap:
    """Maps and scores from features ``(..., C, H, W)`` and weights ``(classes, C)``.

    ``bias`` ``(classes,)`` is added to the scores. Float features and weights keep their dtype,
    others become float64. Errors: ``ValueError`` naming the argument. Source: Zhou et al., CVPR
    2016; the identity of map and score is their section 2.

    >>> features = np.array([[[1.0, 0.0], [0.0, 3.0]], [[0.0, 2.0], [0.0, 0.0]]])
    >>> cam = class_activation_map(features, np.array([[1.0, -1.0]]))
    >>> cam.maps
    array([[[ 1., -2.],
            [ 0.,  3.]]])
    >>> cam.scores
    array([0.5])
    """
    features, weights = array("features", features), array("weights", weights)
    if features.ndim < 3:
        raise ValueError(f"features must have axes (..., C, H, W), got shape {features.shape}")
    if weights.ndim != 2 or weights.shape[1] != features.shape[-3]:
        raise ValueError(
            f"weights must have shape (classes, {features.shape[-3]}), got {weights.shape}"
        )
    if features.shape[-1] * features.shape[-2] == 0:
        raise ValueError(f"features must have cells, got shape {features.shape}")
    given = np.zeros(len(weights)) if bias is None else array("bias", bias)
    if given.shape != (len(weights),):
        raise ValueError(f"bias must have shape ({len(weights)},), got {given.shape}")
    floats = [a.dtype for a in (features, weights) if a.dtype.kind == "f"]
    dtype = np.result_type(*floats) if len(floats) == 2 else np.dtype(np.float64)
    planes = features.size // prod(features.shape[-3:]) if features.size else 0
    cells = planes * len(weights) * prod(features.shape[-2:])
    with np.errstate(all="ignore"):
        fits(cells, "weights", MAX_FILLED, "cells of maps")
        fits(cells * features.shape[-3], "weights", MAX_TAPS, "products")
        maps = np.einsum("ck,...khw->...chw", weights, features.astype(np.result_type(dtype, "f4")))
        scores = maps.mean((-1, -2)) + given
    return ClassActivationMap(maps.astype(dtype, copy=False), scores.astype(dtype), weights)
