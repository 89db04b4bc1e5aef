"""The parts that a page shows: pure data, drawn by whoever shows the page.

A new kind of part is a dataclass here, a function in ``poolviz/ui/parts.py`` and one in
``poolviz/figures/files.py``; no page. What is costly is a function, called when it is needed.
"""

from poolviz.stage.part.base import ALL, CLASS, PICTURE, Part
from poolviz.stage.part.groups import Act, Acts, Fold, Inquiry, Place, Row, Sets, Stack, Trains
from poolviz.stage.part.moment import Moment, Now, first_play, walk
from poolviz.stage.part.pictures import (
    Chart,
    Picture,
    Pictures,
    Plane,
    Planes,
    Play,
    Posed,
    Shot,
    Still,
)
from poolviz.stage.part.texts import Code, File, Formula, Metrics, Numbers, Program, Says, Table
from poolviz.stage.part.ways import Card, Deck, Leads, Stop, Way

__all__ = [
    "ALL",
    "CLASS",
    "PICTURE",
    "Act",
    "Acts",
    "Card",
    "Chart",
    "Code",
    "Deck",
    "File",
    "Fold",
    "Formula",
    "Inquiry",
    "Leads",
    "Metrics",
    "Moment",
    "Now",
    "Numbers",
    "Part",
    "Picture",
    "Pictures",
    "Place",
    "Plane",
    "Planes",
    "Play",
    "Posed",
    "Program",
    "Row",
    "Says",
    "Sets",
    "Shot",
    "Stack",
    "Still",
    "Stop",
    "Table",
    "Trains",
    "Way",
    "first_play",
    "walk",
]
