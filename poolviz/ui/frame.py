"""The page table: every page's title and address, by wing; and what stands around a page."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from poolviz.text import _, language, use_language

FOLDER = Path(__file__).resolve().parents[2] / "pages"


Table = dict[str, dict[str, StreamlitPage]]


def table() -> Table:
    """Wing -> address -> page, in the order of the navigation; made once a session and language."""
    kept: dict[str, Table] = st.session_state.setdefault("pages", {})
    if language() not in kept:
        kept[language()] = _table()
    return kept[language()]


def _table() -> Table:
    return {
        _("Start"): {
            "home": st.Page(
                FOLDER / "start/home.py", title=_("Home"), icon=":material/home:", default=True
            ),
        },
        _("Pooling"): {
            "windows": st.Page(
                FOLDER / "pooling/windows.py",
                title=_("Windows"),
                icon=":material/select_window:",
                url_path="windows",
            ),
            "gradients": st.Page(
                FOLDER / "pooling/gradients.py",
                title=_("Gradients"),
                icon=":material/keyboard_backspace:",
                url_path="gradients",
            ),
            "unpooling": st.Page(
                FOLDER / "pooling/unpooling.py",
                title=_("Unpooling"),
                icon=":material/open_in_full:",
                url_path="unpooling",
            ),
            "adaptive": st.Page(
                FOLDER / "pooling/adaptive.py",
                title=_("Adaptive"),
                icon=":material/fit_width:",
                url_path="adaptive",
            ),
            "global": st.Page(
                FOLDER / "pooling/global.py",
                title=_("Global"),
                icon=":material/public:",
                url_path="global",
            ),
            "sequences": st.Page(
                FOLDER / "pooling/sequences.py",
                title=_("Sequences"),
                icon=":material/text_fields:",
                url_path="sequences",
            ),
            "compare": st.Page(
                FOLDER / "pooling/compare.py",
                title=_("Compare"),
                icon=":material/compare:",
                url_path="compare",
            ),
            "catalogue": st.Page(
                FOLDER / "pooling/catalogue.py",
                title=_("Catalogue"),
                icon=":material/grid_view:",
                url_path="catalogue",
            ),
        },
        _("Pose"): {
            "oks": st.Page(
                FOLDER / "pose/oks.py",
                title=_("OKS"),
                icon=":material/accessibility_new:",
                url_path="oks",
            ),
            "coco-eval": st.Page(
                FOLDER / "pose/coco_eval.py",
                title=_("COCO evaluation"),
                icon=":material/fact_check:",
                url_path="coco-eval",
            ),
        },
    }


def gallery() -> list[tuple[StreamlitPage, str]]:
    """The pages that a person can go to, each with one sentence that says what it shows."""
    pages = {address: page for wing in table().values() for address, page in wing.items()}
    return [
        (
            pages["windows"],
            _("Move a window over your own matrix or picture; see what each variant makes of it."),
        ),
        (
            pages["gradients"],
            _("Follow a gradient back: which cells receive it, how much, and how often."),
        ),
        (
            pages["unpooling"],
            _("Pool and go back: what remembered places can restore, and what is gone for good."),
        ),
        (
            pages["adaptive"],
            _("Give the output size, and see where PyTorch's windows and equal ones differ."),
        ),
        (
            pages["global"],
            _("One mean a map for millions of weights; see where a class finds its evidence."),
        ),
        (
            pages["sequences"],
            _("Pool a sentence of your own over time, and see which of its words survive."),
        ),
        (
            pages["compare"],
            _("One input under many variants, side by side; six experiments to predict."),
        ),
        (
            pages["catalogue"],
            _("Every way to pool as a card: formula, gradient, source, and names elsewhere."),
        ),
        (
            pages["oks"],
            _("Drag the joints of a detected pose and see what each slip costs, joint by joint."),
        ),
        (
            pages["coco-eval"],
            _("Advanced: from detections to AP, with the reason for every match and miss."),
        ),
    ]


def choose_language() -> None:
    """The language of the link, else of the browser; English where neither is spoken here."""
    wanted = st.query_params.get("lang") or (st.context.locale or "en").split("-")[0]
    use_language(wanted if wanted.isalpha() and len(wanted) <= 3 else "en")
