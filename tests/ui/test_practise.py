"""/practise through the app's entry point: asked, answered, explained; hidden until then."""

import json
from urllib.parse import parse_qsl

import numpy as np
import pytest
from matplotlib.text import Text

import poolviz as pv
from poolviz.cli.page_files import page_offers
from poolviz.figures.handout import page
from poolviz.readers import unpack_matrix
from poolviz.stage import address
from poolviz.stage.task import Build, Number, Pick
from poolviz.ui.task import give as given
from poolviz.ui.task import take
from poolviz.wings.pages import BY_ADDRESS, KINDS, PRACTISE
from poolviz.wings.pooling.exercises.pictures import Played
from poolviz.wings.pose.exercises.body import Body
from tests.ui.app import PAGES, choose, open_page, shared, texts
from tests.ui.app import everything as sent

MISCONCEPTIONS = [it.misconception.name for it in KINDS.values() if it.misconception]


def run_of(kind, seed=0, **more):
    texts = {"kind": kind, "exercise": str(seed), **more}
    values, complaints = address.read(PRACTISE, texts)
    assert not complaints
    return PRACTISE.result(address.settle(PRACTISE, values)[0])


def made(kind, seed=0, **more):
    return run_of(kind, seed, **more).exercise


def some(it):
    """Something wrong for a form that is not a choice: texts and numbers as they are typed."""
    if isinstance(it.form, Number):
        return ["0.12"]
    two = [3, 3] if it.form.cell else [9, 9]
    return {2: two, 3: [4, 4, 0]}[len(it.form.boxes)]


def box(at, n):
    """The n-th box of the form."""
    boxes = [*at.text_input, *at.number_input]
    return next(b for b in boxes if b.key.startswith("practise.") and b.key.endswith(f".{n}"))


def open_question(at):
    """The key of the choices that are offered; "" where none are."""
    return next((g.key for g in at.button_group if (g.key or "").startswith("practise.")), "")


def give(at, answer):
    """Answer as a person does: press an option, or fill the boxes and check."""
    if isinstance(answer, int):
        return choose(at, open_question(at), answer)
    for n, value in enumerate(answer):
        box(at, n).set_value(value)
    return at.button(key="practise.check").click().run()


def everything(at):
    """All that the page sent to the browser, as one text."""
    return "\n".join(sent(at)).replace("\\", "")


def posed(at):
    """What was sent to the picture of a pose."""
    data = [json.loads(c.proto.json) for c in at.get("bidi_component")]
    return next(each for each in data if "pred" in each)


