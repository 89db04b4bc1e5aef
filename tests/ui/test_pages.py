"""Every page through the app's real entry point: each variant, each control moved, no exception."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.samples import SAMPLES
from tests.ui.app import (
    PAGES,
    answer_all,
    choices,
    choose,
    each_story,
    open_page,
    played,
    sent,
    shared,
    texts,
    unfold,
)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_runs_and_runs_again(name):
    at = open_page(name)
    for _ in range(2):
        assert not at.exception
        assert at.title
        at.run()
    # A text that is too long comes here and is answered: where Streamlit has a limit, a browser
    # drops what is pasted over it without a word.
    for box in (*at.text_input, *at.text_area):
        assert not box.proto.max_chars, box.key


@pytest.mark.parametrize("name", PAGES)
def test_the_questions_of_a_page_end_and_begin_again(name):
    at = open_page(name, unfolded=False)
    ended = answer_all(at)
    unasked = {"glossary", "headers", "practise", "present", "teach"}  # or asked without end
    assert bool(ended) == (name not in unasked)


def test_home_is_the_first_minute():
    at = open_page("home")
    assert choices(at, "home.0") == ["3.75", "7", "15"]
    assert sent(at)["step"] == 0
    choose(at, "home.0", 1)
    assert "max(1, 3, 4, 7) = 7" in texts(at).replace("\\", "")
    at.button(key="home.next").click().run()
    assert "Average pooling" in texts(at)
    choose(at, "home.1", 0)
    assert "Right" in texts(at)
    at.button(key="home.next").click().run()
    assert sent(at)["step"] == 1
    assert not at.exception


def test_home_is_taken_away_and_its_answers_once_they_are_given():
    at = open_page("home")

    def labels():
        return {b.proto.label for b in unfold(at).get("download_button")}

    answers = {
        "Output as CSV",
        "Output as .npy",
        "Handout: the same with answers and reasons (PDF)",
    }
    assert {"This step as PNG", "Handout: questions, to hand out (PDF)"} <= labels()
    assert not answers & labels()
    for question, choice in (("home.0", 1), ("home.1", 0)):
        assert not answers & labels()
        choose(at, question, choice)
        at.button(key="home.next").click().run()
    assert answers <= labels()


@pytest.mark.parametrize("variant", [v.__name__ for v in pv.VARIANTS])
def test_windows_shows_every_variant(variant):
    at = open_page("windows", variant=variant, mode="watch", kernel_size="3", padding="1")
    assert not at.exception
    assert not at.error
    cls = getattr(pv, variant)
    assert cls.reference.split(",")[0] in texts(at).replace("\\", "")


@pytest.mark.parametrize("variant", each_story(pv.VARIANTS))
def test_windows_asks_about_every_variant(variant):
    at = open_page("windows", variant=variant, kernel_size="3", padding="1")
    assert not at.exception
    assert not at.error


@pytest.mark.parametrize("sample", [s.name for s in SAMPLES] + ["random"])
def test_windows_shows_every_sample(sample):
    at = open_page("windows", sample=sample)
    assert not at.exception
    assert at.selectbox[0].value == sample


def test_each_control_moves_the_page_and_its_link():
    at = open_page("windows", mode="watch")
    at.number_input(key="control.kernel_size").set_value(3).run()
    assert at.query_params["kernel_size"] == ["3"] or at.query_params["kernel_size"] == "3"
    at.number_input(key="control.stride").set_value(1).run()
    assert "Why 2 × 2 outputs?" in texts(at)
    at.selectbox(key="control.padding").set_value("1").run()
    assert "Why 4 × 4 outputs?" in texts(at)
    at.number_input(key="control.dilation").set_value(2).run()
    assert "Why 2 × 2 outputs?" in texts(at)
    at.toggle(key="control.ceil_mode").set_value(True).run()
    at.toggle(key="control.per_axis").set_value(True).run()
    at.number_input(key="control.kernel_size.1").set_value(1).run()
    assert "kernel_size=3,1" in shared(at)
    at.toggle(key="control.per_axis").set_value(False).run()
    at.selectbox(key="control.padding").set_value("same_upper").run()
    assert "padding=same_upper" in shared(at)
    assert not at.exception


def test_a_kernel_that_shrinks_takes_its_padding_along():
    at = open_page("windows", kernel_size="4", padding="2", sample="ramp")
    at.number_input(key="control.kernel_size").set_value(2).run()
    assert "Padding was 2; 1 is the most that is possible here." in texts(at)
    at.run()
    assert "Padding was 2" not in texts(at)


def test_answers_are_hidden_everywhere_until_given():
    at = open_page("windows")
    assert "= 7" not in texts(at)
    offered = [button.proto.label for button in at.get("download_button")]
    assert not [label for label in offered if "CSV" in label or ".npy" in label]
    choose(at, "windows.0", 2)
    assert "max(1, 3, 4, 7) = 7" in texts(at).replace("\\", "")
    at.button(key="windows.next").click().run()
    assert sent(at)["step"] == 1
    assert "max(2, 1, 1, 0) = 2" not in texts(at)


def test_a_wrong_answer_names_its_misconception_and_counts():
    at = open_page("windows")
    choose(at, "windows.0", 3)
    assert "That is the sum" in texts(at)
    assert "this visit: 0 of 1 right" in texts(at)


def test_the_whole_round_of_questions():
    at = open_page("windows")
    for question in range(4):
        choose(at, f"windows.{question}", 0)
        at.button(key="windows.next").click().run()
    assert "of 4 right" in texts(at)
    at.button(key="windows.again").click().run()
    assert "Question 1 of 4" in texts(at)
    assert not at.exception


def test_a_picked_cell_is_an_answer():
    at = open_page("windows")
    at.session_state["windows"] = {"at": {"step": 0, "panel": "input", "cell": 5, "n": 1}}
    at.session_state["windows_saved"] = {"step": 0, "panel": "input", "cell": 5, "n": 1}
    at.run()
    assert "Right" in texts(at)
    assert "this visit: 1 of 1 right" in texts(at)


def test_the_link_restores_what_its_sender_saw():
    at = open_page(
        "windows", matrix="5,1;1,9", variant="Average", kernel_size="1,2", stride="1", step="1",
        mode="watch",
    )  # fmt: skip
    assert at.selectbox[0].value == "own"
    assert "(1 + 9) / 2 = 5" in played(at)
    assert sent(at)["step"] == 1
    assert "matrix=5_1__1_9" in shared(at)


@pytest.mark.parametrize("mode", ["predict", "watch"])
def test_the_step_of_a_link_stands_in_both_modes(mode):
    at = open_page("windows", step="3", mode=mode)
    assert sent(at)["step"] == 3
    assert "step=3" in shared(at)


def test_another_input_brings_the_picture_back_to_the_question():
    at = open_page("windows", step="3")
    at.number_input(key="control.stride").set_value(1).run()
    assert sent(at)["step"] == 0


def test_a_bad_link_says_so_and_shows_the_default():
    at = open_page("windows", kernel_size="<script>", variant="Nope")
    assert not at.exception
    said = [w.value for w in at.warning]
    assert len(said) == 2
    assert "Why 2 × 2 outputs?" in texts(at)


def test_a_large_image_opens_as_a_block_that_can_be_moved():
    at = open_page("windows", sample="cat", kernel_size="3", stride="1", mode="watch")
    assert "outputs you see rows" in texts(at)
    at.slider(key="control.region.0").set_value(100).run()
    assert "rows 100 to 127" in texts(at)
    assert not at.exception


def test_hostile_state_from_the_browser_is_harmless():
    at = open_page("windows", mode="watch")
    for told in (None, {}, {"at": 5}, {"at": {"step": 10**9, "panel": "x", "cell": -7, "n": 2}}):
        at.session_state["windows"] = told if isinstance(told, dict) else {}
        at.run()
        assert not at.exception


def test_downloads_are_the_whole_output():
    from poolviz.stage.arrays import csv_bytes, npy_bytes

    x = np.array([[1.0, 0.1], [np.nan, -np.inf]])
    import io

    np.testing.assert_array_equal(np.load(io.BytesIO(npy_bytes(x)), allow_pickle=False), x)
    read = np.genfromtxt(io.BytesIO(csv_bytes(x)), delimiter=",")
    np.testing.assert_array_equal(read, x)


def test_windows_that_would_fill_the_server_cannot_be_chosen():
    at = open_page("windows", sample="cat", kernel_size="64", stride="1", mode="watch")
    assert not at.exception
    assert "Kernel size was 64; 6 is the most" in texts(at)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kernel_size": "1"}, "Every cell decides at least one output."),
        ({"kernel_size": "2"}, "4 of the 16 cells decide everything. Change one of the others"),
        ({"kernel_size": "4"}, "One of the 16 cells decides everything. Change one of the others"),
    ],
)
def test_how_many_cells_decide(given, told):
    said = texts(open_page("windows", mode="watch", **given))
    assert told in said
    assert said.count("Change one of the others") == told.count("Change one of the others")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kernel_size": "4"}, "One of the 16 cells receives a gradient."),
        ({"kernel_size": "2"}, "4 of the 16 cells receive a gradient."),
    ],
)
def test_how_many_cells_receive(given, told):
    assert told in texts(open_page("gradients", mode="watch", **given))
