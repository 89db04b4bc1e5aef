"""The input controls, moved one by one: what is chosen, and that nothing typed is ever lost."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from poolviz.readers import pack_matrix
from poolviz.samples import SAMPLES, random_matrix, sample
from poolviz.ui.inputs import input_settings, mend
from poolviz.ui.share import read_url, url_parameters
from tests.ui.app import PAGES, ROOT

HARNESS = Path(__file__).with_name("inputs_harness.py")
A = [[1, 3, 2, 1], [4, 7, 1, 0], [2, 2, 5, 3], [0, 6, 1, 8]]


@pytest.fixture
def at():
    return AppTest.from_file(HARNESS, default_timeout=20).run()


def chosen(at):
    """(name, seed, matrix, notes, palette) after a run without an exception."""
    assert not at.exception
    return at.session_state["chosen"]


def errors(at):
    assert not at.exception
    return [each.value for each in at.error]


def edit(at, cells):
    """Type into the grid as the browser reports it: {row: {column: text}}, all edits so far."""
    states = at._tree.get_widget_states()
    rows = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
    grid = at.data_editor[0].proto
    states.widgets.append(WidgetState(id=grid.id, string_value=json.dumps(rows)))
    return at._run(states)


def upload(at, name, data):
    return at.file_uploader[0].upload(name, data).run()


def picture(mode="RGB", size=(40, 20), color="red", **how):
    file = io.BytesIO()
    Image.new(mode, size, color).save(file, "PNG", **how)
    return file.getvalue()


def saved(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_a_beginner_sees_the_worked_example_and_one_menu(at):
    name, _seed, matrix, notes, palette = chosen(at)
    assert (name, matrix, notes, palette) == ("worked-example", A, (), "sequence")
    assert [each.label for each in at.main.selectbox] == ["Input"]
    assert at.expander[0].text_area


@pytest.mark.parametrize("each", SAMPLES, ids=lambda each: each.name)
def test_every_sample_can_be_chosen_and_its_reason_is_shown(at, each):
    at.selectbox[0].select(each.name).run()
    name, _seed, matrix, _notes, palette = chosen(at)
    assert name == each.name
    np.testing.assert_array_equal(matrix, sample(each.name))
    assert palette == each.palette
    assert any(each.why in caption.value for caption in at.caption)
    assert len(at.data_editor) == (max(np.shape(matrix)) <= 16)


def test_random_shows_its_seed_and_a_new_seed_draws_again(at):
    at.selectbox[0].select("random").run()
    name, seed, matrix, _notes, _palette = chosen(at)
    np.testing.assert_array_equal(matrix, random_matrix(seed, 6, 6))
    assert at.number_input(key="in_seed").value == seed
    at.number_input(key="in_seed").set_value(7).run()
    at.number_input(key="in_rows").set_value(3).run()
    at.number_input(key="in_cols").set_value(20).run()
    name, seed, matrix, _notes, _palette = chosen(at)
    assert (name, seed) == ("random", 7)
    np.testing.assert_array_equal(matrix, random_matrix(7, 3, 20))
    at.button(key="in_new_seed").click().run()
    assert chosen(at)[1] == at.number_input(key="in_seed").value
    np.testing.assert_array_equal(chosen(at)[2], random_matrix(chosen(at)[1], 3, 20))


def test_an_edit_makes_the_sample_ones_own_and_keeps_the_rest(at):
    edit(at, {"0": {"1": "5"}})
    name, _seed, matrix, _notes, _palette = chosen(at)
    assert name == "own"
    assert matrix == [[1, 5, 2, 1], *A[1:]]
    assert at.selectbox[0].value == "own"
    assert at.session_state["in_state"]["matrix"] == pack_matrix(np.array(matrix))


def test_edits_add_up_and_the_grid_stays_the_same_grid(at):
    before = at.data_editor[0].proto.id
    edit(at, {"0": {"1": "5"}})
    edit(at, {"0": {"1": "5"}, "3": {"3": "−2,5".replace(",", ".")}})
    assert chosen(at)[2][0][1] == 5
    assert chosen(at)[2][3][3] == -2.5
    assert at.data_editor[0].proto.id == before


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "−∞", "1e100", "-0", "0.1"])
def test_numbers_that_a_spreadsheet_refuses_can_be_typed(at, text):
    edit(at, {"1": {"1": text}})
    assert not errors(at)
    expected = float(text.replace("−", "-").replace("∞", "inf"))
    np.testing.assert_array_equal(chosen(at)[2][1][1], expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, ["Row 1, column 2", "empty", "1 stays in use"]),
        ("", ["Row 1, column 2", "empty", "1 stays in use"]),
        ("seven", ["Row 1, column 2", "seven", "not a number", "1 stays in use"]),
        ("1e101", ["Row 1, column 2", "too large", "1 stays in use"]),
        ("0x10", ["not a number"]),
        ("![x](http://a.b)", ["not a number"]),
    ],
)
def test_a_cell_without_a_number_is_named_and_its_old_value_stays(at, text, words):
    edit(at, {"1": {"2": text}, "0": {"0": "9"}})
    (sentence,) = errors(at)
    for word in words:
        assert word in sentence
    assert "![" not in sentence
    assert chosen(at)[2][1][2] == 1
    assert chosen(at)[2][0][0] == 9, "the good edit beside it counts"


def test_a_wrong_cell_is_forgotten_with_its_grid(at):
    edit(at, {"1": {"2": "seven"}})
    assert errors(at)
    at.selectbox[0].select("ties").run()
    assert not errors(at)
    np.testing.assert_array_equal(chosen(at)[2], sample("ties"))


def test_an_edit_outlives_a_visit_to_another_page(at):
    edit(at, {"0": {"0": "99"}})
    at.session_state["elsewhere"] = True
    at.run()
    at.session_state["elsewhere"] = False
    at.run()
    assert chosen(at)[2] == [[99, 3, 2, 1], *A[1:]]
    edit(at, {"3": {"3": "5"}})
    assert chosen(at)[2] == [[99, 3, 2, 1], *A[1:3], [0, 6, 1, 5]]


def test_a_wrong_cell_keeps_the_last_good_value_and_undoing_brings_the_first_one_back(at):
    edit(at, {"0": {"0": "99"}})
    edit(at, {"0": {"0": "x"}})
    assert "99 stays in use" in errors(at)[0]
    assert chosen(at)[2][0][0] == 99
    edit(at, {})
    assert chosen(at)[2] == A
    assert not errors(at)


def test_another_input_gets_another_grid_so_that_old_edits_do_not_fall_on_it(at):
    edit(at, {"0": {"0": "99"}})
    before = at.data_editor[0].proto.id
    at.selectbox[0].select("ties").run()
    assert at.data_editor[0].proto.id != before
    np.testing.assert_array_equal(chosen(at)[2], sample("ties"))


def test_ones_own_numbers_wait_while_a_sample_is_looked_at(at):
    edit(at, {"0": {"0": "99"}})
    at.selectbox[0].select("ramp").run()
    assert at.session_state["in_state"]["matrix"] is None, "a link to the ramp carries the ramp"
    at.selectbox[0].select("own").run()
    assert chosen(at)[2] == [[99, 3, 2, 1], *A[1:]]


def test_choosing_ones_own_first_starts_from_what_is_shown(at):
    at.selectbox[0].select("own").run()
    assert chosen(at)[0] == "own"
    assert chosen(at)[2] == A
    at.selectbox[0].select("digit").run()


def test_the_size_can_change_and_the_overlap_stays(at):
    at.number_input(key="in_rows").set_value(2).run()
    at.number_input(key="in_cols").set_value(5).run()
    assert chosen(at)[0] == "own"
    assert chosen(at)[2] == [[1, 3, 2, 1, 0], [4, 7, 1, 0, 0]]


def test_pasted_numbers_are_used(at):
    at.text_area[0].input("1;2,5\n-3;nan").run()
    name, _seed, matrix, _notes, palette = chosen(at)
    assert (name, palette) == ("own", "diverging")
    np.testing.assert_array_equal(matrix, [[1, 2.5], [-3, np.nan]])


def test_a_bad_paste_keeps_the_text_and_the_matrix_in_use(at):
    at.text_area[0].input("1,2\n3,x").run()
    (sentence,) = errors(at)
    assert "Line 2, column 2" in sentence
    assert at.text_area[0].value == "1,2\n3,x"
    assert chosen(at)[0] == "worked-example"
    assert chosen(at)[2] == A
    at.text_area[0].input("1,2\n3,4").run()
    assert not errors(at)
    assert chosen(at)[2] == [[1, 2], [3, 4]]


def test_the_button_uses_the_pasted_text_again_and_says_when_there_is_none(at):
    at.text_area[0].input("1 2").run()
    at.selectbox[0].select("ties").run()
    at.button(key="in_use").click().run()
    assert chosen(at)[2] == [[1, 2]]
    at.text_area[0].input("").run()
    assert not errors(at)
    at.button(key="in_use").click().run()
    assert "no numbers" in errors(at)[0]
    assert chosen(at)[2] == [[1, 2]]


@pytest.mark.parametrize(
    ("name", "data", "matrix"),
    [
        ("x.csv", b"1,2\r\n3,4\r\n", [[1, 2], [3, 4]]),
        ("x.npy", saved(np.array([[True, False]])), [[1, 0]]),
        ("misnamed.csv", saved(np.array([[1.5]])), [[1.5]]),
    ],
)
def test_a_file_of_numbers_is_used(at, name, data, matrix):
    upload(at, name, data)
    assert chosen(at)[0] == "own"
    assert chosen(at)[2] == matrix


def test_a_picture_can_change_its_channel_and_size(at):
    upload(at, "x.png", picture(size=(300, 150)))
    matrix = np.array(chosen(at)[2])
    assert matrix.shape == (64, 128)
    assert (matrix == 76).all(), ".299 x 255 is 76"
    assert chosen(at)[4] == "grey"
    assert any("Resized" in caption.value for caption in at.caption)
    at.selectbox(key="in_channel").select("red").run()
    assert (np.array(chosen(at)[2]) == 255).all()
    at.number_input(key="in_side").set_value(8).run()
    assert np.shape(chosen(at)[2]) == (4, 8)
    assert chosen(at)[0] == "own"


def test_a_channel_s_name_fits_its_menu_and_its_formula_stands_in_the_help(at):
    upload(at, "x.png", picture())
    menu = at.selectbox(key="in_channel")
    assert menu.options == ["Luminance", "Red", "Green", "Blue"]
    assert ".299 R + .587 G + .114 B" in menu.help


def test_the_next_picture_is_read_as_the_last_one(at):
    upload(at, "x.png", picture(size=(4, 4)))
    at.selectbox(key="in_channel").select("red").run()
    at.number_input(key="in_side").set_value(48).run()
    at.file_uploader[0].clear().run()
    upload(at, "y.png", picture(size=(300, 200)))
    assert at.number_input(key="in_side").value == 48
    assert at.selectbox(key="in_channel").value == "red"
    assert np.shape(chosen(at)[2]) == (32, 48)
    assert (np.array(chosen(at)[2]) == 255).all()


def test_a_large_upload_is_kept_outside_the_link_and_listed_read_only(at):
    upload(at, "x.npy", saved(np.arange(100.0 * 40).reshape(100, 40)))
    np.testing.assert_array_equal(chosen(at)[2], np.arange(4000.0).reshape(100, 40))
    state = at.session_state["in_state"]
    assert (state["matrix"], state["large"][:2]) == (None, (100, 40))
    assert any("100 × 40" in caption.value for caption in at.caption)
    assert len(at.data_editor) == 0
    at.selectbox[0].select("ties").run()
    at.selectbox[0].select("own").run()
    assert np.shape(chosen(at)[2]) == (100, 40)


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("x.csv", b"", "empty"),
        ("x.csv", b"a,b\n1,2", "header"),
        ("x.npy", saved(np.zeros((2,) * 9)), "9 axes"),
        ("x.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        ("x.png", picture()[:60], "cut short"),
    ],
)
def test_a_bad_file_changes_nothing_and_a_sentence_says_why(at, name, data, word):
    at.selectbox[0].select("ties").run()
    upload(at, name, data)
    (sentence,) = errors(at)
    assert word in sentence
    assert chosen(at)[0] == "ties"
    np.testing.assert_array_equal(chosen(at)[2], sample("ties"))


def test_taking_the_file_away_keeps_its_numbers(at):
    upload(at, "x.csv", b"1,2")
    at.file_uploader[0].clear().run()
    assert chosen(at)[2] == [[1, 2]]


HOSTILE = [
    {"sample": "nonsense"},
    {"sample": ["own"]},
    {"sample": "own"},
    {"sample": "own", "matrix": "1_x"},
    {"sample": "own", "matrix": 7},
    {"sample": "own", "matrix": "1_" * 10**6},
    {"sample": None, "seed": "7", "rows": 10**9, "cols": -1},
    {"sample": "random", "seed": -1, "rows": 0, "cols": True},
    {"sample": "random", "seed": 2.5, "rows": None},
]


@pytest.mark.parametrize("state", HOSTILE, ids=lambda state: repr(state)[:40])
def test_an_impossible_state_is_mended(state):
    at = AppTest.from_file(HARNESS, default_timeout=20)
    at.session_state["in_state"] = dict(state)
    at.run()
    name, seed, matrix, _notes, _palette = chosen(at)
    assert name == ("random" if state["sample"] == "random" else "worked-example")
    assert seed == 0
    assert np.shape(matrix) == ((6, 6) if name == "random" else (4, 4))


def test_a_large_matrix_that_a_link_could_not_carry_is_said():
    at = AppTest.from_file(HARNESS, default_timeout=20)
    at.session_state["in_state"] = {"sample": "own"}
    at.run()
    assert any("does not travel in a link" in caption.value for caption in at.caption)


@pytest.mark.parametrize(
    "state",
    [
        {"sample": "go-board"},
        {"sample": "random", "seed": 12, "rows": 3, "cols": 9},
        {"sample": "own", "matrix": "1_nan__-inf_0.1"},
    ],
    ids=lambda state: state["sample"],
)
def test_a_link_restores_what_its_sender_saw(state):
    mend(state)
    there = {}
    complaints = read_url(there, url_parameters(state, input_settings), input_settings)
    mend(there)
    assert not complaints
    for field in ("sample", "matrix", "seed", "rows", "cols"):
        assert there[field] == state[field]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"sample": "<script>alert(1)</script>"}, "one of"),
        ({"matrix": "1_2__3"}, "different lengths"),
        ({"matrix": "_".join(["1"] * 17)}, "at most 16"),
        ({"matrix": "1e999"}, "too large"),
        ({"matrix": "٣"}, "not made of numbers"),
        ({"sample": "random", "seed": "-1"}, "integer from 0"),
        ({"sample": "random", "rows": "1e3"}, "integer from 1"),
    ],
)
def test_a_hostile_link_falls_back_with_a_sentence(given, word):
    state = {}
    (complaint,) = read_url(state, given, input_settings)
    mend(state)
    assert word in complaint
    assert state["matrix"] is None


def _linked_page():
    import streamlit as st

    from poolviz.ui import share
    from poolviz.ui.inputs import choose_input, input_settings

    st.session_state["in_own"] = True
    state = share.load("wing", input_settings)
    chosen = choose_input(state, key="in")
    share.save(state, input_settings)
    st.session_state["chosen"] = (chosen.name, chosen.seed, chosen.matrix.tolist())


def test_an_address_that_the_browser_has_not_yet_taken_over_undoes_no_edit():
    at = AppTest.from_function(_linked_page, default_timeout=20).run()
    edit(at, {"0": {"0": "9"}})
    late = dict(at.query_params)
    assert late == {"sample": "own", "matrix": "9_3_2_1__4_7_1_0__2_2_5_3__0_6_1_8"}
    edit(at, {"0": {"0": "9"}, "1": {"0": "8"}})
    at.query_params.clear()
    at.query_params.update(late)
    edit(at, {"0": {"0": "9"}, "1": {"0": "8"}, "2": {"0": "7"}})
    assert [row[0] for row in chosen(at)[2]] == [9, 8, 7, 0]
    at.query_params.clear()
    at.query_params["sample"] = "ties"
    at.run()
    assert chosen(at)[0] == "ties", "another address is a new link"


def test_what_was_asked_on_a_page_that_one_has_left_breaks_no_other():
    """Its controls have gone with the page; what they asked for is still on the list."""
    at = AppTest.from_file(ROOT / "poolviz/ui/shell.py", default_timeout=30)
    at.session_state["input_own"] = True
    at.session_state["input_asked"] = ["sample", "dice", "size", "file", "new seed"]
    at.run()
    at.switch_page(PAGES["windows"]).run()
    assert not at.exception
    assert not at.error
    assert at.session_state["input_asked"] == []
    assert at.session_state["pooling_state"]["sample"] == "worked-example"
