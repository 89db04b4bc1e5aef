"""/global through the app's entry point."""

import pytest

from poolviz.samples import SAMPLES
from tests.ui.app import choose, open_page, sent, shared, texts, unfold


def saved(at):
    """What of the output can be taken away as numbers."""
    labels = [button.proto.label for button in unfold(at).get("download_button")]
    return [label for label in labels if label.startswith("Output")]


def answer(at, key, label):
    return choose(at, key, label)


def test_the_weights_are_predicted_first():
    at = open_page("global")
    assert "512000" not in texts(at).replace("\\,", "")
    assert "size of the input is free" not in texts(at)
    answer(at, "global.0", "25,088,000")
    assert "every cell of a map has its own weight" in texts(at)
    assert "49 times fewer weights" in texts(at)
    assert not at.exception


def test_the_score_is_hidden_everywhere_until_it_is_given():
    at = open_page("global")
    assert not saved(at)
    assert "its mean is the score" not in texts(at)
    assert at.get("plotly_chart")
    for _question in range(2):
        choose(at, f"global.{_question}", 0)
        at.button(key="global.next").click().run()
    assert not saved(at)
    answer(at, "global.2", "0.9339")
    assert "Right" in texts(at)
    assert "its mean is the score" in texts(at)
    assert saved(at) == ["Output as CSV", "Output as .npy"]
    assert not at.exception


@pytest.mark.parametrize("sample", [s.name for s in SAMPLES] + ["random"])
def test_every_picture(sample):
    at = open_page("global", sample=sample, mode="watch")
    assert not at.exception
    assert not at.error


def test_each_control_moves_the_page_and_its_link():
    at = open_page("global", mode="watch")
    at.number_input(key="control.rows_of_maps").set_value(14).run()
    assert "98 times fewer weights" in texts(at)
    at.slider(key="control.weights_0.6.0").set_value(-2.5).run()
    at.segmented_control(key="control.shown_class").set_value("1").run()
    at.slider(key="control.weights_1.6.5").set_value(4.0).run()
    link = shared(at)
    at.run()
    link = shared(at)
    for part in ("rows_of_maps=14", "weights_0=-2.5,1.5,0,6,6,2", "class=1", "5,-3,-3,-3,-3,4"):
        assert part in link
    assert not at.exception


def test_the_link_restores_weights_class_and_step():
    at = open_page("global", mode="watch", weights_0="0,0,0,1,0,0", step="6", classes="10")
    assert sent(at)["step"] == 6
    assert at.slider(key="control.weights_0.6.3").value == 1
    assert r"512 \cdot 10 = 5\,120" in texts(at)


@pytest.mark.parametrize("weights", ["1", "a,b,c,d,e,f", "11,0,0,0,0,0", "nan,0,0,0,0,0", ""])
def test_bad_weights_say_so(weights):
    at = open_page("global", weights_0=weights)
    assert len(at.warning) == 1
    assert not at.exception
