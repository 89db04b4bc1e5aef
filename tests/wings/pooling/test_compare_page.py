"""/compare as a declaration: what stands side by side, what is withheld, the six experiments."""

import numpy as np
import pytest

import poolviz as pv
from poolviz.cli.page_files import page_offers
from poolviz.samples import SAMPLES
from poolviz.stage import address
from poolviz.stage.part import (
    ALL,
    Chart,
    Formula,
    Inquiry,
    Moment,
    Numbers,
    Picture,
    Place,
    Play,
    Program,
    Says,
    Table,
    walk,
)
from poolviz.text import language, use_language
from poolviz.wings.pooling.compare import cost, patterns
from poolviz.wings.pooling.compare.experiments import EXPERIMENTS
from poolviz.wings.pooling.compare.page import COMPARE
from poolviz.wings.pooling.compare.telling import operator_line

ASKED = Moment(0, 0, 0, at=0)
"""Nothing is answered."""


def values(**given):
    read, complaints = address.read(COMPARE, {k.rstrip("_"): v for k, v in given.items()})
    assert not complaints
    settled, moved = address.settle(COMPARE, read)
    assert not moved
    return settled


def shown(kind, moment=Moment(), **given):  # noqa: B008
    return [p for p in walk(COMPARE.parts(values(**given)), moment) if isinstance(p, kind)]


def said(moment=Moment(), **given):  # noqa: B008
    return "\n".join(part.text for part in shown(Says, moment, **given))


def titles(**given):
    """The columns of the table, behind the names of its rows."""
    return list(shown(Table, **given)[0].columns)[1:]


def inquiry(**given) -> Inquiry:
    return shown(Inquiry, **given)[0]


class TestSideBySide:
    def test_the_chosen_variant_is_first_then_the_others_as_they_were_chosen(self):
        assert titles(variant="L2", with_="Min,Median") == [
            pv.L2.title, pv.Min.title, pv.Median.title,
        ]  # fmt: skip
        assert titles(variant="Min", with_="Median,Min,L2") == [
            pv.Min.title, pv.Median.title, pv.L2.title,
        ]  # fmt: skip

    def test_the_first_has_its_hyper_parameters_the_others_their_defaults(self):
        run = COMPARE.result(values(variant="Lp", p="3.0", with_="L2,Lp"))
        assert [each.variant for each in run.runs] == [pv.Lp(p=3.0), pv.L2()]

    @pytest.mark.parametrize("variant", [v.__name__ for v in pv.VARIANTS])
    def test_every_variant_can_be_compared(self, variant):
        given = {"variant": variant, "direction": "backward", "kernel_size": "3", "padding": "1"}
        assert pv.__dict__[variant].title in titles(**given)
        (play,) = shown(Play, **given)
        assert play.scene(None).wire

    @pytest.mark.parametrize("operator", [cls.__name__ for cls in pv.OPERATORS])
    @pytest.mark.parametrize("direction", ["forward", "backward"])
    def test_every_operator_can_stand_beside(self, operator, direction):
        given = {"with_": operator, "direction": direction}
        title = pv.__dict__[operator].title
        assert title in titles(**given)
        assert title in [panel.title for panel in shown(Play, **given)[0].scene(None).panels]
        files = [part.name for part in shown(Numbers, **given)]
        assert files[-1].endswith(f"-{operator.lower()}")

    def test_an_operator_of_another_shape_says_so(self):
        assert "14 numbers, another shape than the others" in said(with_="SpatialPyramid")

    def test_an_operator_that_is_impossible_here_is_named_and_the_rest_stands(self):
        given = {
            "sample": "own",
            "matrix": "1_2_3",
            "kernel_size": "1",
            "with_": "SpatialPyramid,MaxMin",
        }
        assert "Not possible with this input: Spatial pyramid." in said(**given)
        assert titles(**given) == [pv.Max.title, pv.MaxMin.title]

    def test_the_numbers_behind_are_those_of_the_engine(self):
        (column,) = shown(Table, variant="Average", with_="", sample="worked-example")[:1]
        assert column.columns["variant"][:4] == ["mean", "spread", "least", "most"]
        # 3.75, 1, 2.5, 4.25: the means of the four windows of the worked example.
        assert column.columns["Average"][0] == "2.875"
        assert column.columns["Average"][2:4] == ["1", "4.25"]

    def test_outputs_are_taken_away_below_one_another(self):
        (output,) = shown(Numbers, with_="Min")
        assert output.name == "compare-max-min-k2-s2-outputs"
        np.testing.assert_array_equal(output.values, [[7, 2], [6, 8], [1, 0], [0, 1]])

    def test_backward_is_in_the_name_and_in_the_picture(self):
        (play,) = shown(Play, with_="Min", direction="backward")
        assert play.name == "compare-max-min-k2-s2-backward"
        assert [p.name for p in play.scene(None).panels] == ["input", "dx 0", "dx 1"]

    def test_the_code_is_that_of_everything_on_the_screen(self):
        (program,) = shown(Program, variant="Min", with_="Average,SoftPool,BlurPool")
        names = [pv.Min.title, pv.Average.title, pv.SoftPool.title, pv.BlurPool.title]
        assert list(program.make) == names
        parts = ("-F.max_pool2d(-x", "F.avg_pool2d", "softmax", "F.conv2d(around")
        for make, part in zip(program.make.values(), parts, strict=True):
            assert part in make()[0]["PyTorch"]
        (program,) = shown(Program, direction="backward", with_="Average")
        assert all("x.grad" in make()[0]["PyTorch"] for make in program.make.values())

    def test_the_sheet_has_a_formula_for_each_variant(self):
        formulas = [part.latex for part in shown(Formula, with_="Average") if part.sheet]
        assert formulas == [pv.Max.formula, pv.Average.formula]

    def test_the_whole_planes_of_a_large_input_stand_beside(self):
        names = [part.name for part in shown(Picture, sample="photograph", with_="Min")]
        assert names == [f"compare-max-min-k2-s2-whole{end}" for end in ("-input", "")]
        assert not shown(Picture)


