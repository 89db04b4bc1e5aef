"""Hypothesis without a clock and with fixed examples: the same run everywhere."""

import pytest
from hypothesis import settings

from poolviz.pooling import kernels

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture(params=["general path", "fast path"])
def path(request, monkeypatch):
    """Each test twice: by the definition, and through the kernels, however small x is."""
    monkeypatch.setattr(kernels, "WORTH", 0 if request.param == "fast path" else 10**12)
    return request.param
