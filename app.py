"""poolviz: ``streamlit run app.py`` finds this App and serves it.

The main script lives in poolviz/ui/shell.py, so that no pages/ folder stands beside it: there
Streamlit would fall back to its legacy navigation, which breaks deep links on a fresh server.
"""

import ctypes
import gc
import inspect
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config
from streamlit.runtime.app_session import AppSession

import poolviz
from poolviz.ui.coco_uploads import LARGEST_MB
from poolviz.ui.headers import Headers
from poolviz.ui.mishap import answer_kindly, keep_the_log_discreet, kindly

MALLOPT = {-8: 2, -3: 128 << 10, -1: 128 << 10}
"""M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of glibc's malloc.h, with their values."""


@asynccontextmanager
async def warm(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Import what the first visitor would otherwise wait for, and set it aside from collection.

    Frozen, the modules are not walked again by each collection of garbage.
    """
    keep_the_log_discreet()
    answer_kindly()
    watch_no_files()
    give_memory_back()
    for module in walk_packages(poolviz.__path__, "poolviz."):
        if not module.name.endswith(("__main__", ".shell")):
            import_module(module.name)
    inspect.stack()  # Streamlit's first element asks for it: what it reads is then kept
    # 5 MB is what uploads are held to (config.toml); the one page that takes more says so at its
    # own uploader, and the server must let that through.
    config.set_option("server.maxUploadSize", LARGEST_MB)
    gc.collect()
    gc.freeze()
    yield {}


def watch_no_files() -> None:
    """Hold Streamlit to ``fileWatcherType = "none"`` for visitors who come back, too.

    As 1.67 has it, a session that is resumed begins to watch every module: all are walked through
    on the server's one loop when a run of it ends, and it never stops.
    """
    if config.get_option("server.fileWatcherType") == "none":
        AppSession.register_file_watchers = lambda self: None  # type: ignore[method-assign]


def give_memory_back() -> None:
    """Have glibc return what is freed: two heaps for all threads, large blocks on their own.

    Every run has a new thread, glibc gives threads heaps of their own, and what is freed in them
    stays there in pieces: the server would grow for as long as people come and go. No other C
    library needs this, and where there is no ``mallopt`` nothing is done.
    """
    if sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallopt"):
        mallopt = ctypes.CDLL(None).mallopt
        for parameter, value in MALLOPT.items():
            mallopt(parameter, value)


app = st.App(
    "poolviz/ui/shell.py",
    lifespan=warm,
    middleware=[Middleware(Headers)],
    on_script_error=kindly,
)