def said(at):
    return texts(at).replace("\\", "")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_asked_answered_and_explained(kind):
    at = open_page("practise", kind=kind)
    assert not at.exception
    assert made(kind).text in said(at)
    assert not at.success
    assert not at.error
    it = made(kind)
    before = everything(at)
    for option in it.options:
        assert option.why not in before
    assert not [name for name in MISCONCEPTIONS if name in before]
    if isinstance(it.form, Pick):
        give(at, next(i for i, option in enumerate(it.options) if not option.right))
    else:
        give(at, [] if isinstance(it.form, Build) else some(it))
    assert len(at.error) + len(at.success) == 1
    assert any(digit in said(at) for digit in "0123456789")
    assert "of 1" in said(at)
    at.button(key="practise.next.sets.0").click().run()
    assert not at.exception
    assert not at.error
    assert at.session_state["pooling_state"]["exercise"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_keeps_answers_hidden(kind):
    at, one = open_page("practise", kind=kind, answers="hidden"), made(kind)
    if isinstance(one.form, Pick):
        whys = [option.why for option in one.options]
        give(at, 0)
    elif isinstance(one.form, Build):
        whys = [one.check(one.form.start).why]
        give(at, [])
    else:
        wrong = some(one)
        whys = [one.check(0.12 if isinstance(one.form, Number) else tuple(wrong)).why]
        give(at, wrong)
    assert "Your teacher will say" in said(at)
    assert not at.success
    assert not at.error
    assert not [why for why in whys if why in everything(at)]
    assert not [name for name in MISCONCEPTIONS if name in everything(at)]


def test_the_first_view_asks_about_the_worked_example():
    at = open_page("practise")
    assert "Max, kernel 2, stride 2: what goes to output row 0, column 0?" in said(at)
    give(at, ["7"])
    assert "7: right. max(1, 3, 4, 7) = 7, from row 1, column 1." in said(at)
    assert "this visit: 1 of 1 right" in said(at)


def test_what_stands_on_the_page_is_not_the_answer_until_it_is_given():
    mean = {"kind": "value", "variant": "Average", "matrix": "1_3__4_9.5"}
    at = open_page("practise", **mean)
    assert "4.375" not in everything(at)
    assert "4.375" not in json.dumps(dict(at.query_params))
    give(at, ["4"])
    assert "4.375" in everything(at)


def test_the_oks_comes_with_the_guess_joint_by_joint():
    at = open_page("practise", kind="oks")
    oks = made("oks").picture.posing.oks
    assert f"{oks:.3f}" not in everything(at)
    assert posed(at)["hidden"]
    give(at, [f"{oks:.2f}"])
    assert f"{oks:.3f}" in said(at)
    assert "| nose |" in said(at)
    assert not posed(at)["hidden"]


@pytest.mark.parametrize("text", ["", "nan", "∞", "<b>7</b>", "1e999", "٧"])
def test_what_is_no_number_is_said_and_not_counted(text):
    at = open_page("practise")
    give(at, [text])
    assert not at.exception
    assert len(at.warning) == 1
    assert "this visit" not in said(at)
    assert box(at, 0).value == text
    give(at, ["7"])
    assert "this visit: 1 of 1 right" in said(at)
    assert not at.warning


def test_a_huge_number_is_merely_wrong():
    at = open_page("practise")
    give(at, ["1e99"])
    assert "Right is 7" in said(at)


def test_a_second_answer_does_not_count():
    at = open_page("practise", kind="misconception-3")
    give(at, 0)
    assert not open_question(at)
    assert "Misconception 3, “Stochastic pooling averages to the mean”" in said(at)
    assert "this visit: 0 of 1 right" in said(at)


def test_a_kernel_may_be_looked_for_again_and_each_try_counts():
    at = open_page("practise", kind="find-shape")
    give(at, [2, None, 0])
    assert "Every box needs a number." in said(at)
    give(at, [2, 1, 2])
    assert "at most half of the kernel" in said(at)
    assert "this visit" not in said(at)
    rows, cols = (
        int(n) for n in made("find-shape").text.split("into ")[1].split(".")[0].split(" × ")
    )
    tried = [
        (k, s, p)
        for k in (2, 3, 4)
        for s in (1, 2, 3)
        for p in range(k // 2 + 1)
        if pv.Sliding(k, s, p).bind((4, 4)).out_shape == (rows, cols)
    ]
    give(at, [4, 3, 0])
    assert "are wanted" in said(at)
    give(at, list(tried[0]))
    assert "this visit: 1 of 2 right" in said(at)


def test_a_matrix_is_built_and_the_failing_windows_are_named():
    at = open_page("practise", kind="max-equals-average", matrix="1_2__3_4")
    at.button(key="practise.check").click().run()
    assert "Output row 0, column 0: max 4, average 2.5." in said(at)
    at.session_state["practise_grid_0"] = {"edited_rows": {0: {"0": "4", "1": "4"}, 1: {"0": "4"}}}
    at.button(key="practise.check").click().run()
    assert "Max and average agree in every window" in said(at)
    assert "this visit: 1 of 2 right" in said(at)
    assert "matrix=1_2__3_4" in shared(at)


def test_numbers_that_are_not_finite_in_a_built_matrix_are_refused():
    at = open_page("practise", kind="max-equals-average", matrix="1_2__3_4")
    at.session_state["practise_grid_0"] = {"edited_rows": {0: {"0": "nan", "1": "1e99"}}}
    at.button(key="practise.check").click().run()
    assert "Every cell needs a finite number" in said(at)
    assert "this visit" not in said(at)


def test_a_clicked_cell_is_an_answer():
    at = open_page("practise", kind="location")
    at.session_state["practise"] = {"at": {"step": 0, "panel": "input", "cell": 5, "n": 1}}
    at.session_state["practise_saved"] = {"step": 0, "panel": "input", "cell": 5, "n": 1}
    at.run()
    assert "row 1, column 1: right." in said(at)


def test_the_link_restores_the_exercise_but_not_the_answer():
    at = open_page("practise", kind="gradient", exercise="17", kernel_size="3", stride="1")
    question = made("gradient", 17, kernel_size="3", stride="1").text
    assert question in said(at)
    give(at, ["0.123"])
    link = dict(p.split("=") for p in shared(at).split("?")[1].split("&"))
    assert link == {"kind": "gradient", "exercise": "17", "kernel_size": "3", "stride": "1"}
    again = open_page("practise", **link)
    assert question in said(again)
    assert "this visit" not in said(again)
    assert not again.error


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("kind", "<script>"), ("kind", ""), ("exercise", "-1"), ("exercise", "nan"),
        ("exercise", "9" * 30), ("matrix", "1_2__3"),
    ],
)  # fmt: skip
def test_a_bad_link_falls_back_with_a_sentence(name, text):
    at = open_page("practise", **{name: text})
    assert not at.exception
    assert f"“{name}”" in said(at)
    assert "what goes to output row 0, column 0?" in said(at)


