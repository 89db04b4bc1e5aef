"""/compare through the app's entry point: side by side, and the experiments."""

import pytest

import poolviz as pv
from poolviz.samples import SAMPLES
from poolviz.wings.pooling.compare.experiments import EXPERIMENTS
from tests.ui.app import PAGES, answer_all, open_page, sent, shared, texts


def saved(at):
    """What of the output can be taken away as numbers."""
    labels = [button.proto.label for button in at.get("download_button")]
    return [label for label in labels if label.startswith("Output")]


def press(at, key, label):
    found = [b for b in at.button if b.key and b.key.startswith(key) and b.label == label]
    return found[0].click().run()


def test_the_largest_number_is_predicted_first():
    at = open_page("compare")
    assert "In numbers" not in texts(at)
    assert not saved(at)
    press(at, "compare.0", "Average")
    assert "It writes 3.75 here" in texts(at)
    assert "In numbers" in texts(at)
    assert saved(at) == ["Output as CSV", "Output as .npy"]
    assert not at.exception


@pytest.mark.parametrize("variant", [v.__name__ for v in pv.VARIANTS])
def test_every_variant_can_be_compared(variant):
    at = open_page(
        "compare", variant=variant, mode="watch", direction="backward", kernel_size="3", padding="1"
    )
    assert not at.exception
    assert not at.error
    assert pv.__dict__[variant].title in list(at.dataframe[0].value.iloc[:, 0])


@pytest.mark.parametrize("sample", [s.name for s in SAMPLES])
def test_every_input_is_compared_and_experimented_on(sample):
    at = open_page("compare", sample=sample, picture="input", mode="watch", experiment="shift")
    assert not at.exception
    assert not at.error


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_each_experiment_asks_first_and_then_shows(name):
    at = open_page("compare", experiment=name)
    assert not at.get("plotly_chart")
    assert "What to notice" not in texts(at)
    for question in range(5):
        answers = [b for b in at.button if b.key and b.key.startswith(f"experiment.{question}.")]
        if not answers:
            break
        answers[0].click().run()
        if at.get("plotly_chart"):
            break
        at.button(key="experiment.next").click().run()
    assert at.get("plotly_chart")
    assert EXPERIMENTS[name].reference in texts(at)
    assert not at.exception


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_questions_of_an_experiment_end_and_begin_again(name):
    assert answer_all(open_page("compare", experiment=name)) == {"compare", "experiment"}


def test_the_misconceptions_are_named():
    at = open_page("compare", experiment="shift")
    press(at, "experiment.0", "never: pooling is shift-invariant")
    assert "Only moves inside one window go unseen" in texts(at)
    at = open_page("compare", experiment="noise")
    press(at, "experiment.0", "3.75")
    assert "a larger cell is drawn more often" in texts(at)


def test_each_control_moves_the_page_and_its_link():
    at = open_page("compare", mode="watch", experiment="noise")
    at.multiselect(key="control.others").set_value(["Min", "L2"]).run()
    at.segmented_control(key="control.direction").set_value("backward").run()
    at.slider(key="control.noise").set_value(50).run()
    at.slider(key="control.perturbed").set_value(20).run()
    at.number_input(key="control.draws").set_value(7).run()
    at.segmented_control(key="control.picture_used").set_value("digit").run()
    at.run()
    link = shared(at)
    for part in (
        "with=Min,L2", "direction=backward", "experiment=noise", "noise=50", "perturbed=20",
        "draws=7", "picture=digit",
    ):  # fmt: skip
        assert part in link
    assert not at.exception


def test_the_link_restores_everything():
    at = open_page(
        "compare", variant="L2", step="3", mode="watch", experiment="alias", frequency="30",
        **{"with": "Min,Median"},
    )  # fmt: skip
    assert sent(at)["step"] == 3
    assert at.slider(key="control.frequency").value == 30
    assert list(at.dataframe[0].value.iloc[:, 0]) == [
        pv.L2.title, pv.Min.title, pv.Median.title,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [{"with": "Nope"}, {"with": ",".join(v.__name__ for v in pv.VARIANTS)}, {"experiment": "x"},
     {"frequency": "0"}, {"noise": "-1"}, {"picture": "../x"}],
)  # fmt: skip
def test_a_bad_link_says_so(query):
    at = open_page("compare", **query)
    assert len(at.warning) == 1
    assert not at.exception


def test_time_is_measured_again_when_asked():
    at = open_page("compare", experiment="cost", mode="watch")
    at.button(key="experiment.measure").click().run()
    assert at.session_state["pooling_state"]["measured"] == 1
    assert not at.exception


@pytest.mark.parametrize("operator", pv.OPERATORS)
def test_every_operator_can_stand_beside(operator):
    for direction in ("forward", "backward"):
        at = open_page("compare", mode="watch", direction=direction, **{"with": operator.__name__})
        assert not at.exception
        assert not at.error
        assert operator.title in list(at.dataframe[0].value.iloc[:, 0])
        assert f"with={operator.__name__}" in shared(at)


def test_an_operator_of_another_shape_says_so():
    at = open_page("compare", mode="watch", **{"with": "SpatialPyramid"})
    assert "14 numbers, another shape than the others" in texts(at)
    at = open_page("compare", mode="watch", matrix="1_2_3", kernel_size="1", **{"with": "MaxMin"})
    assert not at.exception


def test_an_operator_that_is_impossible_here_is_named():
    at = open_page("compare", mode="watch", matrix="1_2_3", kernel_size="1",
                   **{"with": "SpatialPyramid"})  # fmt: skip
    assert "Not possible with this input: Spatial pyramid" in texts(at)


def test_the_code_is_that_of_everything_on_the_screen():
    at = open_page("compare", mode="watch", variant="Min", **{"with": "Average,SoftPool,BlurPool"})
    pytorch = [c.value for c in at.code if "set_default_dtype" in c.value]
    assert len(pytorch) == 4
    for program, part in zip(
        pytorch, ("-F.max_pool2d(-x", "F.avg_pool2d", "softmax", "F.conv2d(around"), strict=True
    ):
        assert part in program
    labels = [tab.label for tab in at.tabs]
    for name in (pv.Min.title, pv.Average.title, pv.SoftPool.title, pv.BlurPool.title):
        assert name in labels
    at = open_page("compare", mode="watch", direction="backward", **{"with": "Average"})
    assert sum("x.grad" in c.value for c in at.code) == 2


def test_the_selected_cell_comes_along_from_page_to_page():
    at = open_page("windows", mode="watch", step="2")
    for page in ("gradients", "unpooling", "compare", "windows"):
        at.query_params.clear()
        at.switch_page(PAGES[page]).run()
        assert sent(at)["step"] == 2
        assert "step=2" in shared(at)
