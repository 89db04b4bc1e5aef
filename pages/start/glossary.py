"""Glossary: the words of the field in every language of the app, and where each is seen."""

import streamlit as st

from poolviz.text import _
from poolviz.ui import share
from poolviz.ui.glossary import glossary_settings, listing, search
from poolviz.ui.takeaway import copy_link

state = share.load("glossary", glossary_settings)

st.title(_("Glossary"))
st.write(
    _(
        "The words of the field in every language of this app, each with one sentence and the "
        "page on which it can be seen."
    )
)
share.show_complaints(state)

listing(search(state))
copy_link(state, glossary_settings)
share.save(state, glossary_settings)
