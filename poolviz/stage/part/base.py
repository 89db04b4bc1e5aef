"""What every part has."""

from dataclasses import dataclass

ALL = 10**6
"""``tells``: it would answer any of the questions."""


PICTURE = -1
"""``tells``: it says what the picture withholds, and comes when that withholds nothing."""


CLASS = -2
"""``tells``: it is withheld only from a class whose link hides the answers."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Part:
    """``tells``: how many questions must be answered before it is shown, for it would answer the
    next ones; or ``ALL``, ``PICTURE``, ``CLASS``. ``name`` begins the names of its files; "": none.
    """

    tells: int = 0
    name: str = ""
