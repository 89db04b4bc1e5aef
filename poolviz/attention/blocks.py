"""Every block, in menu order: each file declares its own."""

from poolviz.attention import (
    cbam,
    context,
    denoise,
    dual,
    heads,
    nonlocal_block,
    pyramid,
)
from poolviz.attention.block import Block

_FILES = (denoise, nonlocal_block, context, cbam, dual, pyramid, heads)

BLOCKS: tuple[type[Block], ...] = tuple(
    getattr(file, name) for file in _FILES for name in file.__all__
)
"""The classes of all blocks: controls, cards, tests, programs and benchmark loop over them."""
