"""Home: the first minute, then what this is and where to go."""

import streamlit as st

from poolviz.pooling import Average, Max, Sliding, pool
from poolviz.samples import sample
from poolviz.text import _
from poolviz.ui.first_minute import first_minute
from poolviz.ui.frame import gallery
from poolviz.wings.pooling.core.predict import window_question

st.title(_("See how pooling works"))
st.write(
    _(
        "A neural network shrinks a picture by looking at one small window at a time and writing "
        "down one number for it. Which number? Predict it, then see."
    )
)

runs = [pool(sample("worked-example"), variant, Sliding(2)) for variant in (Max(), Average())]
first_minute(runs, [window_question(run, (0, 0), most=3) for run in runs])

st.header(_("What you can do here"))
st.write(
    _(
        "Put in your own matrix or picture, choose any pooling, and watch the window move. Every "
        "number is computed by tested code that agrees with PyTorch, and every state has a link "
        "that you can hand to a class. Nothing you enter is stored."
    )
)
pages = gallery()
for first in range(0, len(pages), 3):
    row = st.columns(3)
    for place, (page, what) in zip(row, pages[first : first + 3], strict=False):
        with place, st.container(border=True, height="stretch"):
            st.page_link(page, label=f"**{page.title}**")
            st.write(what)
