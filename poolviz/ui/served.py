"""What the server sends of its own files: packed, and a first page that shows itself when whole.

Streamlit sends its scripts as they lie on the disk, 3 MB for a first view, and a page piece by
piece, so that everything on it jumps until the last one has come.
"""

import gzip
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from poolviz.ui.browser import sent
from poolviz.ui.headers import Application, Message, Receive, Send

PACKED = (".js", ".css", ".svg", ".json", ".html")
"""Endings of what gzip makes smaller."""
KEPT = 512
"""Files kept packed; all of Streamlit's are 3 MB then."""
Header = tuple[bytes, bytes]


@lru_cache(KEPT)
def packed(data: bytes) -> bytes:
    """A file as gzip, packed once.

    >>> gzip.decompress(packed(b"let a = 1;" * 99))[:10]
    b'let a = 1;'
    """
    return gzip.compress(data, 9, mtime=0)


def with_first_style(html: bytes) -> bytes:
    """A page with the styles that hold until ours have come (assets/first.css).

    >>> with_first_style(b"<head></head>")[:13]
    b'<head><style>'
    """
    return html.replace(b"</head>", f"<style>{sent('first.css')}</style></head>".encode(), 1)


def value_of(headers: Iterable[Header], name: bytes) -> bytes:
    """The value of a header, empty where it is not there."""
    return next((value for key, value in headers if key.lower() == name), b"")


class Served:
    """ASGI middleware: packs scripts and styles for who takes gzip, and puts the first styles into
    the page. What has a state of its own (a part, a refusal, what is packed already) passes by.
    """

    def __init__(self, app: Application) -> None:
        """``app`` answers."""
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass the request on, and change the answer where it is a whole file."""
        if scope["type"] != "http" or scope.get("method") != "GET":
            await self.app(scope, receive, send)
            return
        takes = b"gzip" in value_of(scope.get("headers", ()), b"accept-encoding")
        ending = Path(scope.get("path", "")).suffix
        if ending in ("", *PACKED):  # packed here, not on the way
            asked = [h for h in scope.get("headers", ()) if h[0].lower() != b"accept-encoding"]
            scope = {**scope, "headers": asked}
        start: list[Message] = []
        body = bytearray()

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                plain = message["status"] == 200 and not value_of(headers, b"content-encoding")
                page = value_of(headers, b"content-type").startswith(b"text/html")
                if plain and (page or (takes and ending in PACKED)):
                    start.append(message)
                    return
            if not start or message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                await whole(start[0], bytes(body))

        async def whole(first: Message, data: bytes) -> None:
            headers = [h for h in first["headers"] if h[0].lower() != b"content-length"]
            if value_of(headers, b"content-type").startswith(b"text/html"):
                data = with_first_style(data)
                headers = [h for h in headers if h[0].lower() not in (b"etag", b"last-modified")]
            if takes:
                data = packed(data)
                headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
            headers.append((b"content-length", str(len(data)).encode()))
            await send({**first, "headers": headers})
            await send({"type": "http.response.body", "body": data})

        await self.app(scope, receive, changed)
