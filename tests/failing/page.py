"""Fails in a way that quotes the visitor: ``?how=raise``, in a fragment, or in a warning."""

import streamlit as st
from streamlit.logger import get_logger


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
        case "warning":
            log = get_logger("streamlit.elements")
            try:
                fail()
            except KeyError as error:
                log.warning("cannot read %s", typed(), exc_info=error)
                log.warning(error)


start = st.Page(lambda: None, title="Start", url_path="start")
st.navigation([start, st.Page(sums, title="Sums", url_path="sums")]).run()
