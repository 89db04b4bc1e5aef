"""A page with one of each of Streamlit's elements of which the frame says or does something."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from poolviz.ui.deck import deck
from poolviz.ui.lesson import keep
from poolviz.ui.present import dress, say_language

CHART = go.Figure(
    go.Heatmap(z=[[1, 2], [3, 4]]), layout={"xaxis": {"title": "x"}, "yaxis": {"title": "y"}}
)
CODE = """
@cached  # a comment
def pooled(x: int) -> str:
    if x >= 1.5:
        return f"{x}" + "a"
    return True
"""


def one() -> None:
    st.title("Each element")
    st.caption("small print")
    st.markdown("|a|b|\n|-|-|\n|1|2|")
    st.markdown("[the other page](two)")
    st.latex("x^2")
    st.code(CODE)
    st.multiselect("Several", ["a", "b"], default=["a"])
    st.dataframe({"a": [1, 2]}, alt="a table")
    st.image(np.zeros((9, 9, 3), np.uint8), alt="a square")
    st.plotly_chart(CHART, key="chart", alt="a chart")
    with st.expander("More", expanded=False):
        st.text("unfolded")


def laid_out() -> None:
    with st.container(key="page"):
        st.title("A page", anchor=False)
        st.markdown("What it is about.")
        with st.container(), st.container(), st.container(key="hero"):
            with st.container(key="question"):
                st.markdown("**What comes out?**")
                st.pills("What comes out?", ["1", "7"], label_visibility="collapsed")
                st.error("Not so.")
                st.button("Next question")
            deck((), "drawn")
        with st.container(key="after"):
            st.markdown("what belongs to it")
        with st.container(horizontal=True, key="rail"), st.expander("More", expanded=True):
            st.text("the rest")
        with st.container(horizontal=True, key="filters"):
            st.text("a filter")
        with st.container(key="rest"):
            st.html("<ol class='way'><li><a href='two'><img alt=''>Two</a><span>x</span></li></ol>")


keep()
dress()
page = st.navigation({"First": [st.Page(one, title="One", default=True)],
                      "Second": [st.Page(laid_out, title="Two", url_path="two")]},
                     expanded=True)  # fmt: skip
with st.sidebar:
    say_language()
page.run()
