"""From maps to people: peaks, line integrals, gates, matching, assembly; every step is kept."""

from poolviz.pose.parser.assembly import Person as Person
from poolviz.pose.parser.links import Links as Links
from poolviz.pose.parser.links import link_scores as link_scores
from poolviz.pose.parser.matching import MATCHES as MATCHES
from poolviz.pose.parser.matching import match_links as match_links
from poolviz.pose.parser.parse import Parsed as Parsed
from poolviz.pose.parser.parse import parse as parse
from poolviz.pose.parser.peaks import PEAKS as PEAKS
from poolviz.pose.parser.peaks import find_peaks as find_peaks
from poolviz.pose.parser.results import coco_results as coco_results
from poolviz.pose.parser.rules import EXACT as EXACT
from poolviz.pose.parser.rules import RULES as RULES
from poolviz.pose.parser.rules import Rules as Rules
