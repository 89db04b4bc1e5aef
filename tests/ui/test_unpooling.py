"""/unpooling through the app's entry point."""

import pytest

import poolviz as pv
from poolviz.wings.pooling.unpooling.between import KINDS
from poolviz.wings.pooling.unpooling.journey import METHODS
from tests.ui.app import choose, each_story, open_page, sent, shared, texts


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("between", KINDS)
def test_every_way_there_and_back(method, between):
    at = open_page("unpooling", unpooling=method, between=between, mode="watch")
    assert not at.exception
    assert not at.warning
    assert "What comes back" in texts(at)


@pytest.mark.parametrize("variant", each_story(pv.VARIANTS))
def test_every_variant(variant):
    at = open_page("unpooling", variant=variant, mode="watch")
    assert not at.exception


def test_the_numbers_of_the_worked_example():
    at = open_page("unpooling", mode="watch")
    assert "4 kept, 2 by accident, 10 lost" in texts(at).replace("\\", "")


def test_answers_are_hidden_until_given():
    at = open_page("unpooling")
    assert "kept, 2 by accident" not in texts(at)
    offered = [button.proto.label for button in at.get("download_button")]
    assert not [label for label in offered if label.startswith("Unpooled")]


def test_the_round_of_questions():
    at = open_page("unpooling")
    for question in range(3):
        choose(at, f"unpooling.{question}", 0)
        at.button(key="unpooling.next").click().run()
        assert not at.exception
    assert "of 3 right" in texts(at)
    assert "What comes back" in texts(at)


def test_the_link_restores_the_way():
    at = open_page(
        "unpooling", between="gain", gain="3", kernel_size="2", stride="1", duplicates="sum",
        step="2", mode="watch",
    )  # fmt: skip
    assert sent(at)["step"] == 2
    link = shared(at)
    for part in ("between=gain", "gain=3", "duplicates=sum", "stride=1", "step=2"):
        assert part in link


@pytest.mark.parametrize(
    ("name", "text"),
    [("unpooling", "Magic"), ("duplicates", "first"), ("between", "softmax"), ("picture", "x")],
)
def test_a_bad_link_says_so(name, text):
    at = open_page("unpooling", **{name: text})
    assert len(at.warning) == 1
    assert f"“{name}”" in at.warning[0].value
    assert not at.exception


def test_numbers_that_are_not_finite_have_no_traceback():
    at = open_page("unpooling", matrix="nan_1__2_inf", mode="watch")
    assert not at.exception


def programs(at):
    return [block.value for block in at.code if "import" in block.value]


def test_the_code_is_for_the_state_on_the_screen():
    pytorch, keras, numpy, *levels = programs(open_page("unpooling", mode="watch"))
    assert "F.max_unpool2d(y, at" in pytorch
    assert len(levels) == 3
    at = open_page("unpooling", between="relu", unpooling="NearestUnpool", mode="watch")
    pytorch, keras, numpy, *levels = programs(at)
    assert "F.relu(y)" in pytorch
    assert "F.interpolate(y, scale_factor=2" in pytorch
    assert "keras.layers.UpSampling2D(2)(y)" in keras
    assert "y.repeat(2, axis=0).repeat(2, axis=1)" in numpy
    assert all("relu" in program.lower() for program in levels)
    at = open_page("unpooling", variant="Average", unpooling="Transposed", mode="watch")
    assert "F.conv_transpose2d(y, weight, stride=2)" in programs(at)[0]
