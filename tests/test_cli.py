"""The command line, as a person runs it: numbers on stdout, reasons on stderr, exit codes."""

import json
import subprocess
import sys

import numpy as np
import pytest

from poolviz.__main__ import main
from poolviz.pose import STATS, evaluate_keypoints
from tests.pose.test_coco import COCO_FILE, shipped


@pytest.fixture
def results(tmp_path):
    path = tmp_path / "results.json"
    path.write_text(json.dumps(shipped(0.05)[1]))
    return str(path)


def run(capsys, *arguments):
    code = main(["evaluate", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_json_has_the_ten_numbers_to_the_last_digit(capsys, results):
    code, out, err = run(capsys, COCO_FILE, results, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == evaluate_keypoints(COCO_FILE, results).as_dict()
    assert tuple(json.loads(out)) == STATS


def test_the_table_has_a_line_for_each_number(capsys, results):
    code, out, _err = run(capsys, COCO_FILE, results)
    lines = out.splitlines()
    assert code == 0
    assert len(lines) == 11
    assert lines[1].split() == ["AP", ".50:.95", "all", "0.8056"]
    assert lines[10].split() == ["AR_large", ".50:.95", "large", "0.8143"]


def test_undefined_is_said_and_not_shown_as_a_number(capsys, tmp_path):
    truth = tmp_path / "gt.json"
    truth.write_text(json.dumps({"images": [], "annotations": [], "categories": [{"id": 1}]}))
    (tmp_path / "none.json").write_text("[]")
    code, out, _err = run(capsys, truth, tmp_path / "none.json")
    assert code == 0
    assert out.count("undefined: nobody counts here") == 10


def test_own_sigmas_and_number_of_detections(capsys, results):
    sigmas = np.full(17, 0.05)
    given = ("--sigmas", ",".join(map(str, sigmas)), "--max-dets", "1", "--json")
    code, out, _err = run(capsys, COCO_FILE, results, *given)
    assert code == 0
    expected = evaluate_keypoints(COCO_FILE, results, sigmas, max_dets=1).as_dict()
    assert json.loads(out) == expected


@pytest.mark.parametrize(
    ("content", "arguments", "reason"),
    [
        ('[{"image_id": 1}]', (), "results[0]: image_id 1 is not among the images of the ground"),
        ("[", (), "results: not JSON from line 1, column 2"),
        ("", (), "results: the file is empty."),
        ("[]", ("--sigmas", "1,x"), "--sigmas must be numbers with commas between, got 1,x."),
        ("[]", ("--sigmas", "1,2"), "categories (id 1): has 17 keypoints, but 2 sigmas are given"),
        ("[]", ("--max-dets", "0"), "max_dets must be a whole number from 1, got 0"),
    ],
)
def test_invalid_input_is_exit_code_1_with_the_reason(capsys, tmp_path, content, arguments, reason):
    path = tmp_path / "results.json"
    path.write_text(content)
    code, out, err = run(capsys, COCO_FILE, path, *arguments)
    assert (code, out) == (1, "")
    assert err.startswith(reason)
    assert err.count("\n") == 1


def test_notes_go_to_stderr(capsys, tmp_path):
    found = shipped(0)[1]
    for result in found:
        result["bbox"] = [0, 0, 50, 50]
    path = tmp_path / "results.json"
    path.write_text(json.dumps(found))
    code, _out, err = run(capsys, COCO_FILE, path)
    assert code == 0
    assert err.startswith("The first result has a bbox")


def test_as_a_process(tmp_path, results):
    command = [sys.executable, "-m", "poolviz", "evaluate"]
    good = subprocess.run([*command, COCO_FILE, results], capture_output=True, text=True)
    assert (good.returncode, good.stderr) == (0, "")
    missing = tmp_path / "missing.json"
    bad = subprocess.run([*command, COCO_FILE, missing], capture_output=True, text=True)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "missing.json" in bad.stderr
    assert "Traceback" not in bad.stderr