class TestWithheld:
    def test_the_largest_number_is_predicted_first(self):
        (question,) = COMPARE.questions(COMPARE.result(values()))
        assert question.answer.label == "Max"
        assert "It writes 3.75 here" in question.choices[1].why
        assert not shown(Table, ASKED)
        assert not shown(Numbers, ASKED)
        assert np.isnan(shown(Play, ASKED)[0].scene(0).panels[1].told).all()

    def test_once_it_is_answered_all_of_it_is_there(self):
        answered = Moment(1, at=0)
        assert shown(Table, answered)
        assert [part.name for part in shown(Numbers, answered)]

    def test_a_class_is_asked_about_the_step_of_its_link(self):
        run = COMPARE.result(values())
        (question,) = COMPARE.asked(run, 2, alone=True)
        assert "output row 1, column 0 holds 2, 2, 0, 6" in question.text

    def test_one_variant_alone_is_not_asked_about(self):
        run = COMPARE.result(values(with_=""))
        assert COMPARE.asked(run, 0, alone=False) == ()
        assert COMPARE.asked(run, 0, alone=True) == ()

    def test_a_class_gets_no_result_of_an_experiment(self):
        secret = Moment(0, 0, 0, True, at=0)
        assert not shown(Chart, secret)
        assert "What to notice" not in said(secret)


class TestExperiments:
    @pytest.mark.parametrize("name", EXPERIMENTS)
    def test_each_asks_first_and_then_shows(self, name):
        asked = len(inquiry(experiment=name).questions)
        assert asked >= 1
        for answered in range(asked + 1):
            moment = Moment(ALL, inquiries=(("experiment", answered),))
            charts, text = shown(Chart, moment, experiment=name), said(moment, experiment=name)
            assert bool(charts) == (answered == asked)
            assert (EXPERIMENTS[name].reference in text) == (answered == asked)
        assert all(chart.figure().data for chart in charts)
        assert all(chart.alt for chart in charts)

    def test_the_page_s_own_question_is_not_about_the_experiment(self):
        other = values(experiment="noise", noise="50", picture="digit")
        assert COMPARE.asks_about(values()) == COMPARE.asks_about(other)
        assert COMPARE.asks_about(values()) != COMPARE.asks_about(values(with_="Min"))

    def test_what_the_experiment_asks_about_changes_with_its_controls(self):
        same = inquiry(experiment="noise", direction="backward", kernel_size="3")
        assert same.about == inquiry(experiment="noise").about
        for given in ({"noise": "50"}, {"perturbed": "0"}, {"draws": "1"}, {"picture": "digit"}):
            assert inquiry(experiment="noise", **given).about != same.about

    def test_the_misconceptions_are_named(self):
        whys = " ".join(c.why for c in inquiry(experiment="shift").questions[0].choices)
        assert "Only moves inside one window go unseen" in whys
        first = inquiry(experiment="noise").questions[0]
        assert next(c.why for c in first.choices if c.label == "3.75").endswith("more often.")

    @pytest.mark.parametrize("sample", [s.name for s in SAMPLES])
    @pytest.mark.parametrize("name", ["shift", "noise", "swap"])
    def test_every_input_is_experimented_on(self, sample, name):
        given = {"sample": sample, "picture": "input", "experiment": name}
        assert all(chart.figure().data for chart in shown(Chart, **given))

    def test_a_small_input_is_not_on_offer_and_the_first_picture_stands_in(self):
        assert "joins the choice from 8 × 8 on" in said()
        assert "joins the choice" not in said(sample="digit")
        small = [c.name for c in shown(Chart, picture="input", experiment="shift")]
        assert small[0] == "experiment-shift-photograph"

    def test_files_say_the_picture(self):
        charts = shown(Chart, experiment="noise", picture="digit")
        assert [chart.name for chart in charts] == [
            *(f"experiment-noise-{i}-digit" for i in range(3)), "experiment-expectation",
        ]  # fmt: skip

    def test_a_chart_can_be_saved(self):
        given = page_offers(COMPARE, {"experiment": "swap", "picture": "digit"}, questions=False)
        (drawn,) = (each for each in given if each.name == "experiment-swap-before-digit")
        assert drawn.make("png").startswith(b"\x89PNG")
        given = page_offers(COMPARE, {"experiment": "swap"}, questions=True)
        assert not [each for each in given if each.name.startswith("experiment")]

    def test_controls_come_with_their_experiment(self):
        def there(name):
            places = shown(Place, experiment=name)
            return {key for place in places for key in place.keys} - {"experiment"}

        assert there("shift") == there("swap") == {"picture_used"}
        assert there("noise") == {"picture_used", "noise", "perturbed", "draws"}
        assert there("alias") == {"frequency"}
        assert there("go") == set()
        assert there("cost") == {"measured"}

    def test_time_is_measured_again_when_asked(self, monkeypatch):
        runs = []
        monkeypatch.setattr(cost, "measure", lambda: runs.append(1) or {})
        monkeypatch.setattr(patterns, "monotonic", lambda: 1e9)  # a minute that nobody has seen
        first = values(experiment="cost")
        for turn, times in ((first, 1), (first, 1), (first.but(measured=1), 2)):
            charts = [p for p in walk(COMPARE.parts(turn), Moment()) if isinstance(p, Chart)]
            charts[-1].figure()
            assert len(runs) == times

    def test_an_experiment_speaks_chinese(self):
        before = language()
        use_language("zh")
        try:
            assert "噪声" in "".join(q.text for q in inquiry(experiment="noise").questions)
        finally:
            use_language(before)


