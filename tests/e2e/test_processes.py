"""A class on two processes behind nginx: pages, websockets, uploads, and a process that dies."""

import os
import re
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from socket import create_connection

import pytest
from playwright.sync_api import Page, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from bench.servers import Deployment, nginx_path
from poolviz.ui.headers import policy

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
MISSING = "no nginx was found: `apt install nginx-light`"


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two processes behind nginx; without nginx it is as without a browser (conftest.py)."""
    path = nginx_path()
    if path is None:
        if os.environ.get("POOLVIZ_REQUIRE_BROWSER") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    made = Deployment(tmp_path_factory.mktemp("deployment"), path)
    try:
        made.start()
        yield made
    finally:
        made.stop()
    assert "Traceback" not in made.logged(), made.logged()


def seat_of(headers: list[str]) -> str:
    """The seat that an answer's Set-Cookie gives, "" if none."""
    found = [re.match(r"poolviz_seat=([^;]+);", each) for each in headers]
    return next((m.group(1) for m in found if m), "")


def test_new_visitors_are_shared_out_with_the_app_s_headers(deployment: Deployment):
    seats: Counter[str] = Counter()
    for _ in range(40):
        with urllib.request.urlopen(f"{deployment.url}/windows", timeout=10) as answer:
            seats[seat_of(answer.headers.get_all("Set-Cookie"))] += 1
            assert answer.headers.get_all("Content-Security-Policy") == [policy()]
    assert set(seats) == {"1", "2"}
    assert min(seats.values()) > 5  # 40 fair coins: less happens once in a million


@pytest.mark.parametrize("seat", ["1", "2"])
def test_who_has_a_seat_keeps_it(deployment: Deployment, seat: str):
    for _ in range(5):
        asked = urllib.request.Request(
            f"{deployment.url}/_stcore/health", headers={"Cookie": f"poolviz_seat={seat}"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert seat_of(answer.headers.get_all("Set-Cookie") or []) == ""


def test_a_cookie_of_no_seat_is_no_way_out(deployment: Deployment):
    for seat in ("3", "127.0.0.1:22", "poolviz_1", "../", "%00", "1;2", "x" * 2000):
        asked = urllib.request.Request(
            f"{deployment.url}/_stcore/health", headers={"Cookie": f"poolviz_seat={seat}"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.status == 200


def test_a_websocket_under_the_public_name_runs_the_page(deployment: Deployment):
    """Streamlit compares the page's origin with the name asked for: nginx hands that through."""
    port = deployment.url.rsplit(":", 1)[1]
    visit = BackMsg()
    visit.rerun_script.page_name = "windows"
    link = create_connection(("127.0.0.1", int(port)))
    with connect(
        f"ws://class.example:{port}/_stcore/stream", subprotocols=["streamlit"],
        origin=f"http://class.example:{port}", sock=link,
    ) as socket:  # fmt: skip
        assert seat_of(socket.response.headers.get_all("Set-Cookie")) in ("1", "2")
        socket.send(visit.SerializeToString())
        kinds: list[str | None] = []
        while "script_finished" not in kinds:
            kinds.append(ForwardMsg.FromString(socket.recv(timeout=20)).WhichOneof("type"))


def test_a_body_over_the_largest_upload_is_refused_by_nginx(deployment: Deployment):
    with closing(HTTPConnection(deployment.url.removeprefix("http://"))) as nginx:
        nginx.putrequest("PUT", "/_stcore/upload_file/x/y")
        nginx.putheader("Content-Length", str(26 << 20))
        nginx.endheaders()
        assert nginx.getresponse().status == 413


def student(new_page: Callable[..., Page], deployment: Deployment, seat: int) -> Page:
    """A browser that sits at a process, on /windows."""
    page = new_page()
    page.context.add_cookies([{"name": "poolviz_seat", "value": str(seat), "url": deployment.url}])
    page.goto(f"{deployment.url}/windows?mode=watch&matrix=1_2_3__4_5_6__7_8_{seat}")
    page.wait_for_selector(IDLE)
    return page


def seat(page: Page) -> str:
    return next(c["value"] for c in page.context.cookies() if c["name"] == "poolviz_seat")


def upload(page: Page, text: str) -> None:
    """The student's own numbers, as a file: it must reach the process that has the session."""
    box = page.locator("details", has_text="Your own numbers or picture")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    box.locator("input[type=file]").set_input_files(
        {"name": "own.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    packed = text.strip().replace(",", "_").replace("\n", "__")
    expect(page).to_have_url(re.compile(f"matrix={packed}(&|$)"))


def choose(page: Page, label: str, value: int) -> None:
    field = page.locator(f"input[aria-label='{label}']")
    field.fill(str(value))
    field.press("Enter")


def wait(page: Page, happened: list[object], seconds: int, otherwise: str) -> None:
    for _ in range(20 * seconds):
        if happened:
            return
        page.wait_for_timeout(50)
    pytest.fail(otherwise)


def test_a_process_dies_and_its_students_go_on_where_they_were(
    new_page: Callable[..., Page], deployment: Deployment
):
    first, second = (student(new_page, deployment, n) for n in (1, 2))
    for page, n in ((first, 1), (second, 2)):
        upload(page, f"9,8,7,6\n5,4,3,2\n1,0,1,{n}\n")
        choose(page, "Stride", 1)
        expect(page).to_have_url(re.compile("stride=1"))
        assert seat(page) == str(n)
    moved: list[object] = []
    second.on("websocket", lambda socket: moved.append(socket))
    address = first.url
    opened: list[object] = []
    frames: list[object] = []

    def connected(socket: WebSocket) -> None:
        opened.append(socket)
        socket.on("framereceived", lambda frame: frames.append(frame))

    first.on("websocket", connected)
    deployment.kill(1)
    wait(first, opened, 10, "no new connection within 10 s")
    wait(first, frames, 30, "the page was not run anew")
    first.wait_for_selector(IDLE)
    assert seat(first) == "2"
    assert first.url == address
    expect(first.locator("input[aria-label='Stride']")).to_have_value("1")
    choose(first, "Kernel size", 3)
    expect(first).to_have_url(re.compile("kernel_size=3"))
    assert "matrix=9_8_7_6__5_4_3_2__1_0_1_1" in first.url
    assert not moved

    deployment.seat(1)
    deployment.wait(f"http://127.0.0.1:{deployment.ports[1]}")
    upload(first, "2,2\n2,1\n")
    assert seat(first) == "2"
