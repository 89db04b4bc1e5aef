"""The menu "Save": everything that a page offers to take away, made when a person clicks."""

from functools import partial

import streamlit as st

from poolviz.figures.files import offers
from poolviz.figures.played import page_bytes
from poolviz.stage.arrays import csv_bytes, npy_bytes
from poolviz.stage.offer import Drawn, Made, Numbers, Offer, Played
from poolviz.stage.page import Page
from poolviz.text import _
from poolviz.ui.download import download_button
from poolviz.ui.parts import Desk
from poolviz.ui.pictures import show_film
from poolviz.ui.share import Settings, State, link, settings_of
from poolviz.ui.takeaway import state_bytes


def save_menu(desk: Desk) -> None:
    """One box with all files of the page."""
    key = f"{desk.page.address}.save"
    folded = st.popover(_("Save"), icon=":material/download:", key=key, on_change="rerun")
    if not folded.open:
        return
    settings = settings_of(desk.page)
    with folded:
        for i, offer in enumerate(offered(desk, settings)):
            _buttons(offer, f"{key}.{i}")
        if desk.moment.hidden is not None and not desk.moment.secret:
            st.caption(_("The numbers and the answers come when the questions are answered."))


def offered(desk: Desk, settings: Settings) -> list[Offer]:
    """What the page offers now."""
    link = address_of(desk.state, settings, desk.page)
    save = partial(state_bytes, desk.state, settings, desk.page.address)
    return offers(desk.page, desk.values, desk.moment, link, save)


SHEETS = {"questions", "answers"}


def _buttons(offer: Offer, key: str) -> None:
    from poolviz.figures.export import FORMATS, still  # Matplotlib, only where the menu is open

    match offer:
        case Played():
            st.caption(offer.name)
            with st.container(horizontal=True):
                for kind in FORMATS:
                    label = _("This step as {kind}").format(kind=kind.upper())
                    make = partial(still, offer.scene, offer.step, kind)
                    file = f"{offer.name}-step-{offer.step + 1}.{kind}"
                    download_button(label, make, file, f"{key}.{kind}")
            show_film(offer.scene, offer.name, key)
            label = _("The run as a web page that plays without a network (HTML)")
            make = partial(page_bytes, offer.scene, offer.step)
            download_button(label, make, f"{offer.name}.html", f"{key}.html", width="stretch")
        case Drawn():
            st.caption(offer.name)
            with st.container(horizontal=True):
                for kind in FORMATS:
                    make = partial(offer.make, kind)
                    download_button(kind.upper(), make, f"{offer.name}.{kind}", f"{key}.{kind}")
        case Numbers():
            with st.container(horizontal=True):
                for kind, write, label in (
                    ("csv", csv_bytes, _("{what} as CSV")),
                    ("npy", npy_bytes, _("{what} as .npy")),
                ):
                    make = partial(write, offer.values)
                    file = f"{offer.name}.{kind}"
                    download_button(
                        label.format(what=offer.what or offer.name), make, file, f"{key}.{kind}"
                    )
        case Made():
            label = {
                "questions": _("Handout: questions, to hand out (PDF)"),
                "answers": _("Handout: the same with answers and reasons (PDF)"),
                "state": _("Save this state as JSON"),
            }.get(offer.kind, offer.label or offer.name)
            ending = {"state": "json"}.get(offer.kind, "pdf" if offer.kind in SHEETS else "")
            file = f"{offer.name}.{ending or offer.kind}"
            download_button(label, offer.make, file, key, width="stretch")


def address_of(state: State, settings: Settings, page: Page) -> str:
    """The link to print: where no browser has told the host, from the page's address on.

    Who opens it is asked, whatever this page was set to.
    """
    full = link({**state, "mode": "predict"}, settings)
    where = "" if page.address == "home" else page.address
    return full if full.startswith("http") else f"/{where}{full}"
