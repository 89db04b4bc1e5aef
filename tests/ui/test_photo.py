"""/photo through the app's entry point: a file of one's own, a file that is none, the camera."""

import io

import numpy as np
from PIL import Image

from tests.ui.app import open_page, texts


def photograph() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((1, 1, 3), 90, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_picture_of_ones_own_is_looked_at_and_a_bad_one_leaves_it():
    at = open_page("photo", mode="watch")
    assert "1 × 1 pixels" not in texts(at)
    at.file_uploader[0].upload("dot.png", photograph(), "image/png").run()
    assert "1 × 1 pixels" in texts(at)
    at.file_uploader[0].upload("bad.png", b"no picture", "image/png").run()
    assert at.error
    assert "1 × 1 pixels" in texts(at)
    at.file_uploader[0].clear().run()
    assert "1 × 1 pixels" not in texts(at)
    assert not at.exception


def test_the_camera_is_asked_for_only_when_a_person_wants_it():
    at = open_page("photo", mode="watch")
    assert not at.get("camera_input")
    next(t for t in at.toggle if "camera" in t.label).set_value(True).run()
    assert len(at.get("camera_input")) == 1
    assert not at.exception
