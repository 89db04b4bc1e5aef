"""A bare page with twelve widgets: what an action costs where Streamlit has nothing else to do.

bench/sessions.py serves it with this project's own settings and measures pages against it.
"""

import streamlit as st

st.title("Bare")
whole = [st.number_input(f"whole {n}", 1, 20, 3, key=f"whole{n}") for n in range(4)]
names = [st.selectbox(f"choice {n}", list("abcdef"), key=f"choice{n}") for n in range(3)]
flags = [st.checkbox(f"flag {n}", key=f"flag{n}") for n in range(3)]
parts = [st.slider(f"part {n}", 0.0, 1.0, 0.5, key=f"part{n}") for n in range(2)]
st.markdown(f"{whole} {names} {flags} {parts}")
