"""Fails in a way that quotes the visitor: ``?how=raise``, in a fragment, in a
warning, or when a file is asked for."""

import streamlit as st
from streamlit.logger import get_logger

from poolviz.text import use_language
from poolviz.ui.download import download_button


def typed() -> str:
    return str(st.query_params["typed"])


def fail() -> None:
    try:
        int(typed())
    except ValueError as cause:
        raise KeyError(typed()) from cause


def sums() -> None:
    match st.query_params["how"]:
        case "raise":
            fail()
        case "fragment":
            st.fragment(fail)()
        case "file":
            use_language(str(st.query_params.get("lang", "en")))
            asked = typed()
            download_button("A file", lambda: str(int(asked)), "file.csv", "file")
        case "warning":
            log = get_logger("streamlit.elements")
            try:
                fail()
            except KeyError as error:
                log.warning("cannot read %s", typed(), exc_info=error)
                log.warning(error)


start = st.Page(lambda: None, title="Start", url_path="start")
st.navigation([start, st.Page(sums, title="Sums", url_path="sums")]).run()
