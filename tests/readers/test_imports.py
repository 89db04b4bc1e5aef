"""Pillow and pandas are loaded where a picture or a grid is, not by whoever imports poolviz."""

import subprocess
import sys

LOADED = (
    "import sys, poolviz, poolviz.readers, poolviz.readers.pose, poolviz.readers.state\n"
    "import poolviz.samples\n"
    "print(*sorted({'PIL', 'pandas', 'matplotlib', 'plotly'} & set(sys.modules)))"
)


def test_numbers_need_numpy_alone():
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
