"""poolviz: pooling in neural networks, computed exactly and shown step by step.

>>> import poolviz as pv
>>> pv.pool([[1, 3], [4, 7]], pv.Max(), pv.Sliding(kernel_size=2)).output
array([[7]])
"""

from poolviz.attention import *  # noqa: F403
from poolviz.attention import BLOCKS as BLOCKS
from poolviz.attention import attend as attend
from poolviz.pooling import *  # noqa: F403
from poolviz.pooling import OPERATORS as OPERATORS
from poolviz.pooling import VARIANTS as VARIANTS
from poolviz.pose import evaluate_keypoints as evaluate_keypoints
from poolviz.pose import oks as oks

__version__ = "0.1.0"
