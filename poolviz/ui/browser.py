"""What travels to the browser: a component's page and styles in a message, its script by address.

Streamlit sends the text of a component again with each message that has new data for it; a script
of 40 kB was two thirds of what a class received. Given an address, the browser asks once.
"""

import atexit
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Any

import streamlit as st

from poolviz.ui.streamlit_patches import serve_script

ASSETS = Path(__file__).resolve().parents[2] / "assets"
PACKAGE = "poolviz"
"""What a component's name begins with, before a dot: so Streamlit names those of a manifest."""


def sent(name: str) -> str:
    """A file of assets without indentation and comments; one stands on a line, or ends one."""
    lines = (line.strip() for line in (ASSETS / name).read_text("utf-8").splitlines())
    code = (re.sub(r"(?<=[;{,]) // .*", "", line) for line in lines)
    return "\n".join(line for line in code if line and not line.startswith(("//", "/*")))


@dataclass
class Scripts:
    """The folder of this process from which browsers get scripts.

    A script is joined of several files and stripped, and its name has its hash, for Streamlit's
    answer has nothing by which a browser could tell an old script from a new one: so it stands in
    no folder of the repository, and is written into one that only this process can write to.
    """

    folder: Path | None = None
    made: os.stat_result | None = None
    lock: Lock = field(default_factory=Lock)

    def put(self, name: str, code: str) -> Path:
        """The file of a script, written where it is not there: temporary files get tidied away.

        OSError where no folder can be made or written to.
        """
        with self.lock:
            file = self._own() / f"{name}-{sha256(code.encode()).hexdigest()[:16]}.js"
            if not file.exists():
                file.write_text(code, "utf-8")
        return file

    def _own(self) -> Path:
        """The folder; another one where it has gone, or stands there by somebody else's hand."""
        with suppress(OSError):
            if self.folder and self.made and os.path.samestat(self.folder.stat(), self.made):
                return self.folder
        self.folder = Path(mkdtemp(prefix="poolviz-")).resolve()
        self.made = self.folder.stat()
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        return self.folder


SCRIPTS = Scripts()


def component(name: str, *, html: str, css: str, js: str) -> Callable[..., Any]:
    """A component of Streamlit's that a page mounts, as ``st.components.v2.component`` gives it.

    ``js`` is the text of its module. Where no file can be written, the text itself is sent.
    """
    whole = f"{PACKAGE}.{name}"
    renderers: dict[str, Callable[..., Any]] = {}

    def mount(**data: Any) -> Any:
        script = js
        with suppress(OSError):
            file = SCRIPTS.put(name, js)
            if serve_script(whole, file):
                script = file.name
        if script not in renderers:
            renderers[script] = st.components.v2.component(whole, html=html, css=css, js=script)
        return renderers[script](**data)

    return mount
