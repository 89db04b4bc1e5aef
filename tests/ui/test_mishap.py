"""A page that fails: one kind sentence for the visitor, everything for the log but their data."""

import logging

from streamlit.testing.v1 import AppTest


def failing() -> None:
    from poolviz.ui.mishap import kindly

    caught: Exception | None = None
    try:
        try:
            int(f"secret {6 * 7}")
        except ValueError as cause:
            raise ZeroDivisionError(f"secret {6 * 7}") from cause
    except ZeroDivisionError as error:
        caught = error
    assert caught is not None
    assert kindly(caught)


def test_the_visitor_reads_a_sentence_and_the_log_has_the_exception(caplog):
    with caplog.at_level(logging.ERROR, "poolviz"):
        at = AppTest.from_function(failing).run()
    assert not at.exception
    assert len(at.error) == 1
    assert "secret" not in at.error[0].value
    told = caplog.records[0].getMessage()
    assert told.startswith("/ failed\n")
    assert told.index("ValueError") < told.index("and then") < told.index("ZeroDivisionError")
    assert told.endswith("\nZeroDivisionError")
    assert caplog.records[0].exc_info is None
    assert "secret 42" not in caplog.text
