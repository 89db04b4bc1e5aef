"""Tests of the engine that run twice: by the definition and through the fast paths."""

import pytest

from poolviz.pooling import kernels


@pytest.fixture(params=["general path", "fast path"])
def path(request, monkeypatch):
    """Each test twice: by the definition, and through the kernels, however small x is."""
    monkeypatch.setattr(kernels, "WORTH", 0 if request.param == "fast path" else 10**12)
    return request.param
