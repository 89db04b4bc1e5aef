"""The main script, run for every visit: the page table and the frame around the page."""

from pathlib import Path

import streamlit as st

from poolviz.ui.frame import choose_language, table

ASSETS = Path(__file__).resolve().parents[2] / "assets"

st.set_page_config("poolviz", ASSETS / "favicon.png", "wide", initial_sidebar_state=220)
st.html(ASSETS / "frame.css")
choose_language()
page = st.navigation({wing: list(pages.values()) for wing, pages in table().items()})
page.run()
