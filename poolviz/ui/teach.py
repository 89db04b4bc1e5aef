"""The page that makes a teacher's link: the form, the link with its QR code, and a preview."""

from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from poolviz.figures.qr import DENSE, qr, qr_pdf, qr_png, qr_svg, squares
from poolviz.stage.lesson import Lesson
from poolviz.stage.words import plain
from poolviz.text import N_, _, languages
from poolviz.ui.controls import BY_NAME
from poolviz.ui.download import download_button
from poolviz.ui.frame import address_titles
from poolviz.ui.share import State, url_parameters
from poolviz.ui.teachers_link import SUBJECTS, Pasted, Subject, Wish, preview, read_link

TITLES = {
    "sample": N_("Input"),
    "seed": N_("Seed"),
    "rows": N_("Rows"),
    "cols": N_("Columns"),
    "variant": N_("Variant"),
    "kernel_size": N_("Kernel size"),
    "stride": N_("Stride"),
    "padding": N_("Padding"),
    "dilation": N_("Dilation"),
    "ceil_mode": N_("Ceil mode"),
    "mode": N_("Mode"),
    "output_size": N_("Output size"),
    "upstream": N_("Upstream gradient, dL/dy"),
    "with": N_("Compared with"),
    "direction": N_("Direction"),
    "experiment": N_("Experiment"),
    "unpooling": N_("Unpool by"),
    "between": N_("In between"),
    "person": N_("Person"),
    "text": N_("A sentence of your own, in any language"),
    "pool": N_("Pooling"),
    "kind": N_("Exercise"),
    "exercise": N_("Number (seed)"),
    "region": N_("Which block of a large output"),
    "search": N_("Search names, authors, frameworks"),
    "families": N_("Family"),
    "since": N_("Published"),
    "picture": N_("Picture"),
    "threshold": N_("OKS threshold"),
    "image": N_("Image"),
    "lang": N_("Language"),
}
"""What controls are called on their pages; others are known by their parameter."""


def titled(name: str) -> str:
    """A control by the name that it has on its page, and its parameter.

    >>> titled("stride"), titled("divisor_override")
    ('Stride (stride)', 'divisor_override')
    """
    return f"{_(TITLES[name])} ({name})" if name in TITLES else name


def build() -> None:
    """Everything under the title: the form at the left, what it makes at the right."""
    form, made = st.columns([3, 2], gap="large")
    with form:
        pasted = _paste()
        start = pasted.wish if pasted else _start(_page())
        wish = _wishes(start)
    with made:
        _result(wish)


def _paste() -> Pasted | None:
    """A link to start from, if one was pasted; its wishes are taken once, when it comes."""
    text = st.text_input(
        _("Start from a link"),
        key="teach.pasted",
        placeholder="https://…/windows?kernel_size=3",
        help=_("Paste a link to one of the pages. Left empty, the page is taken as you left it."),
        persist_state="session",
    )
    if not text or not text.strip():
        st.session_state.pop("teach_read", None)
        return None
    try:
        pasted = read_link(text)
    except ValueError as error:
        st.error(plain(str(error)))
        return None
    for note in pasted.notes:
        st.warning(plain(note))
    if st.session_state.get("teach_read") != text:
        st.session_state["teach_read"] = text
        asked = pasted.wish.lesson
        for name, value in (
            ("present", asked.present),
            ("answers", asked.answers_hidden),
            ("hide", sorted(asked.hidden)),
            ("fix", sorted(asked.fixed)),
            ("lang", pasted.wish.lang),
        ):
            st.session_state[f"teach.{name}"] = value
    return pasted


def _page() -> Subject:
    titles = address_titles()
    address = st.selectbox(
        _("Page"),
        list(SUBJECTS),
        format_func=lambda address: titles.get(address, address),
        key="teach.page",
        persist_state="session",
    )
    return SUBJECTS.get(address or "", next(iter(SUBJECTS.values())))


def _start(subject: Subject) -> Wish:
    """The page as this visit left it."""
    state: State = st.session_state.get(f"{subject.wing}_state", {})
    whole = {s.key: state.get(s.key, s.default) for s in subject.settings(state)}
    return Wish(subject, url_parameters({**state, **whole}, subject.settings))


