"""Evaluation files, the command line, messages from a browser, tables that are taken away."""

import csv
import io
import json
import re

import numpy as np
import pytest

from poolviz.__main__ import main
from poolviz.pose import RecordError
from poolviz.pose.metrics.export import csv_text, curves_csv, errors_csv, stats_csv, verdicts_csv
from poolviz.readers import ReadError
from poolviz.readers.pose import read_pose
from poolviz.stage.arrays import csv_bytes
from poolviz.ui.keypoints import usable
from poolviz.wings.pose.coco_eval.evaluating import read_pair
from poolviz.wings.pose.oks.own import brought
from poolviz.wings.pose.oks.page import OKS
from poolviz.wings.pose.oks.state import posing_of
from poolviz.wings.pose.oks.telling import joints_csv
from tests.hostile import test_files, test_links
from tests.hostile.files import DEEP, NAMED_POSES, PICKLE, POSES, READ, REFUSED, STATES, zipped
from tests.hostile.pages import check
from tests.hostile.texts import SCRIPT, TEXTS, markup
from tests.ui.app import ROOT, open_page, texts
from tests.wings.pose.test_coco_eval import FOUND, TRUTH, coded, found, person

EVALUATIONS = {
    "deep truth": (DEEP, [FOUND]),
    "deep results": (TRUTH, DEEP),
    "deep keypoints": (TRUTH, b'[{"keypoints": ' + DEEP),
    "pickle": (PICKLE, PICKLE),
    "zip": (zipped("truth.json", coded(TRUTH)), [FOUND]),
    "script": (SCRIPT.encode(), SCRIPT.encode()),
    "results a script": (TRUTH, json.dumps(SCRIPT).encode()),
    "id a script": (TRUTH, found(image_id=SCRIPT)),
    "id nested": (TRUTH, found(image_id={"a": [1]})),
    "id a list": (person(id=[1]), [FOUND]),
    "category a script": (TRUTH, found(category_id=SCRIPT)),
    "score a script": (TRUTH, found(score=SCRIPT)),
    "score true": (TRUTH, found(score=True)),
    "score of many digits": (TRUTH, b'[{"score": ' + b"9" * 5000 + b"}]"),
    "keypoints a script": (TRUTH, found(keypoints=SCRIPT)),
    "keypoints nested": (TRUTH, found(keypoints=[[1, 2, 2]] * 17)),
    "keypoints endless": (TRUTH, found(keypoints=[1e308] * 51)),
    "keypoints true": (TRUTH, found(keypoints=[True] * 51)),
    "area endless": (person(area=1e308 * 10), [FOUND]),
    "box a script": (person(bbox=SCRIPT), [FOUND]),
    "crowd a script": (person(iscrowd=SCRIPT), [FOUND]),
    "images a number": ({**TRUTH, "images": 5}, [FOUND]),
    "image a script": ({**TRUTH, "images": [SCRIPT]}, [FOUND]),
    "categories a script": ({**TRUTH, "categories": [SCRIPT]}, [FOUND]),
    "bytes of no text": (b'{"images": "\xff\xfe"}', [FOUND]),
}


@pytest.mark.parametrize("what", EVALUATIONS)
def test_an_evaluation_file_is_used_or_refused_with_a_sentence(what):
    truth, results = EVALUATIONS[what]
    told = ""
    try:
        told = " ".join(read_pair(coded(truth), coded(results)).notes)
    except RecordError as error:
        told = str(error)
    assert told or what in ("score true", "keypoints true", "category a script")
    assert not told or 10 < len(told) < 400
    told.encode()
    assert not markup(told)


def test_sigmas_of_any_text_are_used_or_refused():
    for text in TEXTS.values():
        with pytest.raises(RecordError) if text.strip() else ok() as caught:
            read_pair(coded(TRUTH), coded([FOUND]), text)
        assert not text.strip() or not markup(str(caught.value))


