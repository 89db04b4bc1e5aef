"""Numbers typed into a picture: where they lie in the matrix, and what becomes of the state."""

import numpy as np
import pytest
import streamlit as st

import poolviz as pv
from poolviz.samples import sample
from poolviz.stage.matrix import current_matrix, mend
from poolviz.ui import edits, exchange
from poolviz.wings.pooling.core.window_scene import window_scene

A = sample("worked-example")


@pytest.fixture
def session(monkeypatch):
    """A session of its own, in which a picture of the worked example is shown."""
    monkeypatch.setattr(st, "session_state", {})
    state = {}
    mend(state)
    return state


def scene(geometry=None, x=A):
    return window_scene(pv.pool(x, pv.Max(), geometry or pv.Sliding(2)), "t")


def shown(state, ident="a", **looks):
    return edits.offer("windows", ident, scene(**looks), state)


def told(n, *cells, ident="a"):
    edits.hear("windows", {"id": ident, "cells": [list(cell) for cell in cells], "n": n})


def test_the_input_alone_can_be_edited():
    assert set(edits.places(scene(), A)) == {"input"}
    assert edits.places(scene(), A)["input"][5] == (1, 1)
    assert edits.places(scene(), A + 1) == {}


def test_padding_is_no_cell_of_the_matrix():
    cells = edits.places(scene(pv.Sliding(3, 2, 1)), A)["input"]
    assert sorted(cells.values()) == [(r, c) for r in range(4) for c in range(4)]
    assert cells[7] == (0, 0), "behind a row of six of padding, and one"
    assert 0 not in cells


def test_numbers_that_are_none_are_the_same_numbers():
    x = A.copy()
    x[0, 0], x[1, 1] = np.nan, -np.inf
    assert len(edits.places(scene(x=x), x)["input"]) == 16


def test_what_was_typed_is_the_input_from_then_on(session):
    assert shown(session) == ["input"]
    told(1, ("input", 1, "5"))
    assert edits.waiting("windows")
    assert edits.take("windows", session) == ()
    assert current_matrix(session)[0].tolist() == [1, 5, 2, 1]
    assert (session["sample"], session["matrix"] is not None) == ("own", True)
    assert not edits.waiting("windows")
    session["sample"] = "ramp"
    session["matrix"] = None
    assert edits.take("windows", session) == ()
    assert session["sample"] == "ramp", "told once, it is taken over once"


def test_every_text_of_the_grid_is_a_number_here(session):
    shown(session)
    told(1, ("input", 0, "nan"), ("input", 1, "−2.5"), ("input", 2, "-inf"), ("input", 3, "1e3"))
    edits.take("windows", session)
    np.testing.assert_array_equal(current_matrix(session)[0], [np.nan, -2.5, -np.inf, 1000])


def test_a_text_that_is_no_number_changes_nothing_and_is_explained(session):
    shown(session)
    told(1, ("input", 1, "five"), ("input", 2, "9"))
    [sentence] = edits.take("windows", session)
    assert sentence.startswith("Row 0, column 1")
    assert "3 stays in use" in sentence
    assert current_matrix(session)[0].tolist() == [1, 3, 9, 1]


def test_an_edit_on_the_scene_before_is_not_lost(session):
    """The browser tells all edits since its scene came; the server may be a scene ahead."""
    shown(session)
    told(1, ("input", 1, "5"))
    edits.take("windows", session)
    shown(session, "b", x=current_matrix(session))
    told(2, ("input", 1, "5"), ("input", 2, "6"))
    edits.take("windows", session)
    assert current_matrix(session)[0].tolist() == [1, 5, 6, 1]


@pytest.mark.parametrize(
    "cells",
    [
        [["output", 0, "1"]],
        [["input", 99, "1"]],
        [["input", -1, "1"]],
        [["input", "0", "1"], ["input", 0, 1], ["input", True, "1"], ["input"], None, 7],
        [[["input"], 0, "1"]],
    ],
)
def test_whatever_else_a_browser_tells_changes_nothing(session, cells):
    shown(session)
    edits.hear("windows", {"id": "a", "cells": cells, "n": 1})
    assert edits.take("windows", session) == ()
    np.testing.assert_array_equal(current_matrix(session), A)


@pytest.mark.parametrize("message", [None, 7, {"id": "a", "n": 1}, {"id": 1, "cells": [], "n": 1}])
def test_what_is_no_message_is_not_heard(session, message):
    edits.hear("windows", message)
    assert not edits.waiting("windows")


def test_an_unknown_scene_changes_nothing(session):
    shown(session)
    told(1, ("input", 1, "5"), ident="of another visit")
    edits.take("windows", session)
    np.testing.assert_array_equal(current_matrix(session), A)


def test_only_the_last_scenes_are_kept(session):
    for i in range(20):
        shown(session, str(i))
    kept = exchange.passed(edits.key_of("windows"))["scenes"]
    assert list(kept) == [str(i) for i in range(12, 20)]


def test_what_no_address_can_hold_is_not_edited_in_the_picture(session):
    session["sample"] = "digit"
    assert edits.offer("windows", "a", scene(x=current_matrix(session)), session) == []


def test_what_a_teacher_holds_cannot_be_edited(session, monkeypatch):
    shown(session)
    told(1, ("input", 1, "5"))
    monkeypatch.setattr(edits, "lesson", lambda: Holding())
    assert edits.take("windows", session) == ()
    np.testing.assert_array_equal(current_matrix(session), A)
    assert shown(session) == []


class Holding:
    """A teacher's link that holds everything."""

    def holds(self, name):
        return True
