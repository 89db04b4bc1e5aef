"""The command line, as a person runs it: numbers on stdout, reasons on stderr, exit codes."""

import argparse
import gettext
import io
import json
import subprocess
import sys

import numpy as np
import pytest

import poolviz as pv
from poolviz.__main__ import main
from poolviz.cli.page_files import offers_of_link
from poolviz.cli.terminal import USAGE
from poolviz.figures.export import still
from poolviz.pose import CROWD_STATS, STATS, evaluate_keypoints
from poolviz.pose.skeletons import AP10K
from poolviz.readers.state import SavedState, read_state, write_state
from poolviz.samples import sample
from poolviz.stage.offer import Made
from poolviz.text import language
from poolviz.wings.pages import BY_ADDRESS, KINDS
from poolviz.wings.pooling.core.window_scene import window_scene
from tests.pose.datasets import by_faster_coco_eval
from tests.pose.metrics.test_coco import COCO_FILE, shipped

PLAIN_PAGES = ("catalogue", "teach", "glossary")
"""Pages without a scene or a chart; of the catalogue, its open cards have one."""


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


def test_it_speaks_the_language_of_the_environment(capsys, monkeypatch, tmp_path):
    (tmp_path / "bad.json").write_text("{")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    (tmp_path / "none.json").write_text("[]")
    _code, out, _err = run(capsys, COCO_FILE, tmp_path / "none.json")
    assert not {"all", "medium", "large"} & set(out.split())
    code, out, err = run(capsys, COCO_FILE, tmp_path / "bad.json")
    assert (code, out) == (1, "")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in err)
    monkeypatch.setenv("LANG", "C")
    assert language() == "en", "it ends with the command"
    _code, _out, err = run(capsys, COCO_FILE, tmp_path / "bad.json")
    assert "not JSON" in err


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
        ("[]", ("--crowd",), "images (id 785): has no crowdIndex from 0 to 1."),
        ("[]", ("--crowd-splits", "1"), "--crowd-splits must be two rising numbers from 0 to 1"),
        ("[]", ("--crowd-splits", ".8,.1"), "--crowd-splits must be two rising numbers from 0"),
        ("[]", ("--sigmas", "1,2"), "categories (id 1): has 17 keypoints, but sigmas for 2"),
    ],
)
def test_invalid_input_is_exit_code_1_with_the_reason(capsys, tmp_path, content, arguments, reason):
    path = tmp_path / "results.json"
    path.write_text(content)
    code, out, err = run(capsys, COCO_FILE, path, *arguments)
    assert (code, out) == (1, "")
    assert err.startswith(reason)
    assert err.count("\n") == 1


def test_the_box_in_place_of_the_area(capsys, results):
    code, out, _err = run(capsys, COCO_FILE, results, "--box-area", "--json")
    assert code == 0
    theirs = by_faster_coco_eval(*shipped(0.05), use_area=False).stats_as_dict
    np.testing.assert_allclose(
        list(json.loads(out).values()), list(theirs.values())[:10], atol=1e-12
    )


def test_crowdpose_s_nine_numbers(capsys, tmp_path, results):
    truth, _found = shipped(0)
    for image, index in zip(truth["images"], (0.05, 0.15, 0.5, 0.9), strict=True):
        image["crowdIndex"] = index
    path = tmp_path / "gt.json"
    path.write_text(json.dumps(truth))
    theirs = by_faster_coco_eval(
        path, shipped(0.05)[1], use_area=False, kind="keypoints_crowd"
    ).stats_as_dict
    code, out, _err = run(capsys, path, results, "--crowd", "--crowd-splits", "0.2,.8", "--json")
    assert code == 0
    assert tuple(json.loads(out)) == CROWD_STATS
    np.testing.assert_allclose(list(json.loads(out).values()), list(theirs.values()), atol=5.1e-5)
    _code, out, _err = run(capsys, path, results, "--crowd")
    lines = [line.split() for line in out.splitlines()]
    assert [line[:3] for line in lines[4:8]] == [
        ["AR", ".50:.95", "all"],
        ["AR50", ".50", "all"],
        ["AR75", ".75", "all"],
        ["AP_easy", ".50:.95", "easy"],
    ]