def _wishes(start: Wish) -> Wish:
    present = st.checkbox(
        _("For the projector: larger type, controls folded, keyboard only"),
        key="teach.present",
        persist_state="session",
    )
    answers = st.checkbox(
        _("Hide the answers: students choose, and are not told what is right"),
        key="teach.answers",
        persist_state="session",
    )
    state = _state_of(start)
    names = [n for n in start.subject.controls(state) if not (answers and n == "mode")]
    hidden = _names("hide", _("Controls that are not on the page"), names)
    fixed = _names("fix", _("Controls that cannot be moved"), [n for n in names if n not in hidden])
    spoken = {"": _("The student's own"), **languages()}
    if st.session_state.get("teach.lang") not in spoken:
        st.session_state["teach.lang"] = ""
    lang = st.selectbox(
        _("Language"),
        list(spoken),
        format_func=lambda code: spoken[code],
        key="teach.lang",
        persist_state="session",
    )
    asked = Lesson(bool(present), bool(answers), frozenset(hidden), frozenset(fixed))
    return Wish(start.subject, start.state, asked, lang if lang in spoken else "")


def _state_of(start: Wish) -> State:
    """As much of the state as decides which controls there are."""
    given = start.state
    variant = given.get("variant", "Max")
    return {
        "variant": variant if variant in BY_NAME else "Max",
        **{name: given[name] for name in ("sample", "between", "person") if name in given},
    }


def _names(key: str, label: str, names: list[str]) -> list[str]:
    widget = f"teach.{key}"
    before = st.session_state.get(widget, [])
    st.session_state[widget] = [name for name in before if name in names]
    return st.multiselect(
        label,
        names,
        format_func=titled,
        key=widget,
        placeholder=_("None: choose"),
        persist_state="session",
    )


def _result(wish: Wish) -> None:
    here = str(st.context.url or "")
    link = wish.link(here)
    page = address_titles().get(wish.subject.address, wish.subject.address)
    st.subheader(_("The link"))
    st.code(link, language=None, wrap_lines=True)
    st.link_button(_("Open it in a new tab"), link or "/", icon=":material/open_in_new:")
    if urlsplit(here).hostname in ("localhost", "127.0.0.1", "::1"):
        st.warning(
            _(
                "This address means this computer alone. Open poolviz by the address under which "
                "your students reach it, and make the link there."
            )
        )
    _code(link, page, wish)
    st.subheader(_("What students will see"))
    named = [(name, titled(name)) for name in wish.lesson.hidden | wish.lesson.fixed]
    st.markdown("\n".join(f"- {plain(line)}" for line in preview(wish, page, named)))
    st.caption(
        _(
            "All of this stands in the link, nothing is stored. Who changes the address by hand "
            "changes the page: it keeps answers out of sight, not under lock."
        )
    )


def _code(link: str, page: str, wish: Wish) -> None:
    code = qr(link)
    if code is None:
        st.error(
            _(
                "The link has {n} characters: too many for a QR code. A sample or random digits "
                "instead of your own numbers make it short; or hand it out as text."
            ).format(n=len(link))
        )
        return
    alt = _("QR code of the link to the page {page}").format(page=page)
    st.image(qr_svg(code), alt=alt)
    if squares(code) > DENSE:
        st.warning(
            _(
                "This code has {n} squares a side: from the back row a phone may not read it. Show "
                "it large, or make the link shorter with a sample as input."
            ).format(n=squares(code))
        )
    name = f"poolviz-{wish.subject.address}-qr"
    with st.container(horizontal=True):
        for kind, make in _kinds(code):
            download_button(
                _("QR code as {kind}").format(kind=kind.upper()),
                make,
                f"{name}.{kind}",
                f"teach.{kind}",
            )


def _kinds(code: Any) -> tuple[tuple[str, Any], ...]:
    return (
        ("png", lambda: qr_png(code)),
        ("svg", lambda: qr_svg(code, 1000)),
        ("pdf", lambda: qr_pdf(code)),
    )
