"""Teacher's link: a page as a class shall see it, as an address and a QR code."""

import streamlit as st

from poolviz.text import _
from poolviz.ui.teach import build

st.title(_("Teacher's link"))
st.write(
    _(
        "Set a page up as your class shall see it, then hand out the link: for the projector, with "
        "hidden answers, with controls that are not there or cannot be moved, in one language. "
        "Try it: prepare a question on a page, come back here, hide the answers, and show the code."
    )
)
build()