def test_sigmas_by_the_name_of_their_set(capsys, results):
    code, out, _err = run(capsys, COCO_FILE, results, "--sigmas", "ap10k", "--json")
    assert code == 0
    assert json.loads(out) == evaluate_keypoints(COCO_FILE, results, AP10K.sigmas).as_dict()


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "1" * 19])
def test_a_number_of_detections_that_is_none_is_wrong_usage(capsys, text):
    with pytest.raises(SystemExit) as left:
        run(capsys, "truth.json", "results.json", "--max-dets", text)
    assert left.value.code == 2
    assert f"a whole number from 1 is needed, got {text}" in capsys.readouterr().err


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


class TestExport:
    """``export``: the same files as the pages', by running the page."""

    @staticmethod
    def export(capsysbinary, *arguments):
        code = main(["export", *map(str, arguments)])
        shown = capsysbinary.readouterr()
        return code, shown.out, shown.err.decode()

    @pytest.mark.parametrize(
        ("kind", "magic"),
        [
            ("png", b"\x89PNG"),
            ("svg", b"<?xml"),
            ("pdf", b"%PDF"),
            ("gif", b"GIF89a"),
            ("html", b"<!doctype html>"),
        ],
    )
    def test_a_picture_of_a_link_goes_to_a_file_or_to_stdout(
        self, capsysbinary, tmp_path, kind, magic
    ):
        out = tmp_path / f"x.{kind}"
        link = "https://example.org/base/windows?variant=Average&matrix=1_2__3_4"
        code, said, _err = self.export(capsysbinary, "--url", link, "--format", kind, "--out", out)
        assert (code, said) == (0, b"")
        assert out.read_bytes().startswith(magic)
        code, said, _err = self.export(capsysbinary, "--url", link, "--format", kind, "--out", "-")
        assert (code, said) == (0, out.read_bytes())

    def test_the_picture_is_the_one_of_the_page_with_its_answers(self, capsysbinary):
        link = ("--url", "windows?kernel_size=3&stride=1&padding=1")
        wanted = ("--format", "png", "--step", 7, "--out", "-")
        code, said, _err = self.export(capsysbinary, *link, *wanted)
        run = pv.pool(sample("worked-example"), pv.Max(), pv.Sliding(3, 1, 1))
        assert (code, said) == (0, still(window_scene(run, "Max"), 6, "png"))
        assert self.export(capsysbinary, *link, "--questions", *wanted)[1] != said

    def test_numbers_are_those_of_the_engine(self, capsysbinary):
        link = ("--url", "gradients?variant=Average&kernel_size=3&stride=1", "--out", "-")
        _code, data, _err = self.export(capsysbinary, *link, "--format", "npy")
        _code, text, _err = self.export(capsysbinary, *link, "--format", "csv")
        run = pv.pool(sample("worked-example"), pv.Average(), pv.Sliding(3, 1))
        dx = run.backward(np.ones(run.output.shape))
        np.testing.assert_array_equal(np.load(io.BytesIO(data)), dx)
        read = [[float(v) for v in line.split(",")] for line in text.decode().split()]
        np.testing.assert_array_equal(read, dx)

    def test_a_large_input_travels_in_the_state(self, capsysbinary, tmp_path):
        x = np.arange(400.0).reshape(20, 20)
        saved = tmp_path / "state.json"
        saved.write_bytes(
            write_state(SavedState("windows", {"sample": "own", "variant": "Min"}, x))
        )
        given = ("--state", saved, "--out", "-")
        code, data, _err = self.export(capsysbinary, *given, "--format", "npy")
        assert code == 0
        np.testing.assert_array_equal(np.load(io.BytesIO(data)), x[::2, ::2])
        code, data, _err = self.export(capsysbinary, *given, "--format", "json")
        np.testing.assert_array_equal(read_state(data).matrix, x)
        assert (read_state(data).page, read_state(data).link["variant"]) == ("windows", "Min")

    def test_the_handout_with_and_without_answers_and_in_chinese(self, capsysbinary):
        given = ("--url", "unpooling", "--format", "handout", "--out", "-")
        for more in (("--answers",), ("--lang", "zh")):
            code, data, _err = self.export(capsysbinary, *given, *more)
            assert code == 0
            assert data.startswith(b"%PDF")
            assert (b"poolvizSansSC" in data) == ("zh" in more)

    @pytest.mark.parametrize("page", ["unpooling", "practise"])
    def test_who_predicts_has_the_sheet_of_questions_alone(self, page):
        """That each page's sheets can be made: test_declared_pages.py."""
        for questions, wanted in ((True, {"questions"}), (False, {"questions", "answers"})):
            made = [o for o in offers_of_link(page, questions=questions) if isinstance(o, Made)]
            assert {each.kind for each in made} & {"questions", "answers"} == wanted

    def test_the_link_on_the_sheet_has_the_host_of_the_link_given(self, capsysbinary):
        given = "https://pools.example/at/windows?variant=Average"
        code, data, _err = self.export(
            capsysbinary, "--url", given, "--format", "handout", "--out", "-"
        )
        assert code == 0
        assert given.encode() in data

    @pytest.mark.parametrize(
        "entry",
        [
            *(each for each in BY_ADDRESS if each not in PLAIN_PAGES),
            *("catalogue?card=Max", "catalogue?card=KMax"),
        ],
    )
    def test_every_page_offers_a_picture_and_its_state(self, capsysbinary, entry):
        code, said, err = self.export(capsysbinary, "--url", entry, "--list")
        assert (code, err) == (0, "")
        kinds = [line.split(maxsplit=1)[1] for line in said.decode().splitlines()]
        assert "json" in kinds
        assert any(kind.startswith("png, svg, pdf") for kind in kinds)
        assert "csv, npy" in kinds

    @pytest.mark.parametrize("link", ["https://example.org", "https://example.org/", "home"])
    def test_home_has_its_own_link(self, capsysbinary, link):
        code, said, _err = self.export(capsysbinary, "--url", link, "--format", "csv", "--out", "-")
        assert (code, said) == (0, b"7,2\r\n6,8\r\n")

    @pytest.mark.parametrize("link", ["home", *(f"practise?kind={kind}" for kind in KINDS)])
    def test_what_is_asked_is_listed_when_everything_is_shown_alone(self, capsysbinary, link):
        def names(*more):
            said = self.export(capsysbinary, "--url", link, "--list", *more)[1].decode()
            return {line.split()[0].rpartition("-")[2] for line in said.splitlines()}

        told, asked = names(), names("--questions")
        assert "questions" in told & asked
        assert "answers" in told - asked
        given = {"find-output": {"output"}}.get(link.partition("=")[2], set())
        assert asked & {"output", "dx", "similarities"} == given

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (("--url", "nowhere", "--format", "png"), "There is no page nowhere: one of home"),
            (("--url", "http://[", "--format", "png"), "This is not a link"),
            (("--url", "windows?kernel_size=99", "--format", "png"), "The link's “kernel_size”"),
            (("--url", "windows", "--format", "png", "--step", "5"), "--step must be from 1 to 4"),
            (("--url", "windows", "--format", "png", "--name", "zzz"), "The page offers no png"),
            (("--state", "missing.json", "--format", "png"), "[Errno 2] No such file"),
            (("--state", __file__, "--format", "png"), "This is not a state that was saved here"),
        ],
    )
    def test_invalid_input_is_exit_code_1_with_one_sentence(self, capsysbinary, arguments, reason):
        code, said, err = self.export(capsysbinary, *arguments, "--out", "-")
        assert (code, said) == (1, b"")
        assert err.startswith(reason)
        assert err.count("\n") == 1

    def test_a_gif_that_leaves_steps_out_says_so(self, capsysbinary, monkeypatch):
        monkeypatch.setattr("poolviz.figures.export.frames_of", lambda scene, most: [0, 3])
        code, _gif, err = self.export(
            capsysbinary, "--url", "windows", "--format", "gif", "--out", "-"
        )
        assert (code, err.splitlines()) == (0, [
            "It shows 2 of the 4 steps, evenly spread: more would be too large."
        ])  # fmt: skip

    def test_the_format_json_is_the_state_and_others_have_their_names(self, capsysbinary):
        given = ("--url", "oks", "--format", "json", "--out", "-")
        assert read_state(self.export(capsysbinary, *given)[1]).page == "oks"
        _code, said, _err = self.export(capsysbinary, *given, "--name", "pose-and-results")
        assert json.loads(said)["oks"] > 0.8
        _code, said, _err = self.export(
            capsysbinary,
            "--url",
            "coco-eval?noise=0",
            "--format",
            "csv",
            "--name",
            "named",
            "--out",
            "-",
        )
        assert said.startswith(b"name,value\r\nAP,")

    def test_a_page_without_a_language_refuses_in_that_of_the_environment(
        self, capsysbinary, monkeypatch
    ):
        monkeypatch.setenv("LANG", "zh_CN.UTF-8")
        given = ("--format", "png", "--out", "-")
        for link, chinese in (
            ("windows?kernel_size=99", True),
            ("windows?kernel_size=99&lang=en", False),
        ):
            _code, _said, err = self.export(capsysbinary, "--url", link, *given)
            assert any("\u4e00" <= letter <= "\u9fff" for letter in err) == chinese

    @pytest.mark.parametrize(
        "arguments",
        [(), ("--url", "windows"), ("--format", "png"), ("--url", "w", "--format", "exe"),
         ("--url", "w", "--format", "png", "--step", "0"),
         ("--url", "w", "--format", "gif", "--rate", "0"),
         ("--url", "w", "--format", "gif", "--rate", "51"),
         ("--url", "w", "--format", "gif", "--rate", "x"),
         ("--url", "w", "--list", "--lang", "fr"),
         ("--url", "w", "--state", "s", "--list")],
    )  # fmt: skip
    def test_wrong_usage_is_exit_code_2(self, capsysbinary, arguments):
        with pytest.raises(SystemExit) as left:
            self.export(capsysbinary, *arguments)
        assert left.value.code == 2
        assert capsysbinary.readouterr().err.startswith(b"usage: python -m poolviz export")


