"""Security headers on every answer: composed once at start, appended to each response."""

import base64
import hashlib
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import streamlit as st

ANCESTORS = "POOLVIZ_FRAME_ANCESTORS"
"""Environment variable: the sites that may embed the app, separated by spaces."""
SEAT = "POOLVIZ_SEAT"
"""Environment variable: the name of this process among several behind one proxy."""
COOKIE = "poolviz_seat"
"""The cookie that brings a visitor back to the process that has their session (deploy/)."""
OWN_SCRIPTS = "/_stcore/bidi-components/poolviz."
"""Where the scripts of our components are served (browser.py)."""
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


def inline_scripts(html: str) -> list[str]:
    """CSP source ``'sha256-<base64>'`` of each script of html that has its code in the page.

    >>> inline_scripts('<script src="a.js"></script><script></script>')
    ["'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"]
    """
    found = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", html, re.DOTALL)
    digests = (hashlib.sha256(code.encode()).digest() for code in found)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def policy(ancestors: str = "'self'") -> str:
    """The Content-Security-Policy; scripts come from the app itself, never from the page's text.

    Streamlit imports a component whose text is in the message from a ``blob:`` address, which is
    how ours come where no file can be written, and charts compile expressions, hence ``blob:`` and
    ``'unsafe-eval'``. Its camera turns what it saw from a ``data:`` address into a file by
    ``fetch``, which asks nobody. Its one inline script is named by the hash of the installed
    page. Raises ValueError if ancestors holds what would end the directive or the header.

    >>> policy("https://course.example").split("; ")[-1]
    'frame-ancestors https://course.example'
    """
    if not re.fullmatch(
        r"[\x21-\x2b\x2d-\x3a\x3c-\x7e]+( +[\x21-\x2b\x2d-\x3a\x3c-\x7e]+)*", ancestors
    ):
        raise ValueError(f"{ANCESTORS}: expected sites separated by spaces, got {ancestors!r}")
    page = Path(st.__file__).parent / "static" / "index.html"
    hashes = inline_scripts(page.read_text(encoding="utf-8"))
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self' blob: 'unsafe-eval'", *hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "connect-src 'self' ws: wss: data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        ]
    )


def seat_cookie(seat: str) -> bytes:
    """The Set-Cookie value that names this process; ValueError if seat is not a short plain word.

    >>> seat_cookie("2")
    b'poolviz_seat=2; Path=/; HttpOnly; SameSite=Lax'
    """
    if not re.fullmatch(r"[A-Za-z0-9-]{1,32}", seat):
        raise ValueError(f"{SEAT}: expected 1 to 32 letters, digits or hyphens, got {seat!r}")
    return f"{COOKIE}={seat}; Path=/; HttpOnly; SameSite=Lax".encode("ascii")


def for_a_year(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of what is never another under its name, which has its hash in it."""
    others = [header for header in headers if header[0].lower() != b"cache-control"]
    return [*others, (b"cache-control", b"public, max-age=31536000, immutable")]


class Headers:
    """ASGI middleware: every HTTP answer of app gets the headers.

    With a seat, the answers to visitors who come without this seat's cookie bring it, those that
    open a websocket too: the process that has the session says so itself. A visitor whose process
    died, and who now sits elsewhere, stays there when it is back.

    Text on a websocket ends it: no browser of Streamlit's sends any, and Streamlit fails at it.
    """

    def __init__(self, app: Application) -> None:
        """Compose the headers once; what differs by server is read from the environment."""
        self.app = app
        ancestors = os.environ.get(ANCESTORS, "").strip() or "'self'"
        self.headers = [
            (b"content-security-policy", policy(ancestors).encode("ascii")),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
        ]
        self.names = {name for name, _ in self.headers}
        seat = os.environ.get(SEAT, "").strip()
        self.cookie = seat_cookie(seat) if seat else b""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request on; put the headers on the start of its answer, in place of others."""
        new = self.cookie and not self._seated(scope)
        script = OWN_SCRIPTS in scope.get("path", "")

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [h for h in message.get("headers", ()) if h[0].lower() not in self.names]
                message["headers"] = kept + self.headers
                if script and message["status"] == 200:
                    message["headers"] = for_a_year(message["headers"])
            if new and message["type"] in ("http.response.start", "websocket.accept"):
                message["headers"] = [*message.get("headers", ()), (b"set-cookie", self.cookie)]
            await send(message)

        async def heard() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and message.get("bytes") is None:
                return {"type": "websocket.disconnect", "code": 1003}
            return message

        await self.app(scope, heard, dressed)

    def _seated(self, scope: Message) -> bool:
        """Whether the request brings the cookie of this process."""
        own = self.cookie.split(b";")[0]
        given = (v for name, v in scope.get("headers", ()) if name.lower() == b"cookie")
        return any(own == part.strip() for value in given for part in value.split(b";"))
