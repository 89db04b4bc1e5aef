"""The folded parts of /windows: your own f, how frameworks differ, and the code."""

import pytest

from poolviz.wings.pooling.core.own_f import PRESETS
from tests.ui.app import open_page, played, shared, texts


def preset_key(page, name):
    return f"{page}.own_f.sets.{list(PRESETS).index(name)}"


@pytest.mark.parametrize(
    ("preset", "value"), [("max", "7"), ("min", "1"), ("mean", "3.75"), ("median", "3.5")]
)
def test_each_preset_is_that_pooling_and_the_link_holds_it(preset, value):
    at = open_page("windows", mode="watch")
    at.button(key=preset_key("windows", preset)).click().run()
    assert not at.exception
    assert f"= {value}\n" in played(at)
    assert "variant=Ordinal" in shared(at)
    assert "weights=" in shared(at)


def test_a_slider_moves_its_weight():
    at = open_page("windows", mode="watch", variant="Ordinal", weights="1,0,0,1")
    assert [s.value for s in at.slider if s.key.startswith("control.own_f.")] == [1, 0, 0, 1]
    at.slider(key="control.own_f.4.1").set_value(0.5).run()
    assert "weights=1.0,0.5,0.0,1.0" in shared(at)
    assert r"y = 0.4\, a_{(1)} + 0.2\, a_{(2)} + 0.4\, a_{(4)}" in texts(at)


def test_all_zero_is_refused_and_the_last_weights_stand():
    at = open_page("windows", mode="watch", variant="Ordinal", weights="1,0,0,0")
    at.slider(key="control.own_f.4.0").set_value(0.0).run()
    assert not at.exception
    assert any("must stay above 0" in w.value for w in at.warning)
    assert "weights=1.0,0.0,0.0,0.0" in shared(at)


def test_another_window_stretches_the_weights():
    at = open_page("windows", mode="watch", variant="Ordinal", weights="1,0", kernel_size="3")
    assert len([s for s in at.slider if s.key.startswith("control.own_f.")]) == 9
    assert not at.exception


def test_large_windows_have_no_sliders():
    for kernel, said in (("4", "Sliders come with"), ("10", "Choose a window of at most")):
        at = open_page("windows", mode="watch", sample="photograph", kernel_size=kernel)
        assert said in texts(at)
        assert not [s for s in at.slider if s.key.startswith("control.own_f.")]


def test_frameworks_are_told_for_the_geometry():
    at = open_page("windows", variant="Average", padding="1", mode="watch")
    assert "The divisor at the border" in texts(at)
    assert "differs here" in texts(at)


def test_code_of_the_state_is_shown():
    at = open_page("windows", kernel_size="3", stride="2", padding="1")
    programs = [code.value for code in at.code if code.language == "python"]
    assert len(programs) == 3
    assert "F.max_pool2d(x, kernel_size=3, stride=2, padding=1)" in programs[0]


def test_a_large_input_can_be_downloaded_for_the_code():
    at = open_page("windows", sample="digit")
    assert any("poolviz-input-28x28.npy" in b.proto.label for b in at.get("download_button"))


def test_adaptive_has_the_three_parts_too():
    at = open_page("adaptive", mode="watch", variant="Average", output_size="3")
    assert "The windows of a given output size" in texts(at)
    assert any("F.adaptive_avg_pool2d(x, 3)" in code.value for code in at.code)
    at.button(key=preset_key("adaptive", "median")).click().run()
    assert not at.exception
    assert "variant=Ordinal" in shared(at)
