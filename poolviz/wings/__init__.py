"""The pages, one declaration each, by wing. No Streamlit here."""
