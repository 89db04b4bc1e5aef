"""One run at a time: in turn, again by the same thread, and nobody waits behind a long one."""

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from poolviz import text
from poolviz.text import translated
from poolviz.ui import lesson
from poolviz.ui.in_turn import TURN, Turn
from tests.ui.app import open_page


def test_one_after_the_other():
    turn, inside, most = Turn(patience=20), 0, 0

    def run() -> None:
        nonlocal inside, most
        with turn:
            inside += 1
            most = max(most, inside)
            time.sleep(0.002)
            inside -= 1

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inside, most) == (0, 1)


def test_who_is_inside_may_enter_again_and_an_error_ends_the_turn():
    turn = Turn(patience=0.01)
    with pytest.raises(ValueError, match="of a page"), turn, turn:
        raise ValueError("of a page")
    assert turn._lock.acquire(blocking=False)


def test_nobody_waits_for_the_end_of_a_long_one():
    turn, long, went = Turn(patience=0.01), threading.Event(), threading.Event()

    def hold() -> None:
        with turn:
            went.set()
            long.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    assert went.wait(20)
    with turn:  # after its patience, though the other is still inside
        assert holder.is_alive()
    assert turn._lock.locked(), "who went ahead does not end the other's turn"
    long.set()
    holder.join()
    assert not turn._lock.locked()


def test_a_page_runs_within_its_turn_and_a_fragment_too():
    assert not open_page("windows").exception
    assert not TURN._lock.locked()

    def page() -> None:
        import streamlit as st

        from poolviz.ui.in_turn import TURN, fragment

        @fragment
        def part() -> None:
            st.text(str(TURN._lock.locked()))
            st.button("again")

        part()

    at = AppTest.from_function(page).run()
    assert [each.value for each in at.text] == ["True"]
    at.button[0].click().run()
    assert [each.value for each in at.text] == ["True"]
    assert not TURN._lock.locked()


def test_a_fragment_asks_once_for_the_language(monkeypatch: pytest.MonkeyPatch):
    def page() -> None:
        import streamlit as st

        from poolviz.text import _
        from poolviz.ui.in_turn import fragment

        @fragment
        def part() -> None:
            st.text(" ".join(_("Play") for _n in range(9)))
            st.button("again")

        st.session_state["spoken"] = "zh"
        part()

    at = AppTest.from_function(page).run()
    asked: list[str] = []
    monkeypatch.setattr(text, "_ask", [lambda: asked.append("asked") or "zh"])
    at.button[0].click().run()
    assert at.text[0].value == " ".join([translated("Play", "zh")] * 9)
    assert len(asked) <= 1


def test_the_link_is_read_once_a_run_and_anew_in_the_next(monkeypatch: pytest.MonkeyPatch):
    def page() -> None:
        import streamlit as st

        from poolviz.ui.in_turn import fragment
        from poolviz.ui.lesson import keep, lesson

        @fragment
        def part() -> None:
            st.text(" ".join(str(lesson().present) for _n in range(9)))

        keep()
        part()

    readings: list[object] = []
    streamlits = lesson.read_lesson
    monkeypatch.setattr(
        lesson, "read_lesson", lambda *link: (readings.append(link), streamlits(*link))[1]
    )
    at = AppTest.from_function(page).run()
    assert at.text[0].value == " ".join(["False"] * 9)
    assert len(readings) <= 2
    at.query_params["present"] = "1"
    assert at.run().text[0].value == " ".join(["True"] * 9)
