"""The upper floor: what the pages share of Streamlit; nothing below imports it."""
