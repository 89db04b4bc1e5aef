"""The pooling engine: geometry x reduction, forward, backward, and the way back.

The families below are listed in menu order; each file declares its variants in menu order.
"""

from poolviz.pooling import (
    align,
    averages,
    drawn,
    exponential,
    filters,
    importance,
    learned_ranks,
    means,
    mixtures,
    norms,
    pairs,
    random_windows,
    ranks,
    regions,
    rmac,
    selecting,
    sequences,
    softmax,
    tree,
    unpooling,
)
from poolviz.pooling.align import *  # noqa: F403
from poolviz.pooling.averages import *  # noqa: F403
from poolviz.pooling.cam import ClassActivationMap as ClassActivationMap
from poolviz.pooling.cam import class_activation_map as class_activation_map
from poolviz.pooling.check import check_gradient as check_gradient
from poolviz.pooling.drawn import *  # noqa: F403
from poolviz.pooling.engine import Pooled as Pooled
from poolviz.pooling.engine import pool as pool
from poolviz.pooling.exponential import *  # noqa: F403
from poolviz.pooling.filters import *  # noqa: F403
from poolviz.pooling.importance import *  # noqa: F403
from poolviz.pooling.importance import Logit as Logit
from poolviz.pooling.learned_ranks import *  # noqa: F403
from poolviz.pooling.means import *  # noqa: F403
from poolviz.pooling.mixtures import *  # noqa: F403
from poolviz.pooling.norms import *  # noqa: F403
from poolviz.pooling.operator import Operated as Operated
from poolviz.pooling.operator import Operator as Operator
from poolviz.pooling.pairs import *  # noqa: F403
from poolviz.pooling.random_windows import *  # noqa: F403
from poolviz.pooling.ranks import *  # noqa: F403
from poolviz.pooling.regions import *  # noqa: F403
from poolviz.pooling.rmac import *  # noqa: F403
from poolviz.pooling.selecting import *  # noqa: F403
from poolviz.pooling.sequences import *  # noqa: F403
from poolviz.pooling.softmax import *  # noqa: F403
from poolviz.pooling.table import Geometry as Geometry
from poolviz.pooling.table import Windows as Windows
from poolviz.pooling.tree import *  # noqa: F403
from poolviz.pooling.unpool import unpool as unpool
from poolviz.pooling.unpooling import *  # noqa: F403
from poolviz.pooling.unpooling import RoundTrip as RoundTrip
from poolviz.pooling.unpooling import Unpooling as Unpooling
from poolviz.pooling.unpooling import round_trip as round_trip
from poolviz.pooling.unpooling import unpool_backward as unpool_backward
from poolviz.pooling.variant import Variant as Variant
from poolviz.pooling.windows import Adaptive as Adaptive
from poolviz.pooling.windows import Global as Global
from poolviz.pooling.windows import Sliding as Sliding

_FAMILIES = (
    selecting,
    drawn,
    averages,
    means,
    norms,
    ranks,
    learned_ranks,
    mixtures,
    tree,
    softmax,
    exponential,
    importance,
)

VARIANTS: tuple[type[Variant], ...] = tuple(
    getattr(family, name) for family in _FAMILIES for name in family.__all__
)
"""The variants that take windows, in menu order."""

_SHAPES = (random_windows, pairs, sequences, regions, align, rmac, filters)

OPERATORS: tuple[type[Operator], ...] = tuple(
    getattr(family, name) for family in _SHAPES for name in family.__all__
)
"""The poolings with a shape of their own, in menu order."""

UNPOOLINGS = tuple(getattr(unpooling, name) for name in unpooling.__all__)
"""Unpooling by a rule, in menu order; ``unpool`` puts values back where they came from."""
