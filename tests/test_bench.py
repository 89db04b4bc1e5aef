"""The soak's own arithmetic: what it calls growth, and marks that tell sessions apart."""

import os
import random
import time
from urllib.parse import parse_qsl

import pytest

from poolviz.ui import share
from poolviz.wings.pages import PAGES
from tests.hostile.pages import settings_of_pages
from tests.ui.app import ROOT, open_page


@pytest.fixture
def soak(monkeypatch):
    """bench/soak.py, which finds its neighbours as a script does."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    import soak

    return soak


def test_growth_is_that_of_the_second_half_alone(soak):
    flat = [(float(t), 100.0 + min(t, 40)) for t in range(101)]
    assert soak.growth(flat) == (140, 140, 0)
    half, end, share_grown = soak.growth([(float(t), 100.0 + t) for t in range(101)])
    assert (half, end) == (155, 195)
    assert share_grown == pytest.approx(40 / 155)


def test_a_session_tells_its_own_mark_from_others(soak):
    visitor = soak.Wanderer("home", None, number=7)
    visitor.look(b"matrix " + soak.mark(7).encode() + b" and " + soak.mark(12).encode())
    assert visitor.own == 1
    assert visitor.others == {(12, "/home: b'matrix 90210077 and 90210127'")}
    visitor.look(b"ff" + soak.mark(13).encode() + b"0a")  # within a hash
    assert len(visitor.others) == 1


@pytest.mark.parametrize("address", [entry.address for entry in PAGES])
def test_the_marked_links_are_read_without_a_complaint(soak, address):
    given = dict(parse_qsl(soak.link(address, soak.mark(3))))
    settings = settings_of_pages().get(address.replace("-", "_"))
    if settings is None:
        assert not given
        return
    state: share.State = {"complaints": (), "visit": 0}
    assert not share.read_url(state, given, settings)
    if given:
        assert soak.mark(3) in str(share.url_parameters(state, settings))


@pytest.mark.parametrize(
    ("kind", "ms", "kb", "failed"),
    [
        ("run", 29.9, 24.9, False),
        ("run", 30.1, 24.9, True),
        ("run", 29.9, 25.1, True),
        ("step", 19.9, 24.9, False),
        ("answer", 20.1, 24.9, True),
        ("drag", 20.1, 24.9, True),
    ],
)
def test_what_an_action_may_cost_is_so_many_actions_on_the_bare_page(soak, kind, ms, kb, failed):
    from actions import Cost
    from sessions import Costs

    own = Cost([ms / 1000] * 4, received=round(4000 * kb), messages=80)
    costs = Costs("windows", kind, own, bare=Cost([0.008, 0.012]))
    assert costs.failed == failed
    assert str(costs).endswith("| too much |" if failed else f"| {kb:.1f} | 20 |  |")


def test_the_processors_clock_of_a_process_counts_its_work_alone(soak):
    from actions import processor_clock

    clock = processor_clock(os.getpid())
    began, before = time.process_time(), clock()
    while time.process_time() < began + 0.05:
        pass
    assert 0.03 < clock() - before < 1
    began = clock()
    time.sleep(0.1)
    assert clock() - began < 0.05


def test_every_kind_of_action_is_found_on_a_page(soak):
    """By how the widgets' keys are written: who renames them would measure nothing."""
    from actions import FRAME, QUESTION, key

    at = open_page("windows")
    for widgets, wanted in (
        (at.get("button_group"), QUESTION.search),
        (at.selectbox, lambda name: name in FRAME),
    ):
        assert any(wanted(key(w.proto.id)) for w in widgets)


@pytest.mark.parametrize(("link", "moved"), [("", False), ("mode=watch", True)])
def test_a_joint_is_dragged_only_where_a_person_can(soak, link, moved):
    from actions import LINKS, Person

    at = open_page("oks", **dict(parse_qsl(link)))
    person = Person("oks", random.Random(0), link)
    for element in at.get("bidi_component"):
        person.widgets[element.proto.id] = ("bidi_component", element.proto, "")
    assert (person._drag() is not None) == moved
    assert LINKS["drag"] == "mode=watch"
