"""/adaptive through the app's entry point."""

import pytest

import poolviz as pv
from tests.ui.app import PAGES, choose, each_story, open_page, sent, shared, texts, unfold


def test_the_lengths_are_predicted_first():
    at = open_page("adaptive", sample="ramp")
    assert "How long are PyTorch's windows?" in texts(at)
    assert "windows agree" not in texts(at)
    choose(at, "adaptive.0", "2, 3, 2")
    assert "Right" in texts(at)
    assert "1 of 3 windows agree" in texts(at)
    assert not at.exception


def test_hidden_answers_leave_nothing_that_tells_the_windows():
    at = open_page("adaptive", answers="hidden")
    assert "What to notice" not in texts(at)
    assert not [e for e in at.expander if "framework" in e.label or "NumPy" in e.label]
    assert not [block for block in at.code if "import" in block.value]


@pytest.mark.parametrize("variant", each_story(pv.VARIANTS))
def test_every_variant(variant):
    at = open_page("adaptive", variant=variant, output_size="2,3", mode="watch")
    assert not at.exception


def test_the_output_size_moves_the_page_and_its_link():
    at = open_page("adaptive", mode="watch", sample="ramp")
    at.number_input(key="control.output_size.1").set_value(5).run()
    assert "5 of 5 windows agree" in texts(at)
    assert "output_size=3,5" in shared(at)
    assert not at.exception


def test_the_link_restores_size_and_step():
    at = open_page("adaptive", mode="watch", output_size="2", step="3")
    assert sent(at)["step"] == 3
    assert at.number_input(key="control.output_size.0").value == 2


@pytest.mark.parametrize("size", ["0", "29", "x", "3,3,3", "-1"])
def test_a_bad_size_says_so(size):
    at = open_page("adaptive", output_size=size)
    assert len(at.warning) == 1
    assert not at.exception


def test_an_image_too_large_to_play_still_shows_its_windows():
    at = open_page("adaptive", sample="cat", mode="watch", output_size="7")
    assert "too large to play" in texts(at)
    assert "7 of 7 windows agree" in texts(at)
    assert not at.exception


def test_the_first_view_shows_the_case_that_it_asks_about():
    at = open_page("adaptive")
    assert "Cells: 5, outputs: 3. How long" in texts(at)
    assert "Rows and columns: 5 → 3" not in texts(at)
    assert sent(at)["scene"], "the picture is there while it is asked"
    choose(at, "adaptive.0", "2, 3, 2")
    assert "Rows and columns: 5 → 3" in texts(at)
    assert "1 of 3 windows agree" in texts(at)
    assert "adaptive.example" not in [button.key for button in at.button]


def test_where_the_rules_agree_it_asks_where_they_part():
    at = open_page("adaptive", sample="worked-example")
    assert "Cells: 5, outputs: 3. How long" in texts(at)
    assert "3 of 3 windows agree" in texts(at)  # the state's own windows are on the screen
    assert "1 of 3 windows agree" not in texts(at)
    choose(at, "adaptive.0", "3, 3, 3")
    assert "That is the equal-window rule" in texts(at)
    assert "1 of 3 windows agree" in texts(at)
    at.button(key="adaptive.example").click().run()
    assert not at.exception
    assert "outputs differ" in texts(at)
    assert "0 of 9 outputs differ" not in texts(at)
    assert "sample" not in shared(at), "the ramp is what the page begins with"


def test_who_just_watches_sees_where_they_part_as_well():
    assert "1 of 3 windows agree" in texts(open_page("adaptive", mode="watch"))


def test_each_rules_output_can_be_taken_away_by_its_name():
    at = unfold(open_page("adaptive", mode="watch"))
    labels = [button.proto.label for button in at.get("download_button")]
    assert "PyTorch's rule as CSV" in labels
    assert "Equal windows as .npy" in labels


def test_the_same_numbers_in_another_shape_are_another_scene():
    """What is kept of one must not stand for the other."""
    wide, tall = (
        sent(open_page("adaptive", sample="own", matrix=matrix, mode="watch", output_size="2"))
        for matrix in ("1_2_3_4__5_6_7_8", "1_2__3_4__5_6__7_8")
    )
    assert wide["scene"] != tall["scene"]


def test_from_another_page_it_begins_with_its_own_example_and_other_pages_with_theirs():
    at = open_page("windows")
    at.switch_page(PAGES["adaptive"]).run()
    assert at.session_state["pooling_state"]["sample"] == "ramp"
    assert "Rows and columns: 5 → 3" not in texts(at), "it asks, and does not tell"
    assert "3 of 3 windows agree" not in texts(at)
    at.switch_page(PAGES["windows"]).run()
    assert at.session_state["pooling_state"]["sample"] == "worked-example"
    assert not at.exception


def test_an_input_that_was_chosen_comes_along():
    at = open_page("windows")
    at.selectbox(key="input_sample").select("ties").run()
    at.switch_page(PAGES["adaptive"]).run()
    assert at.session_state["pooling_state"]["sample"] == "ties"


def test_a_link_s_input_stands_though_another_page_begins_with_it():
    at = open_page("windows")
    at.query_params["sample"] = "worked-example"
    at.switch_page(PAGES["adaptive"]).run()
    assert at.session_state["pooling_state"]["sample"] == "worked-example"
    at.run()
    assert at.session_state["pooling_state"]["sample"] == "worked-example"
