"""Uploaded evaluations: read once, one at a time and with progress, the last few kept."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import streamlit as st

from poolviz.pose import KeypointEvaluation, RecordError
from poolviz.stage.words import plain
from poolviz.text import _
from poolviz.ui.share import State
from poolviz.wings.pose.coco_eval.scene import read_pair

LARGEST_MB = 20
"""An annotation file of a whole data set is larger than a matrix or a picture."""
KEPT = 4
"""Evaluations that stay in memory, for all visitors together."""
_kept: OrderedDict[str, KeypointEvaluation] = OrderedDict()
_books, _busy = Lock(), Lock()


def uploads(state: State) -> None:
    """Two uploaders; a good pair becomes the state's, a bad one is answered and changes nothing."""
    st.caption(
        _("COCO JSON, up to 20 MB each. Uploads stay on the server and do not travel in the link.")
    )
    if "files" in state:
        st.caption(_("The files of the state that was loaded are shown."))
        st.button(_("Put them away"), key="coco.away", on_click=state.pop, args=("files",))
    left, right = st.columns(2)
    files = [
        column.file_uploader(label, ["json"], max_upload_size=LARGEST_MB, key=f"coco.{name}")
        for column, label, name in (
            (left, _("Annotations (ground truth)"), "truth"),
            (right, _("Results (detections)"), "results"),
        )
    ]
    sigmas = st.text_input(
        _("σ of your own skeleton, with commas between (empty: COCO's)"),
        key="coco.sigmas",
    )
    if files[0] is not None and files[1] is not None:
        state.pop("files", None)
        pair = (files[0].getvalue(), files[1].getvalue(), sigmas)
    elif "files" in state:
        texts = state["files"]
        pair = (texts["annotations"].encode(), texts["results"].encode(), texts["sigmas"])
    else:
        if any(files):
            st.info(_("The other file is needed too. Until then the page shows what it showed."))
        else:
            state.pop("own", None)
        return
    try:
        evaluated(pair)
        state["own"] = pair
    except RecordError as error:
        st.error(plain(str(error)))
        st.caption(_("Nothing has changed: the page shows the last pair that could be read."))


def evaluated(pair: tuple[bytes, bytes, str]) -> KeypointEvaluation:
    """The evaluation of a pair: kept, or made now, with progress and one at a time."""
    parts = (*pair[:2], pair[2].encode())
    name = " ".join(hashlib.sha256(part).hexdigest() for part in parts)
    found = _look(name)
    if found is not None:
        return found
    with alone(True, _("Evaluating")) as progress:
        found = _look(name) or read_pair(*pair, progress=progress)
    with _books:
        _kept[name] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


@contextmanager
def alone(large: bool, what: str) -> Iterator[Callable[[float], None]]:
    """Large work waits for its turn, and its progress is shown; small work simply goes ahead.

    Gives the function that is told the share of the work that is done.
    """
    if not large:
        yield lambda share: None
        return
    waiting = _("Waiting for another evaluation to end")
    bar = st.progress(0, waiting)
    try:
        while not _busy.acquire(timeout=0.5):
            bar.progress(0, waiting)
        try:
            yield _percent(bar, what)
        finally:
            _busy.release()
    finally:
        bar.empty()


def _percent(bar: Any, what: str) -> Callable[[float], None]:
    """Show each whole percent once."""
    shown = -1

    def tell(share: float) -> None:
        nonlocal shown
        done = int(100 * min(share, 1.0))
        if done > shown:
            shown = done
            bar.progress(done, _("{what}: {percent} %").format(what=what, percent=done))

    return tell


def _look(name: str) -> KeypointEvaluation | None:
    with _books:
        if name in _kept:
            _kept.move_to_end(name)
        return _kept.get(name)
