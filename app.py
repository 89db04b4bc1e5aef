"""poolviz: ``streamlit run app.py`` finds this App and serves it.

The main script lives in poolviz/ui/shell.py, so that no pages/ folder stands beside it: there
Streamlit would fall back to its legacy navigation, which breaks deep links on a fresh server.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from poolviz.ui.mishap import kindly


@asynccontextmanager
async def warm(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Import what the first visitor would otherwise wait for."""
    import pandas  # noqa: F401

    import poolviz.ui.play  # noqa: F401

    yield {}


app = st.App("poolviz/ui/shell.py", lifespan=warm, on_script_error=kindly)
