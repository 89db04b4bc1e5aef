"""/coco-eval through the app's entry point: uploads, questions, its link; the rest is in wings."""

import json
from urllib.parse import parse_qsl

import pytest
import streamlit as st

from poolviz.pose import evaluate_keypoints, shipped_annotations
from poolviz.readers.state import read_state
from poolviz.stage.files import Upload
from poolviz.ui.share import settings_of
from poolviz.ui.takeaway import state_bytes
from poolviz.wings.pose.coco_eval.evaluating import Made
from poolviz.wings.pose.coco_eval.page import COCO_EVAL
from tests.ui.app import choose, open_page, sent, shared, texts
from tests.wings.pose.test_coco_eval import (
    CROWDED,
    FOUND,
    FOUND_FEW,
    TRUTH,
    coded,
    found,
    large_pair,
    pair,
)


def opened(**query):
    """The page with the controls unfolded, and nothing else."""
    at = open_page("coco_eval", unfolded=False, **query)
    at.session_state["coco-eval.more"] = at.session_state["coco-eval.link.open"] = True
    return at.run()


def test_predict_then_see():
    at = opened()
    assert "One more detection" in texts(at)
    assert "The ten numbers" in texts(at), "the first view shows what the question is about"
    choose(at, "coco-eval.0", 2)
    assert "Right" in texts(at)
    assert "−1 is not a score" not in texts(at), "that is asked at the end"
    at.slider(key="control.sigma_factor").set_value(2.0).run()
    assert "Right" in texts(at), "the question goes on"
    for at_question in range(2):
        at.button(key="coco-eval.next").click().run()
        choose(at, f"coco-eval.{at_question + 1}", at_question + 1)
    assert "−1 is not a score" in texts(at)
    assert not at.exception


def test_the_link_restores_and_the_numbers_are_the_engine_s():
    at = opened(mode="watch", noise="2", seed="3", image="196141", step="4",
                   sigma_factor="2", threshold="0.75")  # fmt: skip
    made = Made(2.0, 3)
    sigmas = [2 * s for s in evaluate_keypoints(
        shipped_annotations(), made.results()).truth.categories[0].sigmas]  # fmt: skip
    scaled = evaluate_keypoints(shipped_annotations(), made.results(), sigmas)
    assert f"{scaled.stats[0]:.4f}" in texts(at)
    assert sent(at)["step"] == 4
    for part in ("noise=2", "seed=3", "image=196141", "step=4", "sigma_factor=2"):
        assert part in shared(at)
    assert not at.exception


def controls(at) -> dict[str, object]:
    """Every control that a person can move, and what it shows."""
    kinds = (at.slider, at.number_input, at.selectbox, at.toggle)
    return {
        one.key: one.value
        for kind in kinds
        for one in kind
        if (one.key or "").startswith("control.")
    }


def test_the_link_restores_every_control():
    at = opened(mode="watch")
    first = controls(at)
    moves = [
        ("slider", "noise", 2.25),
        ("number_input", "seed", 7),
        ("slider", "sigma_factor", 1.5),
        ("slider", "inverted", 0.3),
        ("slider", "missed", 0.2),
        ("number_input", "background", 3),
        ("selectbox", "sigmas", "ap10k"),
        ("toggle", "use_area", False),
        ("selectbox", "threshold", "0.65"),
        ("selectbox", "area", "large"),
        ("selectbox", "image", "196141"),
    ]
    for kind, name, value in moves:
        getattr(at, kind)(key=f"control.{name}").set_value(value).run()
    last = controls(at)
    assert {key for key in first if last[key] == first[key]} == set()
    again = opened(**dict(parse_qsl(shared(at).split("?")[1])))
    assert controls(again) == last
    assert sent(again) == sent(at)
    assert texts(again) == texts(at)


@pytest.mark.parametrize("query", [
    {"noise": "x"}, {"seed": "-1"}, {"threshold": "0.51"}, {"area": "small"}, {"noise": "nan"},
    {"sigmas": "mine"}, {"image": "999"}, {"image": "x" * 101},
])  # fmt: skip
def test_a_bad_link_says_so(query):
    at = opened(mode="watch", **query)
    assert len(at.warning) == 1
    assert not at.exception


def uploader(at, name):
    return next(one for one in at.file_uploader if (one.key or "").endswith(f".{name}"))


def upload(at, truth, results):
    uploader(at, "annotations").upload("gt.json", coded(truth), "application/json")
    return uploader(at, "results").upload("dt.json", coded(results), "application/json").run()


def own(at):
    return at.session_state["coco-eval_state"]["own"]