def test_what_was_chosen_on_another_page_is_practised_with():
    at = open_page("windows", variant="Min", matrix="5_1__2_9", kernel_size="2")
    at = at.switch_page(PAGES["practise"]).run()
    assert "Min, kernel 2, stride 2: what goes to output row 0, column 0?" in said(at)
    give(at, ["1"])
    assert "min(5, 1, 2, 9) = 1" in said(at)


@pytest.mark.parametrize("name", ["photograph", "random"])
def test_every_sample_makes_an_exercise(name):
    at = open_page("practise", sample=name, kind="location", exercise="3")
    assert not at.exception


def test_a_teacher_may_hide_the_answers_and_fix_the_exercise():
    at = open_page("practise", answers="hidden", fix="exercise,kind", kind="misconception-7")
    keys = [b.key for b in at.button]
    assert not [key for key in keys if key and key.startswith("practise.next")]
    assert at.selectbox(key="control.kind").disabled
    assert at.number_input(key="control.exercise").disabled
    give(at, 3)
    assert "You answered 16." in said(at)
    assert "Misconception 7, “" not in everything(at)
    assert not at.error


@pytest.mark.parametrize(("fixed", "left"), [("kind", "0"), ("exercise", "1")])
def test_what_a_teacher_fixes_no_button_moves(fixed, left):
    at = open_page("practise", fix=fixed)
    assert [b.key for b in at.button if ".next." in (b.key or "")] == [f"practise.next.sets.{left}"]


def test_the_cell_selected_on_other_pages_stays_so():
    at = open_page("windows", mode="watch", step="3")
    at = at.switch_page(PAGES["practise"]).run()
    assert at.session_state["pooling_state"]["step"] == 3
    assert at.session_state["pooling_state"]["practise_step"] == 0


def test_the_picture_stands_at_the_window_that_is_asked_about():
    seed = next(n for n in range(1, 20) if made("value", n).picture.step == 3)
    at = open_page("practise", exercise=str(seed))
    assert at.session_state["pooling_state"]["practise_step"] == 3
    assert offered_step(PRACTISE, {"exercise": str(seed)}) == 3


def offered_step(page, given):
    return next(each.step for each in page_offers(page, given, True) if hasattr(each, "step"))


def test_see_it_on_its_page_opens_this_very_instance():
    at = open_page("practise", kind="misconception-5", exercise="4")
    give(at, 0)
    link = at.get("page_link")[0].proto
    assert link.page == "gradients" or "gradients" in str(link)
    told = dict(p.split("=") for p in link.query_string.split("&"))
    there = open_page("gradients", **told)
    assert not there.exception
    assert not there.warning
    x = made("misconception-5", 4).picture.run.x
    found = there.session_state["pooling_state"]
    assert found["mode"] == "watch"
    np.testing.assert_array_equal(unpack_matrix(found["matrix"]), x)
    assert found["kernel_size"] == (3, 3)


@pytest.mark.parametrize("kind", ["oks", "misconception-11", "misconception-12"])
def test_the_page_on_oks_opens_with_this_very_pose(kind):
    shown = made(kind).picture.posing
    at = open_page("practise", kind=kind)
    give(at, ["0.5"] if kind == "oks" else 0)
    given = dict(parse_qsl(at.get("page_link")[0].proto.query_string))
    values, complaints = address.read(BY_ADDRESS["oks"], given)
    assert not complaints
    there = BY_ADDRESS["oks"].result(values).posing
    assert there.person.name == shown.person.name
    np.testing.assert_allclose(there.pred, shown.pred, atol=0.05)  # a link holds tenths
    assert values["mode"] == "watch"


@pytest.mark.parametrize("kind", ["misconception-9", "misconception-10"])
def test_what_is_about_sizes_opens_its_page_with_these(kind):
    it = made(kind, 3)
    at = open_page("practise", kind=kind, exercise="3")
    give(at, 0)
    given = dict(parse_qsl(at.get("page_link")[0].proto.query_string))
    values, complaints = address.read(BY_ADDRESS[it.page], given)
    assert not complaints
    assert {key: values[key] for key in it.state} == it.state


def test_nothing_of_the_answer_is_kept_outside_the_session():
    assert isinstance(made("max-equals-average").form, Build)
    at = open_page("practise", kind="max-equals-average")
    at.button(key="practise.check").click().run()
    assert "built" not in shared(at)


