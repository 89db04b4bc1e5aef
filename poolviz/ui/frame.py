"""The page table: every page's title, address and sentence, by wing."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from poolviz.text import N_, _, language
from poolviz.ui.lesson import lesson
from poolviz.ui.share import url_parameters

FOLDER = Path(__file__).resolve().parents[2] / "pages"
ASSETS = FOLDER.parent / "assets"
HOME = "home"


@dataclass(frozen=True)
class Entry:
    """A page: its address, its file under pages/, its wing, title and icon, what it shows.

    ``tells``: it could tell a class what a teacher's link keeps back, and is not there then.
    """

    address: str
    file: str
    wing: str
    title: str
    icon: str
    shows: str = ""
    tells: bool = False


ENTRIES = (
    Entry(HOME, "start/home.py", N_("Start"), N_("Home"), "home"),
    Entry(
        "practise", "start/practise.py", N_("Start"), N_("Practise"), "exercise",
        N_("Exercises made of your own numbers, checked by the engine: predict, build, find."),
    ),
    Entry(
        "windows", "pooling/windows.py", N_("Pooling"), N_("Windows"), "select_window",
        N_("Move a window over your own matrix or picture; see what each variant makes of it."),
    ),
    Entry(
        "gradients", "pooling/gradients.py", N_("Pooling"), N_("Gradients"), "keyboard_backspace",
        N_("Follow a gradient back: which cells receive it, how much, and how often."),
    ),
    Entry(
        "unpooling", "pooling/unpooling.py", N_("Pooling"), N_("Unpooling"), "open_in_full",
        N_("Pool and go back: what remembered places can restore, and what is gone for good."),
    ),
    Entry(
        "adaptive", "pooling/adaptive.py", N_("Pooling"), N_("Adaptive"), "fit_width",
        N_("Give the output size, and see where PyTorch's windows and equal ones differ."),
    ),
    Entry(
        "global", "pooling/global.py", N_("Pooling"), N_("Global"), "public",
        N_("One mean a map for millions of weights; see where a class finds its evidence."),
    ),
    Entry(
        "sequences", "pooling/sequences.py", N_("Pooling"), N_("Sequences"), "text_fields",
        N_("Pool a sentence of your own over time, and see which of its words survive."),
    ),
    Entry(
        "compare", "pooling/compare.py", N_("Pooling"), N_("Compare"), "compare",
        N_("One input under many variants, side by side; six experiments to predict."),
    ),
    Entry(
        "catalogue", "pooling/catalogue.py", N_("Pooling"), N_("Catalogue"), "grid_view",
        N_("Every way to pool as a card: formula, gradient, source, and names elsewhere."),
    ),
    Entry(
        "oks", "pose/oks.py", N_("Pose"), N_("OKS"), "accessibility_new",
        N_("Drag the joints of a detected pose and see what each slip costs, joint by joint."),
    ),
    Entry(
        "coco-eval", "pose/coco_eval.py", N_("Pose"), N_("COCO evaluation"), "fact_check",
        N_("Advanced: from detections to AP, with the reason for every match and miss."),
    ),
    Entry(
        "teach", "teach/teach.py", N_("Teach"), N_("Teacher's link"), "school",
        N_("Prepare a page for your class: for the projector, with answers hidden, as a QR code."),
        tells=True,
    ),
    Entry(
        "glossary", "start/glossary.py", N_("Start"), N_("Glossary"), "dictionary",
        N_("The words of the field in every language spoken here, and the page that shows each."),
    ),
)  # fmt: skip

Table = dict[str, dict[str, StreamlitPage]]


def table() -> Table:
    """Wing -> address -> page, in the order of the navigation; made once a session and language."""
    kept: dict[tuple[str, bool], Table] = st.session_state.setdefault("pages", {})
    name = language(), lesson().binds
    if name not in kept:
        kept[name] = _table()
    return kept[name]


def entries() -> list[Entry]:
    """The pages of this visit."""
    return [entry for entry in ENTRIES if not (entry.tells and lesson().binds)]


def address_titles() -> dict[str, str]:
    """Address -> title, in the language spoken."""
    return {entry.address: _(entry.title) for entry in ENTRIES}


def _table() -> Table:
    wings: Table = {}
    for entry in entries():
        wings.setdefault(_(entry.wing), {})[entry.address] = st.Page(
            FOLDER / entry.file,
            title=_(entry.title),
            icon=f":material/{entry.icon}:",
            url_path=None if entry.address == HOME else entry.address,
            default=entry.address == HOME,
        )
    return wings


def gallery() -> list[tuple[StreamlitPage, str]]:
    """The pages that a person can go to, each with one sentence that says what it shows."""
    pages = {address: page for wing in table().values() for address, page in wing.items()}
    return [(pages[entry.address], _(entry.shows)) for entry in entries() if entry.shows]


def page_of(address: str) -> StreamlitPage | None:
    """The page at an address, if it is among those of this visit."""
    return next((wing[address] for wing in table().values() if address in wing), None)


def left(address: str) -> dict[str, str]:
    """The parameters of a page as this visit left it."""
    from poolviz.ui.teachers_link import SUBJECTS

    subject = SUBJECTS[address]
    state = st.session_state.get(f"{subject.wing}_state", {})
    settings = subject.settings(state)
    whole = {setting.key: state.get(setting.key, setting.default) for setting in settings}
    return url_parameters({**state, **whole}, subject.settings)
