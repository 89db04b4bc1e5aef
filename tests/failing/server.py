"""The app's own entry point over a page that fails and quotes its visitor (test_mishap.py)."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app import warm
from poolviz.ui.headers import Headers
from poolviz.ui.mishap import kindly

app = st.App(
    Path(__file__).with_name("page.py"),
    lifespan=warm,
    middleware=[Middleware(Headers)],
    on_script_error=kindly,
)
