"""A page that fails: one kind sentence for the visitor, everything for the log but their data."""

import logging
from dataclasses import dataclass

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, ForwardMsg
from streamlit.testing.v1 import AppTest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bench.servers import ROOT, serve
from poolviz.text import translated
from poolviz.ui.process import Discreet

SECRET = "my-own-4242"


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


@pytest.mark.parametrize(
    ("name", "level", "message", "args", "shown"),
    [
        (
            "streamlit.elements",
            logging.WARNING,
            "cell %s, row %d",
            (SECRET, 3),
            "cell <str>, row 3",
        ),
        ("streamlit.elements", logging.WARNING, "cell %(a)s", ({"a": SECRET},), "cell <str>"),
        ("streamlit.runtime", logging.WARNING, ValueError(SECRET), (), "ValueError"),
        ("streamlit.runtime", logging.INFO, "on port %s", ("8501",), "on port 8501"),
        ("uvicorn.error", logging.ERROR, "port %s is taken", ("8501",), "port 8501 is taken"),
    ],
)
def test_a_record_names_kinds_where_streamlit_would_quote(name, level, message, args, shown):
    assert Discreet(name, level, "x.py", 1, message, args, None).getMessage() == shown


def visited(host: str) -> ClientConnection:
    """A browser's connection to the server."""
    return connect(
        f"ws://{host}/_stcore/stream", subprotocols=["streamlit"], origin=f"http://{host}"
    )


def sent(socket: ClientConnection, host: str, query: str) -> list[ForwardMsg]:
    """What the server answers to a visit of this link."""
    got: list[ForwardMsg] = []
    visit = BackMsg()
    visit.rerun_script.page_name = "sums"
    visit.rerun_script.query_string = query
    visit.rerun_script.context_info.url = f"http://{host}/sums?{query}"
    socket.send(visit.SerializeToString())
    while not got or got[-1].WhichOneof("type") != "script_finished":
        got.append(ForwardMsg.FromString(socket.recv(timeout=20)))
    return got


def sent_by(host: str, query: str) -> list[ForwardMsg]:
    """The same over a connection of its own."""
    with visited(host) as socket:
        return sent(socket, host, query)


def asked_for_a_file(host: str, query: str) -> BackendOperationResponse:
    """What the server answers to who clicks the page's button of a file."""
    click = BackMsg()
    asked = click.backend_operation_request
    with visited(host) as socket:
        for message in sent(socket, host, query):
            asked.session_id = message.new_session.initialize.session_id or asked.session_id
            button = message.delta.new_element.download_button
            asked.deferred_file.file_id = button.deferred_file_id or asked.deferred_file.file_id
        socket.send(click.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(socket.recv(timeout=20))
            if answer.WhichOneof("type") == "backend_operation_response":
                return answer.backend_operation_response


NOISE = ("text", SECRET, "", b"\xff\xfe\x80", SECRET.encode(), b"\0" * 1000, b"{" * 10_000)


def closed_by(host: str, frame: str | bytes) -> int | None:
    """The code with which the server ends a websocket that sends something else than messages."""
    with visited(host) as socket:
        socket.send(frame)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)
        return socket.close_code


HOWS = ("raise", "fragment", "warning")


@dataclass(frozen=True)
class Failed:
    """What a real server that fails answered and logged: first the page, then its file."""

    page: dict[str, list[ForwardMsg]]
    good: BackendOperationResponse
    bad: BackendOperationResponse
    chinese: BackendOperationResponse
    logged: str
    logged_of_files: str


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Failed:
    path = tmp_path_factory.mktemp("failing") / "log"
    with path.open("w") as log:
        process, host = serve(log, "tests/failing/server.py")
        try:
            page = {how: sent_by(host, f"how={how}&typed={SECRET}") for how in HOWS}
            for noise in NOISE:
                assert closed_by(host, noise) in (1002, 1003, 1009, 1006), noise[:20]
            assert sent_by(host, f"how=warning&typed={SECRET}"), "the server goes on"
            asked = ("typed=42", f"typed={SECRET}", f"typed={SECRET}&lang=zh")
            files = [asked_for_a_file(host, f"how=file&{each}") for each in asked]
        finally:
            process.terminate()
            process.wait(20)
    logged = path.read_text()
    at = logged.index("/sums failed to make a file")
    return Failed(page, *files, logged[:at], logged[at:])


def test_a_real_server_that_fails_logs_what_and_where_and_nothing_that_was_typed(failed):
    logged = failed.logged
    assert SECRET not in logged
    assert "cannot read <str>" in logged
    assert logged.count("/sums failed\n") == 2
    # By Streamlit's entry and the app's own, for two failures of two errors each.
    assert logged.count("\nand then\n") == 4
    assert logged.count("Traceback") == 8
    assert logged.count("ValueError\n") == 4
    assert "failing/page.py" in logged
    for how, messages in failed.page.items():
        elements = [m.delta.new_element for m in messages if m.WhichOneof("type") == "delta"]
        kinds = [element.WhichOneof("type") for element in elements]
        assert kinds.count("exception") == 0
        assert kinds.count("alert") == (how != "warning")
        assert not any(SECRET in str(element) for element in elements)


def test_a_file_that_cannot_be_made_is_answered_in_the_language_of_the_page(failed):
    assert not failed.good.error_msg
    assert failed.good.deferred_file.url.endswith(".csv")
    sentence = "This file could not be made; it has been noted."
    assert failed.bad.error_msg.startswith(sentence)
    assert failed.chinese.error_msg == translated(failed.bad.error_msg, "zh")
    logged = failed.logged_of_files
    assert SECRET not in logged
    assert logged.count("/sums failed to make a file\nTraceback") == 2
    assert "failing/page.py" in logged
    assert logged.count("\nValueError\n") == 2


def test_every_file_has_the_button_that_answers_kindly():
    """Streamlit's own would answer a file that fails with one English sentence, and log no page."""
    plain = [path.name for path in (ROOT / "poolviz").rglob("*.py")
             if "st.download_button(" in path.read_text()]  # fmt: skip
    assert plain == ["download.py"]
