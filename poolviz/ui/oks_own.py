"""A truth of one's own on the page on OKS: coordinates, the true joints set by hand, a picture."""

import base64
import io
from dataclasses import replace

import numpy as np
import streamlit as st
from PIL import Image

from poolviz.readers import ReadError, read_image
from poolviz.readers.containers import open_container
from poolviz.readers.pose import OwnPose, read_pose
from poolviz.stage.posing import Ground
from poolviz.text import _
from poolviz.ui.oks_controls import shown
from poolviz.ui.oks_state import OWN, current_person, take_own
from poolviz.ui.share import State

PICTURE_SIDE = 400
"""The longer side of the picture as it is sent to the browser."""


def own_pose(state: State) -> None:
    """A person's own skeleton and coordinates, pasted or uploaded as CSV or JSON."""
    st.caption(
        _(
            "CSV: a line a keypoint, x, y; or x, y, v; or x, y, v and the detected x, y. JSON: an "
            "object with “keypoints” as COCO writes them, and if you like “names”, “skeleton”, "
            "“sigmas”, “area”, “bbox” and the detection as “found”. Up to 133 keypoints."
        )
    )

    def take(data: bytes | str) -> None:
        try:
            own = read_pose(data)
            take_own(state, own)
            state.update(own_problem="", own_notes=own.notes)
        except ReadError as error:
            state["own_problem"] = str(error)

    def pasted() -> None:
        if (st.session_state["oks.paste"] or "").strip():
            take(st.session_state["oks.paste"])

    def uploaded() -> None:
        file = st.session_state["oks.upload"]
        if file is not None:
            take(file.getvalue())

    left, right = st.columns(2)
    with left:
        st.text_area(
            _("Coordinates"), key="oks.paste", on_change=pasted, height=140,
            placeholder="120, 80, 2\n135, 95, 2\n110, 96, 0",
        )  # fmt: skip
    with right:
        st.file_uploader(
            _("CSV or JSON file"), ["csv", "txt", "json"], key="oks.upload", on_change=uploaded,
            max_upload_size=5,
        )  # fmt: skip
    toggle, picture = st.columns(2)
    with toggle:
        key = shown("truth", state["move_truth"])
        st.toggle(
            _("Move the true joints instead of the detected ones"),
            key=key,
            on_change=lambda: state.update(move_truth=bool(st.session_state[key])),
        )
    with picture:
        _picture(state)
    if state.get("own_problem"):
        st.error(state["own_problem"])
    elif state["person"] == OWN:
        st.success(_("Your pose is shown; the link holds it. Nothing you enter is stored."))
        for note in state.get("own_notes", ()):
            st.caption(note)


def current_ground(state: State) -> Ground | None:
    """The picture under one's own pose, if one was uploaded."""
    ground = state.get("ground")
    return Ground(**ground) if ground and state["person"] == OWN else None


def _picture(state: State) -> None:
    def uploaded() -> None:
        file = st.session_state["oks.picture"]
        before = state.get("ground") or state.get("ground_before")
        state["ground_before"] = before  # a new file comes as none, then itself: it may be refused
        try:
            state["ground"] = None if file is None else picture(file.getvalue())
            state["own_problem"] = ""
        except ReadError as error:
            state["ground"], state["own_problem"] = before, str(error)
            return
        if state["ground"]:
            _onto(state, state["ground"]["width"], state["ground"]["height"])

    st.file_uploader(
        _("A picture to lay under it"), ["png", "jpg", "jpeg", "webp"], key="oks.picture",
        max_upload_size=5, on_change=uploaded,
        help=_("It stays in this session; no link holds it. Set the true joints on it by hand."),
    )  # fmt: skip


def picture(data: bytes) -> dict:
    """A picture as ``Ground`` takes it: a small JPEG in a data URL, and its size in pixels."""
    planes = [
        read_image(data, channel, PICTURE_SIDE).matrix for channel in ("red", "green", "blue")
    ]
    container = open_container(data)
    size = container.width, container.height
    width, height = size[::-1] if container.orientation >= 5 else size
    buffer = io.BytesIO()
    pixels = np.clip(np.round(np.stack(planes, axis=-1)), 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(buffer, "JPEG", quality=70)
    href = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
    return {"href": href, "width": float(width), "height": float(height)}


def _onto(state: State, width: float, height: float) -> None:
    """Lay the truth into the picture, as large as fits well, unless it already lies in there."""
    person = current_person(state)
    inside = bool((person.points >= 0).all() and (person.points <= [width, height]).all())
    if state["person"] == OWN and inside:
        return
    low, size = np.array(person.bbox[:2]), np.array(person.bbox[2:])
    scale = 0.8 * float(min(np.array([width, height]) / size))
    offset = (np.array([width, height]) - scale * size) / 2
    own = OwnPose(
        points=np.round((person.points - low) * scale + offset, 1),
        visibility=person.visibility,
        names=person.skeleton.names,
        edges=person.skeleton.edges,
        area=round(person.area * scale**2, 2),
        bbox=tuple(round(float(v), 1) for v in (*offset, *(size * scale))),
    )
    take_own(state, replace(own, visibility=tuple(2 for _v in own.visibility)))
