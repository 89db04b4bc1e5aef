"""A small page of Streamlit with a grid, a formula and a number: what any page costs here."""

import pandas as pd
import streamlit as st

if __name__ == "__main__":
    st.title("bare")
    st.data_editor(pd.DataFrame([[1, 2], [3, 4]]))
    st.latex("y = x")
    st.number_input("number", key="number")
