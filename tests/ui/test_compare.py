"""/compare through the app's entry point: what only a browser's state can show."""

import poolviz as pv
from tests.ui.app import PAGES, answer_all, choose, open_page, sent, shared, texts


def press(at, key, label):
    return choose(at, key, label)


def test_the_largest_number_is_predicted_first():
    at = open_page("compare")
    assert "In numbers" not in texts(at)
    press(at, "compare.0", "Average")
    assert "It writes 3.75 here" in texts(at)
    assert "In numbers" in texts(at)
    assert not at.exception


def test_an_experiment_asks_first_and_then_shows():
    at = open_page("compare", experiment="shift")
    assert not at.get("plotly_chart")
    press(at, "experiment.0", "never: pooling is shift-invariant")
    assert "Only moves inside one window go unseen" in texts(at)
    assert "The result is shown when the hypothesis is chosen." in texts(at)
    at.button(key="experiment.next").click().run()
    choose(at, "experiment.1", 0)
    assert at.get("plotly_chart")
    assert "The result is shown" not in texts(at)
    assert not at.exception


def test_both_rounds_of_questions_end_and_begin_again():
    assert answer_all(open_page("compare", experiment="shift")) == {"compare", "experiment"}


def test_an_experiment_s_control_leaves_the_page_s_question_answered():
    at = open_page("compare", experiment="noise")
    press(at, "compare.0", "Average")
    at.slider(key="control.noise").set_value(50).run()
    assert "In numbers" in texts(at)
    assert "noise=50" in shared(at)
    at.segmented_control(key="control.direction").set_value("backward").run()
    assert "In numbers" not in texts(at)


def test_what_was_set_for_an_experiment_stands_while_another_is_chosen():
    at = open_page("compare", mode="watch", experiment="alias", noise="50")
    assert not at.warning
    assert "noise=50" in shared(at)
    assert "control.noise" not in [slider.key for slider in at.slider]
    at.segmented_control(key="control.experiment").set_value("noise").run()
    assert at.slider(key="control.noise").value == 50


def test_each_control_moves_the_page_and_its_link():
    at = open_page("compare", mode="watch", experiment="noise")
    at.multiselect(key="control.others").set_value(["Min", "L2", "Average"]).run()
    at.segmented_control(key="control.direction").set_value("backward").run()
    at.slider(key="control.noise").set_value(50).run()
    at.slider(key="control.perturbed").set_value(20).run()
    at.number_input(key="control.draws").set_value(7).run()
    at.segmented_control(key="control.picture_used").set_value("digit").run()
    at.run()
    for part in (
        "with=Min,L2,Average", "direction=backward", "experiment=noise", "noise=50", "perturbed=20",
        "draws=7", "picture=digit",
    ):  # fmt: skip
        assert part in shared(at)
    assert not at.exception


def test_the_link_restores_everything():
    at = open_page(
        "compare", variant="L2", step="3", mode="watch", experiment="alias", frequency="30",
        **{"with": "Min,Median"},
    )  # fmt: skip
    assert sent(at)["step"] == 3
    assert at.slider(key="control.frequency").value == 30
    assert f"| variant | {pv.L2.title} | {pv.Min.title} | {pv.Median.title} |" in texts(at)


def test_time_is_measured_again_when_asked():
    at = open_page("compare", experiment="cost", mode="watch")
    at.button(key="compare.measure.sets.0").click().run()
    assert at.session_state["pooling_state"]["measured"] == 1
    assert not at.exception


def test_a_large_picture_beside_operators_without_a_table():
    at = open_page("compare", sample="cat", mode="watch", **{"with": "Spectral"})
    at.session_state["compare.formulas.open"] = True
    at.run()
    assert not at.exception
    assert "from windows of its own" in texts(at)


def test_the_selected_cell_comes_along_from_page_to_page():
    at = open_page("windows", mode="watch", step="2")
    for page in ("gradients", "unpooling", "compare", "windows"):
        at.query_params.clear()
        at.switch_page(PAGES[page]).run()
        assert sent(at)["step"] == 2
        assert "step=2" in shared(at)
