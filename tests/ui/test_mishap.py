"""A page that fails: one kind sentence for the visitor, everything for the log but their data."""

import logging

from streamlit.testing.v1 import AppTest


def failing() -> None:
    from poolviz.ui.mishap import kindly

    assert kindly(ZeroDivisionError("secret 42"))


def test_the_visitor_reads_a_sentence_and_the_log_has_the_exception(caplog):
    with caplog.at_level(logging.ERROR, "poolviz"):
        at = AppTest.from_function(failing).run()
    assert not at.exception
    assert len(at.error) == 1
    assert "secret" not in at.error[0].value
    assert caplog.records[0].exc_info[0] is ZeroDivisionError
    assert caplog.records[0].getMessage() == "/ failed"
