"""poolviz: ``streamlit run app.py`` finds this App and serves it.

The main script lives in poolviz/ui/shell.py, so that no pages/ folder stands beside it: there
Streamlit would fall back to its legacy navigation, which breaks deep links on a fresh server.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from poolviz.stage.files import LARGEST_MB
from poolviz.ui.headers import Headers
from poolviz.ui.mishap import kindly
from poolviz.ui.process import prepare_process
from poolviz.ui.served import Served
from poolviz.ui.streamlit_patches import patch_streamlit


@asynccontextmanager
async def warm(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Before the first visitor: what is done to Streamlit and to the process."""
    # 5 MB is what uploads are held to (config.toml); the one page that takes more says so at its
    # own uploader, and the server must let that through.
    config.set_option("server.maxUploadSize", LARGEST_MB)
    patch_streamlit()
    prepare_process()
    yield {}


app = st.App(
    "poolviz/ui/shell.py",
    lifespan=warm,
    middleware=[Middleware(Headers), Middleware(Served)],
    on_script_error=kindly,
)
