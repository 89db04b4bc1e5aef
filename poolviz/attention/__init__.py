"""The attention engine: one function, the blocks made of it, and what each of them costs."""

from poolviz.attention.attend import attend as attend
from poolviz.attention.attended import Attended as Attended
from poolviz.attention.block import Block as Block
from poolviz.attention.block import BlockRun as BlockRun
from poolviz.attention.blocks import BLOCKS as BLOCKS
from poolviz.attention.cbam import *  # noqa: F403
from poolviz.attention.context import *  # noqa: F403
from poolviz.attention.denoise import *  # noqa: F403
from poolviz.attention.dual import *  # noqa: F403
from poolviz.attention.heads import *  # noqa: F403
from poolviz.attention.measures import *  # noqa: F403
from poolviz.attention.nonlocal_block import *  # noqa: F403
from poolviz.attention.pyramid import *  # noqa: F403
