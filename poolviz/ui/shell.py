"""The main script, run for every visit: the page table and the frame around the page."""

import streamlit as st

from poolviz.ui.browser import ASSETS
from poolviz.ui.frame import table
from poolviz.ui.in_turn import TURN
from poolviz.ui.language import choose_language, language_control
from poolviz.ui.lesson import keep, lesson
from poolviz.ui.present import dress, say_language, warn
from poolviz.ui.streamlit_patches import run_when_connected_again

keep()
folded = lesson().present or st.context.is_embedded
st.set_page_config(
    "poolviz",
    ASSETS / "favicon.png",
    "wide",
    initial_sidebar_state="collapsed" if folded else 220,
)
dress()
choose_language()
page = st.navigation({w: list(p.values()) for w, p in table().items()}, expanded=True)
st.set_page_config(f"{page.title} · poolviz")
with st.sidebar:
    language_control()
    say_language()
st.session_state["page_address"] = page.url_path
warn()
run_when_connected_again()
with TURN:
    page.run()
