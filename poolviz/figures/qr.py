"""QR codes of links, as SVG for the screen, PNG for a slide and PDF for paper."""

import io

import numpy as np
import segno

BORDER = 4
"""Quiet squares around the code, as the standard asks."""
DENSE = 77
"""Squares a side from which a phone in the back row has trouble."""


def qr(text: str) -> segno.QRCode | None:
    """The smallest code of a text, with the most repair that fits it; None if none can hold it.

    >>> qr("https://example.org/windows").symbol_size(border=0)
    (25, 25)
    >>> qr("x" * 3000) is None
    True
    """
    try:
        return segno.make_qr(text, error="l")
    except segno.DataOverflowError:
        return None


def squares(code: segno.QRCode) -> int:
    """Squares a side, without the border."""
    return int(code.symbol_size(border=0)[0])


def matrix(code: segno.QRCode) -> np.ndarray:
    """Its squares with the border, bool ``(n, n)``, True where they are dark."""
    rows = np.array([np.frombuffer(row, np.uint8) for row in code.matrix])
    return np.pad(rows > 0, BORDER)


def pixels(dark: np.ndarray, least: int = 640) -> np.ndarray:
    """Grey pixels of a matrix, uint8 ``(m, m)``, at least so many a side: black on white in both
    themes."""
    times = -(-least // len(dark))
    return np.where(dark, 0, 255).astype(np.uint8).repeat(times, 0).repeat(times, 1)


def qr_svg(code: segno.QRCode, side: int = 360) -> str:
    """An SVG of so many pixels a side: black on white in both themes, for a camera needs that."""
    scale = side / (squares(code) + 2 * BORDER)
    return code.svg_inline(scale=scale, border=BORDER, dark="#000", light="#fff")


def qr_png(code: segno.QRCode, least: int = 1000) -> bytes:
    """A PNG of at least so many pixels a side."""
    buffer = io.BytesIO()
    scale = -(-least // (squares(code) + 2 * BORDER))
    code.save(buffer, kind="png", scale=scale, border=BORDER)
    return buffer.getvalue()


def qr_pdf(code: segno.QRCode, side: float = 400) -> bytes:
    """A PDF of one page, so many points a side."""
    buffer = io.BytesIO()
    scale = side / (squares(code) + 2 * BORDER)
    code.save(buffer, kind="pdf", scale=scale, border=BORDER)
    return buffer.getvalue()