class ok:
    """No error is expected."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_) -> None:
        pass


COMMANDS = {
    **{f"sigmas {what}": ["T", "R", "--sigmas", text] for what, text in TEXTS.items() if text},
    **{
        f"max-dets {what}": ["T", "R", "--max-dets", text]
        for what, text in TEXTS.items()
        if not text.isdigit()
    },
    "no file": ["T", "nowhere.json"],
    "a folder": [".", "."],
    "a device": ["/dev/null", "/dev/null"],
    "a null in the name": ["T\0", "R"],
    "a name of ten thousand letters": ["x" * 10_000, "R"],
    "a name that is an option": ["--help=1", "R"],
    "a name with markup": [SCRIPT, "R"],
    "twice the results": ["R", "R"],
    "twice the truth": ["T", "T"],
    "a pickle": ["P", "R"],
    "deep": ["D", "R"],
    "too many": ["T", "R", "R"],
    "nothing": [],
}


def test_more_detections_than_there_are_cost_nothing(files, capsys):
    assert main(["evaluate", files["T"], files["R"], "--max-dets", TEXTS["a million million"]]) == 0


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    held = {"T": coded(TRUTH), "R": coded([FOUND]), "P": PICKLE, "D": DEEP}
    for name, data in held.items():
        (folder / name).write_bytes(data)
    return {name: str(folder / name) for name in held}


@pytest.mark.parametrize("what", COMMANDS)
def test_the_command_line_says_what_is_wrong_in_words(what, files, capsys):
    given = [files.get(part, part) for part in COMMANDS[what]]
    try:
        code = main(["evaluate", *given])
    except SystemExit as left:
        code = left.code
    shown = capsys.readouterr()
    assert code in (1, 2)
    assert shown.out == ""
    assert shown.err.strip()
    assert "Traceback" not in shown.err


LINKS = {
    "no link": "",
    "a word": "abc",
    "another site": "https://evil.example/nowhere?kernel_size=3",
    "a file": "file:///etc/passwd",
    "no page": "/../../etc/passwd",
    "a script": "javascript:alert(1)",
    "a null": "/windows?kernel_size=\x00",
    "wrong brackets": "http://[::1/windows",
    "a port of words": "http://a:b/windows",
    "ten thousand letters": "/" + "x" * 10_000,
}


@pytest.mark.parametrize("what", LINKS)
def test_exporting_a_link_of_nothing_says_so(what, tmp_path, capsys):
    out = tmp_path / "x.png"
    try:
        code = main(["export", "--url", LINKS[what], "--format", "png", "--out", str(out)])
    except SystemExit as left:
        code = left.code
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    assert (code == 0) == out.exists()
    assert code == 0 or shown.err.strip()


MESSAGES = [
    None,
    5,
    "x",
    [],
    {},
    {"step": "1"},
    {"step": 10**9, "panel": "x", "cell": -7, "n": 2},
    {"step": -1, "panel": "input", "cell": 0, "n": 3},
    {"step": 1.5, "panel": "input", "cell": 0, "n": 4},
    {"step": True, "panel": "input", "cell": 0, "n": 5},
    {"step": 1, "panel": SCRIPT, "cell": 0, "n": 6},
    {"step": 1, "panel": "input", "cell": 10**12, "n": 7},
    {"step": 1, "panel": "input", "cell": "0", "n": 8},
    {"step": 1, "panel": ["input"], "cell": {}, "n": []},
    {"step": float("nan"), "panel": "input", "cell": 0, "n": 9},
    {"step": 0, "panel": "input", "cell": 0, "n": -(10**30)},
]


def test_a_stepper_that_lies_moves_nothing_that_is_not_there(caplog):
    at = open_page("windows", mode="watch")
    for told in MESSAGES:
        at.session_state["windows"] = {"at": told}
        at.run()
        check(at, caplog)
        assert "kernel" in texts(at).lower()


POSE = {"pred": [[1, 2], [3, 4]], "gt": [[1, 2.5], [3, 4]], "visibility": [2, 1], "joint": 0}
LIES = [
    {name: value}
    for name in POSE
    for value in (
        None,
        "x",
        SCRIPT,
        {},
        [],
        [[]],
        [["1", "2"]] * 2,
        1e999,
        -1,
        True,
        [[1e9, 1]] * 2,
    )
]


def test_a_skeleton_that_lies_is_not_heard():
    assert usable(POSE, 2) is not None
    for change in LIES:
        assert usable({**POSE, **change}, 2) is None, change


RUN = (
    *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"),
    *("\uff1d1+1", "\uff0b1+1", "\uff0d1+1", "\uff20SUM(A1)"),  # full-width
    '=HYPERLINK("https://evil.example")',
)


def runs(cell: str) -> bool:
    """Whether a spreadsheet would run this cell: it begins like a formula and is no number."""
    try:
        float(cell)
    except ValueError:
        return cell.startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))
    return False


def cells(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


@pytest.mark.parametrize("text", RUN, ids=repr)
def test_text_that_would_run_does_not_run_in_a_spreadsheet(text):
    table = cells(csv_text(("a", "b"), [(text, -1.5), ("b", -np.inf)]))
    assert f"'{text}" in table
    assert {"-1.5", "-inf"} <= set(table)
    assert not [cell for cell in table if runs(cell)]


def written_csv() -> int:
    """How many functions of the project write a table as CSV, besides ``csv_text`` under them."""
    text = "".join(path.read_text() for path in (ROOT / "poolviz").rglob("*.py"))
    return len(re.findall(r"^def (?!csv_text|read_|written_)\w*csv\w*\(", text, re.M))


def test_no_table_that_is_taken_away_holds_a_formula():
    names = json.dumps({"keypoints": [1, 2, 2] * len(RUN), "names": [*RUN], "area": 90})
    try:
        mine = brought(read_pose(names))
    except ReadError:
        names = json.dumps({"keypoints": [1, 2, 2] * 6, "names": list("abcdef"), "area": 90})
        mine = brought(read_pose(names))
    evaluation = read_pair(
        coded({**person(image_id=1), "images": [{"id": 1}]}), coded([FOUND, {**FOUND, "score": -3}])
    )
    tables = {
        "joints": joints_csv(posing_of(OKS.values(mine))),
        "numbers": csv_bytes(np.array([[-1.0, 0.5], [np.nan, -np.inf]])).decode(),
        "stats": stats_csv(evaluation),
        "curves": curves_csv(evaluation),
        "errors": errors_csv({"=1+1": 3}, {"=1+1": np.array([-0.5])}),
        "verdicts": verdicts_csv(evaluation.explain()),
    }
    assert len(tables) == written_csv(), "a table that is not looked at"
    for name, table in tables.items():
        assert not [cell for cell in cells(table) if runs(cell)], name
    assert "-1" in tables["numbers"]


def test_there_are_at_least_200_of_them_and_each_is_another():
    tables = (REFUSED, READ, POSES, NAMED_POSES, STATES, EVALUATIONS, COMMANDS, LINKS, TEXTS)
    assert sum(map(len, tables)) + len(MESSAGES) + len(LIES) + len(RUN) >= 330
    assert len(set(TEXTS.values())) == len(TEXTS)
    assert len(set(REFUSED.values())) >= len(REFUSED) - 2  # one pickle under three names
    assert len(test_links.CASES) > 3000
    assert len(test_files.ON_THE_PAGE) == 7
