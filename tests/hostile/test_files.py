"""Whatever is uploaded, pasted or typed: a sentence says what is wrong, what was there stays."""

import json
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from poolviz.readers import ReadError, parse_number, read_csv, read_file
from poolviz.readers.pose import read_pose
from poolviz.stage.matrix import choose_sample, mend
from poolviz.ui import takeaway
from poolviz.ui.share import settings_of
from poolviz.wings.pooling.windows import WINDOWS
from poolviz.wings.pose.oks.own import picture
from tests.hostile.files import NAMED_POSES, POSES, READ, REFUSED, STATES
from tests.hostile.pages import check
from tests.hostile.texts import TEXTS, markup
from tests.ui.app import open_page, texts

HARNESS = Path(__file__).parents[1] / "ui/inputs_harness.py"


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_of_no_numbers_is_refused_with_a_sentence(name):
    with pytest.raises(ReadError) as caught:
        read_file(REFUSED[name], name)
    assert 10 < len(str(caught.value)) < 400
    assert not markup(str(caught.value))
    if not name.endswith((".csv", ".npy")):
        with pytest.raises(ReadError):
            picture(REFUSED[name])


@pytest.mark.parametrize("name", READ)
def test_of_a_file_of_two_kinds_only_the_numbers_are_read(name):
    assert read_file(READ[name], name).matrix.ndim == 2


@pytest.mark.parametrize("what", TEXTS)
def test_a_text_is_a_matrix_or_refused(what):
    told = []
    for read in (read_csv, lambda t: read_csv(t.encode()), parse_number, read_pose):
        try:
            read(TEXTS[what])
        except ValueError as error:
            told.append(str(error))
    assert not [sentence for sentence in told if markup(sentence)]


@pytest.mark.parametrize("what", POSES)
def test_what_is_no_pose_is_refused_with_a_sentence(what):
    with pytest.raises(ReadError) as caught:
        read_pose(POSES[what])
    assert 10 < len(str(caught.value)) < 400
    assert not markup(str(caught.value))


@pytest.mark.parametrize("what", STATES)
def test_what_is_no_state_is_refused_and_changes_nothing(what):
    state = {"complaints": (), "visit": 0, "kernel_size": (5, 5)}
    before = dict(state)
    with pytest.raises(ReadError) as caught:
        takeaway.load_state(state, settings_of(WINDOWS), STATES[what], "windows")
    assert state == before
    assert 10 < len(str(caught.value)) < 400
    assert not markup(str(caught.value))
    str(caught.value).encode()  # Streamlit could not send half a pair


ON_THE_PAGE = (
    "formulas.csv",
    "objects.npy",
    "claims 60000 square.png",
    "svg.png",
    "script.csv",
    "pickle.npy",
    "cut.jpg",
)


def test_refused_files_cells_and_pastes_leave_the_input_as_it_was(caplog):
    at = AppTest.from_file(HARNESS, default_timeout=30).run()
    matrix = at.session_state["chosen"][2]
    for name in ON_THE_PAGE:
        at.file_uploader[0].upload(name, REFUSED[name]).run()
        check(at, caplog)
        assert len(at.error) == 1, name
        assert at.session_state["chosen"][2] == matrix, name
    for what in ("script", "a link", "nested", "a null", "json", "a formula"):
        at.text_area[0].set_value(TEXTS[what]).run()
        check(at, caplog)
        assert at.error, what
        assert at.text_area[0].value == TEXTS[what], "what was typed stays where it was typed"
        assert at.session_state["chosen"][2] == matrix, what


def typed(at: AppTest, cells: dict) -> AppTest:
    """Type into the grid as the browser reports it."""
    states = at._tree.get_widget_states()
    edits = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
    states.widgets.append(
        WidgetState(id=at.data_editor[0].proto.id, string_value=json.dumps(edits))
    )
    return at._run(states)


def test_a_cell_of_no_number_is_answered_and_the_others_count(caplog):
    at = AppTest.from_file(HARNESS, default_timeout=30).run()
    matrix = at.session_state["chosen"][2]
    wrong = [t for t in TEXTS.values() if not number(t)][: len(matrix[0]) * (len(matrix) - 1)]
    cols = len(matrix[0])
    cells: dict[int, dict[int, str]] = {0: {0: "77"}}
    for i, text in enumerate(wrong):
        cells.setdefault(1 + i // cols, {})[i % cols] = text
    typed(at, cells)
    check(at, caplog)
    assert len(at.error) == len(wrong) > 8
    assert at.session_state["chosen"][2] == [[77.0, *matrix[0][1:]], *matrix[1:]]


def number(text: str) -> bool:
    try:
        parse_number(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "edits",
    [
        {"-1": {"0": "1"}},
        {"0": {"0": ["1"]}},
        {"0": {"0": {"a": 1}}},
        {"0": {"0": True}},
        {"0": {"0": 1e999}},
    ],
    ids=str,
)
def test_a_browser_that_lies_about_the_grid_changes_nothing_else(edits, caplog):
    at = AppTest.from_file(HARNESS, default_timeout=30).run()
    typed(at, edits)
    assert not at.exception
    assert not [r for r in caplog.records if "Traceback" in r.getMessage()]


def test_a_sample_of_no_name_is_not_chosen():
    state: dict = {}
    mend(state)
    before = dict(state)
    for text in TEXTS.values():
        choose_sample(state, text)
        assert state == before


def test_names_of_joints_do_not_act(caplog):
    at = open_page("oks", mode="watch")
    for what, data in NAMED_POSES.items():
        at.file_uploader(key="control.brought.file").upload("pose.json", data).run()
        check(at, caplog)
        assert at.error or at.success, what


def test_files_that_are_no_pose_leave_the_pose_as_it_was(caplog):
    at = open_page("oks", mode="watch", person="own", own="1_2_2__30_40_2", area="900")
    for what in ("deep", "keypoints a text", "area below 0", "script", "keypoints infinite"):
        at.file_uploader(key="control.brought.file").upload("pose.json", POSES[what]).run()
        check(at, caplog)
        assert at.error, what
        assert "own=1_2_2__30_40_2" in texts(at)
    for name in ("svg.png", "claims 60000 square.png", "cut.jpg"):
        at.file_uploader(key="control.ground.file").upload(name, REFUSED[name]).run()
        check(at, caplog)
        assert at.error, name


def test_files_that_are_no_state_leave_the_page_as_it_was(caplog):
    at = open_page("windows", mode="watch", kernel_size="3", stride="1")
    for what in ("deep", "of a page of half a pair", "of another page", "input a pickle", "pickle"):
        at.file_uploader(key="windows.state.file").upload("state.json", STATES[what]).run()
        check(at, caplog)
        assert at.error, what
        assert "kernel_size=3&stride=1" in texts(at)