def test_an_answer_belongs_to_the_exercise_whose_button_was_pressed():
    """The next exercise may have begun, and not been drawn, when it is pressed."""
    progress = {"signature": "next", "label": None, "chosen": None}
    given(progress, "before", (3, 4))
    take(progress, PRACTISE.questions(run_of("value"))[0], "practise")
    assert progress["label"] is None
    assert "tried" not in progress


def kept(at):
    """The labels of what can be downloaded, the menu opened."""
    at.session_state["practise.save"] = True
    return {b.proto.label for b in at.run().get("download_button")}


ASKED = "Handout: questions, to hand out (PDF)"
ANSWERS = "Handout: the same with answers and reasons (PDF)"


@pytest.mark.parametrize(
    ("kind", "answered", "before", "after"),
    [
        ("value", ["7"], {"This step as PNG", "Input as CSV"}, {"Output as .npy"}),
        ("gradient", ["9"], {"This step as PDF", "dL/dy as CSV"}, {"dL/dx as CSV"}),
        ("oks", ["0.5"], {"PNG", "SVG", "PDF", "Joints as CSV"}, {"Similarities as .npy"}),
        ("misconception-11", 0, {"PNG", "Joints as .npy"}, {"Similarities as CSV"}),
        ("shape", [2, 2], set(), set()),
    ],
)
def test_an_exercise_is_taken_away_and_its_answer_once_it_is_given(kind, answered, before, after):
    at = open_page("practise", kind=kind)
    first = kept(at)
    assert not at.exception
    assert before | {ASKED} <= first
    assert not first & (after | {ANSWERS})
    give(at, answered)
    assert before | after | {ANSWERS} <= kept(at)


def test_matrices_are_taken_away_and_the_sheet_waits_for_a_kernel_that_is_right():
    at = open_page("practise", kind="find-output")
    shown = {"PNG", "SVG", "PDF", "Input as CSV", "Output as .npy"}
    assert shown <= kept(at)
    wrong, right = (4, 4, 0), made("find-output")
    give(at, list(wrong))
    assert ANSWERS not in kept(at)
    tried = [(k, s, p) for k in (2, 3, 4) for s in (1, 2, 3, 4) for p in range(k // 2 + 1)]
    give(at, list(next(t for t in tried if t != wrong and right.check(t).right)))
    assert ANSWERS in kept(at)


def test_the_matrix_that_is_built_is_what_is_saved():
    at = open_page("practise", kind="max-equals-average", matrix="1_2__3_4")
    labels = kept(at)
    assert {"PNG", "SVG", "PDF", "Input as CSV"} <= labels
    assert "Output as CSV" not in labels
    at.button(key="practise.check").click().run()
    labels = kept(at)
    assert {"This step as PNG", "Output as CSV"} <= labels
    assert ANSWERS not in labels


def test_a_lesson_that_hides_answers_gives_none_away():
    at = open_page("practise", kind="value", answers="hidden")
    give(at, ["7"])
    labels = kept(at)
    assert ASKED in labels
    assert not labels & {"Output as CSV", ANSWERS}


def words(sheet, answers):
    figure = page(sheet, answers)
    cells = [text.get_text() for axes in figure.axes for text in axes.findobj(Text)]
    return "\n".join(text.get_text() for text in figure.texts), cells


@pytest.mark.parametrize("kind", KINDS)
def test_the_sheet_asks_and_the_one_to_correct_by_answers(kind):
    run = run_of(kind)
    it = run.exercise
    asked, cells = words(PRACTISE.sheet(run, False), False)
    assert it.solution().why[:30] not in asked.replace("\n", " ")
    assert it.text[:40] in asked.replace("\n", " ")
    if isinstance(it.picture, Played | Body) and not isinstance(it.form, Build):
        assert any("?" in cell for cell in cells)
    told, cells = words(PRACTISE.sheet(run, True), True)
    assert it.solution().why[:30] in told.replace("\n", " ")
    assert "✔" in told
    assert not any("?" in cell for cell in cells)


@pytest.mark.parametrize("kind", ["misconception-3", "misconception-6"])
def test_what_people_get_wrong_is_asked_without_the_formula_that_tells(kind):
    assert not PRACTISE.sheet(run_of(kind), False).formulas
    assert PRACTISE.sheet(run_of(kind), True).formulas


def test_full_width_digits_are_a_number():
    at = open_page("practise")
    give(at, ["７"])
    assert "right. max(1, 3, 4, 7) = 7" in said(at)
