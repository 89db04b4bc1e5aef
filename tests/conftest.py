"""What holds for every test: Hypothesis without a clock and with fixed examples, the same run
everywhere; and scripts that record expected values with PyTorch are not collected."""

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):  # the command line speaks what they say
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"

collect_ignore_glob = ["golden/*.py"]


@pytest.fixture(scope="session", autouse=True)
def packages_scanned_once() -> Iterator[None]:
    """Each AppTest reads what every installed package says, most of its time; once will do."""
    from streamlit.components.v2 import manifest_scanner

    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture(scope="session", autouse=True)
def keras_left_alone() -> Iterator[None]:
    """Where Keras is imported Streamlit clears its session after each run, most of a test's time.

    The app has no use for Keras; only the comparisons and the programs shown import it.
    """
    from streamlit.runtime.scriptrunner import script_runner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield


@pytest.fixture(autouse=True)
def framework_defaults() -> Iterator[None]:
    """Programs that were run ask PyTorch and Keras for float64; the next one starts afresh."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_default_dtype(sys.modules["torch"].float32)
    if "keras" in sys.modules:
        sys.modules["keras"].config.set_floatx("float32")
