"""What holds for every test: Hypothesis without a clock and with fixed examples, the same run
everywhere; scripts that record expected values with PyTorch are not collected; and the rest of a
cross product (``every``) runs when it is asked for by its marker."""

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("steady")

# What was compiled is kept, by servers and commands too: else each worker does it at each run.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):  # the command line speaks what they say
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"
for library in ("OMP", "OPENBLAS", "MKL"):  # arrays here are small, and workers share the cores
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

collect_ignore_glob = ["golden/*.py"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked ``every`` unless ``-m`` names it."""
    if "every" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("every")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("every")]


@pytest.fixture(scope="session", autouse=True)
def pages_run_quickly() -> Iterator[None]:
    """Three things that Streamlit does again and again, most of the time of a page's test.

    What every installed package says of its components is read for each AppTest: once will do.
    Each value that is set in a session which nobody visits is warned of: a test of a page sets a
    hundred, to open what is folded. Where Keras is imported its session is cleared after each run:
    the app has no use for Keras, only the comparisons and the programs shown import it. Without
    pages nothing is imported here.
    """
    if "streamlit" not in sys.modules:
        yield
        return
    from streamlit.components.v2 import manifest_scanner
    from streamlit.runtime.scriptrunner import script_runner
    from streamlit.runtime.scriptrunner_utils import script_run_context

    manifests = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: manifests)
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        patch.setattr(script_run_context._LOGGER, "disabled", True)
        yield


@pytest.fixture(autouse=True)
def framework_defaults() -> Iterator[None]:
    """Programs that were run ask PyTorch and Keras for float64; the next one starts afresh."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_default_dtype(sys.modules["torch"].float32)
    if "keras" in sys.modules:
        sys.modules["keras"].config.set_floatx("float32")
