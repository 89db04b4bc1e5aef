"""/reach through the app's entry point."""

import pytest

from tests.ui.app import choose, open_page, shared, texts


def test_two_recurrences_are_predicted_first():
    at = open_page("reach")
    assert "u looks at 11 cells" in texts(at)
    assert "Until all 36 cells are reached" not in texts(at)
    choose(at, "reach.0", "36")
    assert "Right" in texts(at)
    assert "Until all 36 cells are reached" in texts(at)
    assert not at.exception


def test_a_click_draws_the_mask_and_the_link_holds_it():
    at = open_page("reach", mode="watch", mask="own")
    at.session_state["control.offsets_grid_0"] = {"edited_rows": {0: {"0": True}, 1: {"1": False}}}
    at.run()
    assert "offsets=1_0_0_0_0__0_0_1_1_0__0_1_1_1_0__0_1_1_1_0__0_0_0_0_0" in shared(at)
    assert not at.exception


def test_the_cell_itself_cannot_be_switched_off():
    at = open_page("reach", mode="watch", mask="own")
    at.session_state["control.offsets_grid_0"] = {"edited_rows": {2: {"2": False}}}
    at.run()
    at.run()
    assert "control.offsets_grid_1" in at.session_state  # a fresh grid, in which it is on
    assert not at.exception


@pytest.mark.parametrize(
    ("name", "text"), [("recurrences", "9"), ("from", "-1"), ("pyramid", "0"), ("sizes", "0,5")]
)
def test_a_wrong_value_of_a_link_is_said(name, text):
    at = open_page("reach", **{name: text})
    assert f"The link's “{name}” could not be used" in texts(at)
    assert not at.exception


def test_a_query_outside_the_map_is_brought_back_with_a_sentence():
    at = open_page("reach", mode="watch", **{"from": "7,2"})
    assert "u was 7,2; the map has 6 × 6 cells, so it is 5,2." in texts(at)
    assert not at.exception


def test_every_block_can_be_billed():
    at = open_page("reach", mode="watch", block="criss-cross", convention="FLOP", loops="1")
    assert "8,269,080,832" in texts(at)
    assert not at.exception


def test_a_preset_sets_the_pyramid_and_its_link():
    at = open_page("reach", mode="watch")
    (preset,) = (button for button in at.button if button.label == "S = 50")
    preset.click().run()
    assert "pyramid=1,2,3,6" in shared(at)
    assert "50 / 1,024" in texts(at)
    assert not at.exception
