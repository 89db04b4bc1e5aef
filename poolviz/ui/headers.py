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

    Streamlit imports components from ``blob:`` addresses and charts compile expressions, hence
    ``blob:`` and ``'unsafe-eval'``. Its one inline script is named by the hash of the installed
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
            "connect-src 'self' ws: wss:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        ]
    )


class Headers:
    """ASGI middleware: every HTTP answer of app gets the headers; websockets pass untouched."""

    def __init__(self, app: Application) -> None:
        """Compose the headers once; the sites that may embed are read from the environment."""
        self.app = app
        ancestors = os.environ.get(ANCESTORS, "").strip() or "'self'"
        self.headers = [
            (b"content-security-policy", policy(ancestors).encode("ascii")),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
        ]
        self.names = {name for name, _ in self.headers}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request on; put the headers on the start of its answer, in place of others."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [h for h in message.get("headers", ()) if h[0].lower() not in self.names]
                message["headers"] = kept + self.headers
            await send(message)

        await self.app(scope, receive, dressed)
