"""Controls: what a person, a link, a saved state or a teacher can set on a page, declared once.

A ``Control`` says what the value is called in a link, what a person reads beside it, and its kind.
A kind reads and writes the link's text and says what is allowed; how it looks is the affair of
whoever shows the page, who has one widget a kind.
"""

from poolviz.stage.control.choices import Choice, Flag, Several
from poolviz.stage.control.declared import Control, always, present, values_of
from poolviz.stage.control.kind import Bound, Kind, Written
from poolviz.stage.control.numbers import Dial, Index, Pair, Real, Sliders, Span, Whole
from poolviz.stage.control.texts import Block, Grid, Matrix, Silent, Text, Typed, Visit, Visited
from poolviz.stage.control.values import SMALL, Values

__all__ = [
    "SMALL",
    "Block",
    "Bound",
    "Choice",
    "Control",
    "Dial",
    "Flag",
    "Grid",
    "Index",
    "Kind",
    "Matrix",
    "Pair",
    "Real",
    "Several",
    "Silent",
    "Sliders",
    "Span",
    "Text",
    "Typed",
    "Values",
    "Visit",
    "Visited",
    "Whole",
    "Written",
    "always",
    "present",
    "values_of",
]
