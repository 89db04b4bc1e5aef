"""The language of a visit: the link's, else the one chosen, else the browser's, else English."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from poolviz.stage.class_link import spoken
from poolviz.text import SOURCE, _, ask_for_language, language, languages, use_language
from poolviz.ui.lesson import lesson

KEY = "frame.language"


def default_language() -> str:
    """What is spoken to a person who has chosen nothing."""
    return spoken(st.context.locale) or SOURCE


def choose_language() -> None:
    """Speak the language of the visit from here on."""
    asked = spoken(st.query_params.get("lang"))
    if asked:
        st.session_state["language"] = asked
    use_language(st.session_state.get("language") or default_language())
    st.session_state["spoken"] = language()


def spoken_before() -> str:
    """What the visit spoke when its page last ran whole: for callbacks and fragments."""
    visit = get_script_run_ctx(suppress_warning=True)
    return SOURCE if visit is None else str(st.session_state.get("spoken", SOURCE))


ask_for_language(spoken_before)


def language_control() -> None:
    """A menu of the languages, each by the name that its speakers use."""
    names = languages()
    if len(names) < 2 or not lesson().shows("lang"):
        return
    st.session_state[KEY] = language()
    st.selectbox(
        _("Language"),
        list(names),
        format_func=lambda code: names[code],
        key=KEY,
        on_change=_took,
        disabled=lesson().holds("lang"),
    )


def _took() -> None:
    """A person chose: into the session, and into the URL where it is not what comes by itself."""
    code = st.session_state[KEY]
    if lesson().holds("lang") or code not in languages():
        return
    st.session_state["language"] = code
    if code != default_language():
        st.query_params["lang"] = code
        return
    st.session_state.get("frame_kept", {}).pop("lang", None)
    st.query_params.pop("lang", None)
