"""Every kind of exercise about attention."""

from functools import partial

from poolviz.exercises import Kind
from poolviz.exercises.kind import PREDICT
from poolviz.text import N_
from poolviz.wings.attention.exercises import reaches, rows

_kind = partial(Kind, source=rows.ROWS)
KINDS = (
    _kind("attend-output", PREDICT, N_("Three keys and their mean"), rows.output),
    _kind("attend-push", PREDICT, N_("A score that rises"), rows.push),
    _kind("attend-shapes", PREDICT, N_("Pooled keys"), rows.shapes),
    _kind("attend-sums", PREDICT, N_("What weights sum to"), rows.sums),
    _kind("attend-shift", PREDICT, N_("A bias"), rows.shift),
    _kind("attend-ties", PREDICT, N_("Equal keys"), rows.ties),
    _kind("reach-cells", PREDICT, N_("Cells reached"), reaches.reached),
    _kind("reach-share", PREDICT, N_("Weight on the cross"), reaches.kept),
    _kind("gates", PREDICT, N_("Gates"), reaches.gates),
)
"""Exercises about attention."""
