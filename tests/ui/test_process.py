"""What is done to the process: each thing that is relied on."""

import ctypes
import gc
import inspect
import subprocess
import sys

import pytest
from streamlit import env_util

from bench.servers import ROOT
from poolviz.ui.process import MALLOPT, import_everything, set_aside_what_stays

GLIBC = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallopt")


@pytest.mark.skipif(not GLIBC, reason="another C library: nothing is done")
def test_mallopt_takes_each_parameter():
    """It answers 1 to what it understands, 0 to the rest: in a process of its own, it stays."""
    code = f"import ctypes; print(*(ctypes.CDLL(None).mallopt(*p) for p in {MALLOPT}.items()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1"] * len(MALLOPT)


def test_no_module_is_left_to_the_first_visitor():
    import_everything()
    files = (path.relative_to(ROOT) for path in (ROOT / "poolviz").rglob("*.py"))
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files}
    left = {name for name in names if not name.endswith(("__main__", ".shell"))} - set(sys.modules)
    assert not left


def test_what_stays_is_not_collected_again():
    try:
        set_aside_what_stays()
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()


def test_streamlit_reads_the_stack_for_its_first_element():
    """Else the call of ``inspect.stack`` in ``import_everything`` can go."""
    assert "inspect.stack()" in inspect.getsource(env_util.is_repl)
