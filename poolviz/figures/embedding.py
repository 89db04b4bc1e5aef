"""Fonts in PDF files: no more of a font than the characters that are written.

Matplotlib 3.11 cuts fonts down with fontTools, which is most of what a handout costs. Here the
tables that say how letters join are left out first, for the letters have their places already; and
what was cut lately is kept, for a class takes the same sheet many times.
"""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any, BinaryIO

from fontTools import subset
from matplotlib.backends import _backend_pdf_ps

UNUSED = ("BDF", "FFTM", "GDEF", "GPOS", "GSUB", "MERG", "PfEd", "TSIV", "feat", "meta", "morx")
KEPT = 64
"""Fonts that are kept, some 20 kB each."""


@dataclass(frozen=True)
class Cut:
    """A font as bytes, which looks to Matplotlib like one that fontTools has open."""

    data: bytes

    def save(self, file: BinaryIO, reorderTables: bool = False) -> None:
        file.write(self.data)


@lru_cache(KEPT)
def cut(file: str, number: int, glyphs: frozenset[int]) -> tuple[Cut, dict[int, int]]:
    """The font with these glyphs alone, and what number each has in it."""
    options = subset.Options(glyph_names=True, recommended_glyphs=True, font_number=number)
    options.drop_tables += UNUSED
    with subset.load_font(file, options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(gids=glyphs)
        cutter.subset(font)
        buffer = BytesIO()
        font.save(buffer, reorderTables=False)
        return Cut(buffer.getvalue()), dict(cutter.glyph_index_map)


def _subset(file: Any, glyphs: Collection[int]) -> AbstractContextManager[Any]:
    font, places = cut(str(file), file.face_index, frozenset(glyphs))
    return nullcontext(_backend_pdf_ps.SubsetResults(font, places))


@contextmanager
def fonts_kept() -> Iterator[None]:
    """Let Matplotlib cut fonts with ``cut``; one at a time, for it is told by its module."""
    theirs = _backend_pdf_ps.get_glyphs_subset
    _backend_pdf_ps.get_glyphs_subset = _subset  # type: ignore[assignment]
    try:
        yield
    finally:
        _backend_pdf_ps.get_glyphs_subset = theirs