WRONG = (
    (),
    ("evaluate", "x"),
    ("evaluate", "x", "y", "z"),
    ("evaluate", "x", "y", "--json=1"),
    ("export",),
    ("export", "--url", "w", "--format", "exe"),
    ("export", "--url", "w", "--state", "s", "--list"),
    ("export", "--l", "--url", "w"),
    ("export", "--url"),
    *(("--help",), ("evaluate", "--help"), ("export", "--help")),
)


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_usage_is_spoken_in_the_language_of_the_environment(capsys, monkeypatch, arguments):
    """Every sentence of argparse's own that can be said is asked of our catalogue."""
    asked: list[str] = []
    monkeypatch.setattr("poolviz.cli.terminal._", lambda text: asked.append(text) or text)
    with pytest.raises(SystemExit):
        main(arguments)
    assert set(asked) & set(USAGE)
    unsaid = {f"expected at {end} one argument" for end in ("least", "most")}
    assert not set(asked) - set(USAGE) - unsaid
    capsys.readouterr()
    assert argparse._ is gettext.gettext, "others have theirs back"


@pytest.mark.parametrize("command", ["evaluate", "export"])
def test_help_of_each_subcommand_has_an_example(capsys, command):
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"python -m poolviz {command} " in capsys.readouterr().out
