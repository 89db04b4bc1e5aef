"""Fonts in PDF files: the letters as they were, cut once for the same letters."""

import inspect
from io import BytesIO

import numpy as np
import pytest
from matplotlib.backends import _backend_pdf_ps, backend_pdf
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags

from poolviz.figures.embedding import Cut, cut
from poolviz.figures.export import saved
from poolviz.figures.lettering import fonts, letters


@pytest.mark.parametrize(
    ("family", "text"), [("DejaVu Sans", "Ä7 × fi −∞"), ("poolviz Sans SC", "池化窗口，")]
)
def test_a_cut_font_draws_its_letters_as_before(family, text):
    assert family in fonts()
    path = findfont(FontProperties(family=family))
    whole = FT2Font(path)
    glyphs = {letter: whole.get_char_index(ord(letter)) for letter in text}
    small, places = cut(path, 0, frozenset(glyphs.values()))
    assert len(small.data) < 30_000
    font = FT2Font(BytesIO(small.data))
    flags = LoadFlags.NO_SCALE | LoadFlags.NO_HINTING
    for glyph in glyphs.values():
        before, after = whole.load_glyph(glyph, flags), font.load_glyph(places[glyph], flags)
        assert before.horiAdvance == after.horiAdvance
        np.testing.assert_array_equal(whole.get_path()[0], font.get_path()[0])


def written(text):
    figure = Figure(figsize=(2, 1))
    figure.text(0.1, 0.5, text, **letters())
    return saved(lambda: figure, "pdf", text)


def test_the_same_letters_are_cut_once():
    cut.cache_clear()
    first = written("abc 池")
    fresh = cut.cache_info()
    assert (fresh.misses, fresh.hits) == (2, 0), "two fonts"
    assert written("abc 池") == first
    assert written("cab 池").startswith(b"%PDF")
    assert cut.cache_info().misses == 2


def test_matplotlib_asks_as_this_is_written_for():
    """Where it does not, its own way works, but takes longer: then embedding.py has to follow."""
    source = inspect.getsource(backend_pdf.PdfFile.embedTTF)
    assert "_backend_pdf_ps.get_glyphs_subset(" in source
    assert "_backend_pdf_ps.font_as_file(subset.font)" in source
    assert "subset.glyph_index_map[" in source
    assert _backend_pdf_ps.font_as_file(Cut(b"x")).getvalue() == b"x"


def test_matplotlib_is_as_it_was_afterwards():
    theirs = _backend_pdf_ps.get_glyphs_subset
    with pytest.raises(ZeroDivisionError):
        saved(lambda: 1 / 0, "pdf", "x")
    assert _backend_pdf_ps.get_glyphs_subset is theirs
