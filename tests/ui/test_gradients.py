"""/gradients through the app's entry point: every variant, the upstream gradient, the questions."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.stage import address
from poolviz.wings.pooling.gradients.page import GRADIENTS
from poolviz.wings.pooling.gradients.upstream import upstream
from tests.ui.app import PAGES, choose, each_story, open_page, sent, shared, texts


def state_of(**given):
    return address.read(GRADIENTS, given)


@pytest.mark.parametrize("variant", each_story(pv.VARIANTS))
@pytest.mark.parametrize("mode", ["predict", "watch"])
def test_every_variant(variant, mode):
    at = open_page("gradients", variant=variant, mode=mode, kernel_size="3", padding="1")
    assert not at.exception
    assert not at.error
    if mode == "watch":
        assert "Sum in, sum out" in texts(at)
        assert "Largest relative error" in texts(at)


def test_answers_are_hidden_everywhere_until_given():
    at = open_page("gradients")
    assert "Sum in" not in texts(at)
    offered = [button.proto.label for button in at.get("download_button")]
    assert not [label for label in offered if "CSV" in label or ".npy" in label]
    assert "receives" not in texts(at)
    choose(at, "gradients.0", 1)
    assert "That sends the value" in texts(at)
    assert "1 \\cdot" in texts(at)
    at.button(key="gradients.next").click().run()
    assert "Sum in" not in texts(at)
    choose(at, "gradients.1", 0)
    assert "Right" in texts(at)
    assert "Sum in" in texts(at)


def test_the_whole_round_and_the_case_that_shows_an_answer():
    at = open_page("gradients")
    for question in range(3):
        choose(at, f"gradients.{question}", 0)
        at.button(key="gradients.next").click().run()
    choose(at, "gradients.3", 2)
    assert "0.047" in texts(at)
    at.button(key="gradients.example").click().run()
    assert not at.exception
    assert at.session_state["pooling_state"]["variant"] == "SoftPool"
    assert "-0.0827" in texts(at)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, [[1, 1], [1, 1]]),
        ({"upstream": "one-hot", "dy_cell": "1,0"}, [[0, 0], [1, 0]]),
        ({"upstream": "own", "dy": "2_-1__0_3"}, [[2, -1], [0, 3]]),
        ({"upstream": "own", "dy": "2"}, [[2, 1], [1, 1]]),
        ({"upstream": "own", "dy": "2_2_2__2_2_2__2_2_2"}, [[2, 2], [2, 2]]),
    ],
    ids=str,
)
def test_the_upstream_gradient_of_a_link(given, wanted):
    state, complaints = state_of(**given)
    assert complaints == ()
    np.testing.assert_array_equal(upstream(state, (2, 2)), wanted)
    assert address.parameters(GRADIENTS, state) == given


def test_a_random_upstream_is_fixed_by_its_seed():
    first, again, other = (state_of(upstream="random", dy_seed=s)[0] for s in ("1", "1", "2"))
    np.testing.assert_array_equal(upstream(first, (5, 5)), upstream(again, (5, 5)))
    assert (upstream(first, (5, 5)) != upstream(other, (5, 5))).any()
    assert (upstream(first, (50, 50)) != 0).all()


@pytest.mark.parametrize(
    ("name", "text"),
    [("upstream", "two"), ("dy_seed", "-1"), ("dy_cell", "x"), ("dy", "1_2__3")],
)
def test_a_bad_value_falls_back_with_a_sentence(name, text):
    kind = {"dy_seed": "random", "dy_cell": "one-hot", "dy": "own"}.get(name)
    _, complaints = state_of(**{name: text}, **({"upstream": kind} if kind else {}))
    assert len(complaints) == 1
    assert f"“{name}”" in complaints[0]


def test_each_kind_of_upstream_by_its_control():
    at = open_page("gradients", mode="watch")
    at.selectbox(key="control.upstream").set_value("random").run()
    at.number_input(key="control.dy_seed").set_value(5).run()
    assert "dy_seed=5" in shared(at)
    at.button(key="control.dy_seed.new").click().run()
    at.selectbox(key="control.upstream").set_value("one-hot").run()
    at.number_input(key="control.dy_cell.1").set_value(1).run()
    assert "dy_cell=0,1" in shared(at)
    assert "One of the 16 cells receives a gradient" in texts(at)
    at.selectbox(key="control.upstream").set_value("own").run()
    assert "dy=0_1__0_0" in shared(at)
    assert not at.exception


def test_own_numbers_of_a_large_output_become_ones():
    at = open_page("gradients", mode="watch", upstream="own", dy="1_2__3_4", sample="digit",
                   stride="1")  # fmt: skip
    assert "at most 16 × 16" in texts(at)
    assert at.selectbox(key="control.upstream").value == "ones"


def test_ties_can_be_shared():
    at = open_page("gradients", mode="watch", sample="ties")
    assert "slope 0 downwards, 1 upwards" in texts(at)
    at.selectbox(key="control.Max.ties").set_value("shared").run()
    assert "ties=shared" in shared(at)
    assert "0.25" in texts(at)
    assert not at.exception


def test_padding_takes_its_part_and_the_sums_say_so():
    at = open_page("gradients", mode="watch", variant="Average", kernel_size="3", padding="1",
                   stride="2")  # fmt: skip
    assert "sent by the outputs | lost to padding | received by the input" in texts(at)
    assert "nobody is there to use it" in texts(at)


def test_the_selected_cell_and_the_upstream_survive_other_pages():
    at = open_page("gradients", mode="watch", upstream="random", dy_seed="4", step="2")
    assert sent(at)["step"] == 2
    at.query_params.clear()
    at.switch_page(PAGES["windows"]).run()
    assert sent(at)["step"] == 2
    at.session_state["windows_saved"] = {"step": 3, "panel": "", "cell": -1, "n": 9}
    at.run()
    at.query_params.clear()
    at.switch_page(PAGES["gradients"]).run()
    assert sent(at)["step"] == 3
    assert "upstream=random" in shared(at)
    assert "dy_seed=4" in shared(at)
    assert not at.exception


def test_a_large_image_opens_as_a_block():
    at = open_page("gradients", sample="cat", kernel_size="3", stride="1", mode="watch")
    assert "outputs you see rows" in texts(at)
    assert "cells at its rim" in texts(at)
    assert not at.exception


ONES = "__".join(["_".join("1111")] * 4)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kernel_size": "2", "matrix": ONES}, "nothing adds up. Try kernel 3, stride 1."),
        ({"kernel_size": "3", "stride": "1", "matrix": ONES}, "Windows overlap, but no cell is"),
        ({"kernel_size": "3", "stride": "1", "matrix": "1_2_3__4_5_6__7_8_9"}, "nothing adds up."),
        ({"kernel_size": "2", "matrix": "1_2__3_4"}, "nothing adds up."),
    ],
)
def test_nothing_is_advised_that_is_set_or_impossible(given, told):
    said = texts(open_page("gradients", mode="watch", **given))
    assert told in said
    assert ("Try kernel 3" in said) == ("Try kernel 3" in told)