def test_of_a_large_file_each_part_says_its_progress_in_percent(monkeypatch):
    said = []
    real = st.progress

    def progress(share, text=None):
        bar = real(share, text)
        monkeypatch.setattr(bar, "progress", lambda share, text=None: said.append(text))
        return bar

    monkeypatch.setattr(st, "progress", progress)
    at = opened(sigma_factor="2")
    at.session_state["coco-eval.costs.open"] = True
    upload(at, *large_pair(2041))
    assert not at.exception
    assert "Evaluating: 100 %" in said
    assert "Evaluating with other σ: 100 %" in said
    assert "What mending each error would bring" not in texts(at)
    at.toggle(key="control.costs").set_value(True).run()
    assert not at.exception
    for part in (
        "Mending one kind of error after the other",
        "Evaluating with one σ after the other",
    ):
        percents = [int(t.split(": ")[1].split()[0]) for t in said if t and t.startswith(part)]
        assert percents == sorted(set(percents))
        assert percents[-1] == 100
        assert len(percents) > 10
    assert "What mending each error would bring" in texts(at)


def test_uploads_are_evaluated_and_a_bad_one_changes_nothing():
    at = opened()
    uploader(at, "annotations").upload("gt.json", coded(TRUTH), "application/json").run()
    assert "The other file is needed too" in texts(at)
    assert own(at) is None
    upload(at, TRUTH, [FOUND])
    assert not at.exception
    assert "nobody counts here" in texts(at)
    assert "do not travel" in texts(at)
    good = own(at)
    uploader(at, "results").upload("x.json", coded(found("score")), "text").run()
    assert "results\\[0\\]" in texts(at)
    assert "nobody counts here" in texts(at)
    assert own(at) == good
    assert not at.exception


def test_files_of_another_skeleton_are_evaluated_as_soon_as_their_sigmas_are_chosen():
    at = opened()
    upload(at, CROWDED, [FOUND_FEW])
    assert own(at) is None
    at.selectbox(key="control.sigmas").set_value("crowdpose").run()
    assert not at.exception
    assert own(at) == pair(CROWDED, [FOUND_FEW])
    assert "CrowdPose's nine numbers" in texts(at)
    at.text_input(key="control.crowd_splits").set_value("0.2,0.8").run()
    assert "| AP\\_medium | −1: nobody counts here |" in texts(at)


def put(at, data):
    return at.file_uploader(key="coco-eval.state.file").upload(
        "state.json", data, "application/json"
    ).run()  # fmt: skip


def test_uploaded_files_come_along_in_the_state_and_can_be_put_away():
    settings = settings_of(COCO_EVAL)
    at = opened(sigma_factor="2")
    upload(at, TRUTH, [FOUND])
    saved = state_bytes(at.session_state["coco-eval_state"], settings, "coco-eval")
    assert read_state(saved).files["annotations"] == coded(TRUTH).decode()
    again = put(opened(mode="watch"), saved)
    assert not again.exception
    assert own(again) == (Upload(coded(TRUTH)), Upload(coded([FOUND])), Upload(b""))
    assert again.session_state["coco-eval_state"]["sigma_factor"] == 2.0
    assert "nobody counts here" in texts(again)
    assert "Your own files are shown." in texts(again)
    assert state_bytes(again.session_state["coco-eval_state"], settings, "coco-eval") == saved
    again.button(key="control.own.away").click().run()
    assert not again.exception
    assert own(again) is None
    assert "nobody counts here" not in texts(again)


def test_typed_sigmas_belong_to_the_files():
    at = opened()
    upload(at, TRUTH, found(keypoints=[15, 20, 1] * 17))
    box = next(one for one in at.text_input if one.key.endswith(".sigmas"))
    box.set_value(",".join(["0.5"] * 17)).run()
    assert own(at)[2].content == b",".join([b"0.5"] * 17)
    box.set_value("0.5").run()
    assert not at.exception
    assert own(at)[2].content == b",".join([b"0.5"] * 17), "the last good ones stand"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"annotations": "no", "results": "[]", "sigmas": ""}, "not JSON from line 1"),
        ({"annotations": "{}"}, "must hold the texts annotations, results, sigmas"),
        ({"annotations": "{}", "results": 3, "sigmas": ""}, "must hold up to 16 texts"),
    ],
)
def test_bad_files_in_a_state_are_answered_and_change_nothing(files, reason):
    data = json.dumps({"poolviz": 1, "page": "coco-eval", "files": files}).encode()
    at = put(opened(mode="watch"), data)
    assert not at.exception
    assert reason in texts(at)
    assert own(at) is None