class TestLimits:
    def test_a_transform_of_a_large_picture_needs_no_table(self):
        given = {"sample": "cat", "with_": "Spectral"}
        assert pv.Spectral.title in titles(**given)
        assert "112 × 112 numbers as well, from windows of its own" in said(**given)

    def test_a_line_of_an_operator_whose_table_is_refused_says_its_shape(self):
        run = COMPARE.result(values(sample="cat", with_="Spectral"))
        (spectral,) = run.more
        with pytest.raises(ValueError, match="window cells"):
            _ = spectral.windows
        assert "112 × 112" in operator_line(spectral, run.runs[0], (0, 0))

    @pytest.mark.parametrize("operator", [cls.__name__ for cls in pv.OPERATORS])
    def test_everything_of_every_operator_opens_at_the_largest_kernel(self, operator):
        given = {"sample": "photograph", "kernel_size": "64", "with_": operator}
        for part in walk(COMPARE.parts(values(**given)), Moment()):
            if isinstance(part, Program):
                assert all(make()[0] for make in part.make.values())

    def test_the_code_of_fractional_windows_is_written_where_their_table_is_refused(self):
        run = COMPARE.result(values(sample="cat", kernel_size="64", with_="FractionalMax"))
        with pytest.raises(ValueError, match="window cells"):
            _ = run.more[0].windows
        make = shown(Program, sample="cat", kernel_size="64", with_="FractionalMax")[0].make
        code = make[pv.FractionalMax.title]()[0]["NumPy"]
        assert "rows = [(0, 64), " in code
        assert "(160, 224)]" in code

    @pytest.mark.parametrize(
        ("moved", "said"),
        [
            ({"variant": "Tree", "Tree.gates": (0.5, 1.0)}, "gates"),
            ({"variant": "Tree", "Tree.leaves": (1.0, 2.0, 3.0)}, "leaves"),
        ],
    )
    def test_fields_that_do_not_go_together_are_taken_back_with_a_sentence(self, moved, said):
        good = values(variant="Tree")
        settled, sentences = address.settle(COMPARE, good.but(**moved), good)
        assert settled == good
        assert len(sentences) == 1
        assert said in sentences[0]
        assert "The last good value stands." in sentences[0]


@pytest.mark.parametrize(
    "query",
    [{"with": "Nope"}, {"with": ",".join(v.__name__ for v in pv.VARIANTS)}, {"experiment": "x"},
     {"frequency": "0", "experiment": "alias"}, {"noise": "-1", "experiment": "noise"},
     {"picture": "../x"}, {"direction": "sideways"}],
)  # fmt: skip
def test_a_bad_link_says_so_and_the_default_stands(query):
    read, complaints = address.read(COMPARE, query)
    assert len(complaints) == 1
    assert next(iter(query)) in complaints[0]
    assert address.parameters(COMPARE, read).keys() <= {"experiment"}
