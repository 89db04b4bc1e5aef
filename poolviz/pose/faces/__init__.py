"""Faces: landmarks laid on a template by a similarity, and how far off landmarks are."""

from poolviz.pose.faces.align import Similarity as Similarity
from poolviz.pose.faces.align import degenerate as degenerate
from poolviz.pose.faces.align import similarity as similarity
from poolviz.pose.faces.measures import NORMALISERS as NORMALISERS
from poolviz.pose.faces.measures import ced as ced
from poolviz.pose.faces.measures import ced_area as ced_area
from poolviz.pose.faces.measures import failure_rate as failure_rate
from poolviz.pose.faces.measures import normalised_errors as normalised_errors
from poolviz.pose.faces.measures import normaliser_length as normaliser_length
