"""What a person takes away from a page, and brings back."""

import io
import json

import numpy as np
import pytest
from PIL import Image

import poolviz as pv
from poolviz.cli.page_files import offers_of_link
from poolviz.figures.export import Animation
from poolviz.figures.files import blank, finished
from poolviz.readers.state import SavedState, write_state
from poolviz.samples import sample
from poolviz.stage.offer import Drawn
from poolviz.ui.pictures import Films, films
from poolviz.wings.pooling.gradients.scene import gradient_scene
from tests.ui.app import open_page, texts, unfold


def buttons(at):
    return {b.proto.label: b.proto for b in at.get("download_button")}


def opened(name, **query):
    """A page with its menu "Save" open."""
    return unfold(open_page(name, **query))


def test_nothing_is_made_until_a_person_asks():
    at = open_page("windows", mode="watch")
    assert "This step as PNG" not in buttons(at)
    assert "Make a GIF of the run" not in [b.label for b in at.button]


def test_a_step_as_png_svg_and_pdf():
    at = opened("windows", mode="watch")
    assert {f"This step as {kind}" for kind in ("PNG", "SVG", "PDF")} <= buttons(at).keys()


def test_the_gif_is_made_with_progress_kept_and_then_had_for_nothing(monkeypatch):
    films.__init__()
    at = opened("windows", mode="watch")
    make = next(b for b in at.button if b.label == "Make a GIF of the run")
    at = make.click().run()
    assert not at.exception
    label = next(label for label in buttons(at) if label.startswith("The run as GIF"))
    assert label.endswith(" MB")
    [made] = films._held.values()
    with Image.open(io.BytesIO(made.data)) as gif:
        assert gif.n_frames == 4
    monkeypatch.setattr("poolviz.figures.export.animation", None)
    again = opened("windows", mode="watch")
    assert any(label.startswith("The run as GIF") for label in buttons(again))


def test_gifs_are_kept_up_to_a_number_of_bytes():
    kept = Films(most=250)
    for name in "abc":
        kept.put(name, Animation(bytes(100), (0,)))
    assert [name for name in "abc" if kept.get(name)] == ["b", "c"]
    kept.put("d", Animation(bytes(1000), (0,)))
    assert [name for name in "abcd" if kept.get(name)] == ["d"]


@pytest.mark.parametrize("page", ["adaptive", "oks", "sequences", "global"])
def test_charts_can_be_saved(page):
    at = opened(page, mode="watch")
    assert not at.exception
    assert {"PNG", "SVG", "PDF"} <= buttons(at).keys()


def wholes(link):
    """The ends of the names of the pictures of whole planes that a link offers."""
    offered = [each.name for each in offers_of_link(link, "en") if isinstance(each, Drawn)]
    return {name[name.index("-whole") :] for name in offered if "-whole" in name}


@pytest.mark.parametrize("page", ["windows", "gradients", "unpooling"])
def test_the_whole_planes_of_a_large_input_can_be_saved(page):
    assert wholes(f"{page}?mode=watch&sample=photograph") == {"-whole-input", "-whole"}
    assert not wholes(f"{page}?mode=watch")


def test_the_whole_output_is_not_saved_where_answers_are_hidden():
    assert wholes("windows?sample=photograph&answers=hidden") == {"-whole-input"}


QUESTIONS = "Handout: questions, to hand out (PDF)"
ANSWERS = "Handout: the same with answers and reasons (PDF)"


def test_the_handout_with_answers_comes_when_the_questions_are_answered():
    asked = opened("windows")
    assert QUESTIONS in buttons(asked)
    assert ANSWERS not in buttons(asked)
    assert ANSWERS in buttons(opened("windows", mode="watch"))


def test_what_is_asked_for_is_blank_on_the_sheet():
    """The gradients that add up step by step are no zeros there, they are to be found."""
    run = pv.pool(sample("worked-example"), pv.Max(), pv.Sliding(2))
    scene = gradient_scene(run, np.ones((2, 2)), "t", hidden_from=0)
    asked = blank(scene)
    assert set(np.ravel(asked.table("dx"))) == {"?"}
    assert asked.table("input") == scene.table("input")
    told = finished(gradient_scene(run, np.ones((2, 2)), "t"))
    assert told.table("dx", 0) == scene_table(run)


def scene_table(run):
    return [[str(int(v)) for v in row] for row in run.backward(np.ones((2, 2)))]


def test_a_lesson_that_hides_answers_hands_out_none():
    at = opened("gradients", answers="hidden")
    assert QUESTIONS in buttons(at)
    assert ANSWERS not in buttons(at)


LARGE = np.random.default_rng(3).standard_normal((30, 20))


def loaded(data, page="windows", **query):
    at = open_page(page, **query)
    box = at.file_uploader(key=f"{page}.state.file")
    return box.upload("state.json", data, "application/json").run()


def test_a_state_too_large_for_a_link_comes_back_from_its_file():
    link = {"sample": "own", "variant": "Average", "kernel_size": "3"}
    at = loaded(write_state(SavedState("windows", link, LARGE)))
    assert not at.exception
    assert "The state from the file is on the screen." in texts(at)
    state = at.session_state["pooling_state"]
    assert (state["variant"], state["kernel_size"]) == ("Average", (3, 3))
    assert state["large"] == (30, 20, LARGE.tobytes())
    assert "which is too large for a link" in texts(at)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"not json", "the file is not JSON"),
        (write_state(SavedState("oks", {})), "belongs to the page /oks, and this is /windows"),
        (json.dumps({"poolviz": 9, "page": "windows"}).encode(), "version 9"),
    ],
)
def test_a_file_that_is_no_state_changes_nothing(data, reason):
    at = loaded(data, variant="Min", kernel_size="3", matrix="1_2_3__4_5_6__7_8_9")
    assert not at.exception
    assert reason in texts(at)
    state = at.session_state["pooling_state"]
    assert (state["variant"], state["kernel_size"]) == ("Min", (3, 3))
    assert state["matrix"] == "1_2_3__4_5_6__7_8_9"


def test_single_values_that_are_unusable_are_said_as_those_of_a_link():
    at = loaded(write_state(SavedState("windows", {"kernel_size": "0", "variant": "L2"})))
    assert "The link's “kernel_size” could not be used" in texts(at)
    assert at.session_state["pooling_state"]["variant"] == "L2"


def test_a_page_without_an_input_refuses_one():
    at = loaded(write_state(SavedState("sequences", {}, LARGE)), "sequences")
    assert "this page takes none" in texts(at)
