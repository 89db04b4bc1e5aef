"""/context: three nets and their queries, trainings, gates that can be read; what is asked."""

import io
from contextlib import redirect_stdout

import numpy as np
import pytest

import poolviz as pv
from poolviz.attention.tiny import TASKS
from poolviz.samples import sample
from poolviz.stage import address
from poolviz.stage.control import values_of
from poolviz.stage.part import Moment, Play, Program, Stack, Table, Trains, walk
from poolviz.wings.attention.context import controls
from poolviz.wings.attention.context.gate_scene import gate_scene
from poolviz.wings.attention.context.gates import Gating, gated
from poolviz.wings.attention.context.nets import CHUNK, shown, trained
from poolviz.wings.attention.context.page import CONTEXT
from poolviz.wings.attention.context.questions import sum_question, worked_gates, zero_question
from poolviz.wings.attention.context.scene import queries_scene, training_scene
from poolviz.wings.pooling.core.channels import features

SE = Gating("SE", 6, "add", "avg, max", "paper", True)
PICTURES = ("photograph", "cat", "digit", "go-board")


def state(**given):
    return values_of(CONTEXT.controls, given)


def nets(block="NL", unary=1.0, seed=0):
    return [shown(task, block, unary, seed) for task in TASKS]


def test_the_first_view_is_eighteen_key_panels_and_small():
    scene = queries_scene(nets())
    assert len(scene.panels) == 18
    assert [panel.name for panel in scene.panels if panel.breaks] == [f"{t}.0" for t in TASKS]
    assert len({panel.palette for panel in scene.panels}) == 1
    assert len(scene) == 6
    assert len(scene.wire) < 60_000


@pytest.mark.parametrize("seed", range(4))
def test_every_flagged_dot_is_found_where_its_task_says(seed):
    """classify and reference look at the one flagged dot, each partner at its own."""
    for net in nets(seed=seed):
        for k, cell in enumerate(net.queries[:5]):
            target = int(net.rows[k].argmax())
            if net.net.task.name == "partner" and not net.flagged(cell):
                assert net.kind(target) == net.kind(cell)
            if net.net.task.name != "reference":
                assert net.flagged(target)


def test_what_a_query_sees_is_not_in_the_data_while_it_is_asked():
    scene = queries_scene(nets(), hidden=1)
    for track in scene.tracks:
        if not track.panel.endswith(".0"):
            assert not track.weights.any()
            assert (track.cells == -1).all()
    assert all("%" not in sentence for sentence in scene.narration[1:])


def test_partner_asks_classify_does_not_and_one_context_learns_reference():
    run = CONTEXT.run(state())
    partner, classify, reference = CONTEXT.questions(run)
    assert partner.answer.label.startswith("No")
    assert classify.answer.label == "Yes, at the same few"
    assert reference.answer.label.startswith("No")
    for question in (partner, classify, reference):
        assert sum(choice.right for choice in question.choices) == 1
        assert all(choice.why for choice in question.choices)


@pytest.mark.parametrize("given", [{"block": "SNL"}, {"unary": 0.0}])
def test_with_one_map_for_all_the_answer_is_another(given):
    asked = CONTEXT.questions(CONTEXT.run(state(**given)))
    assert len(asked) == 2
    assert all(question.answer.label.startswith("Yes") for question in asked)


def test_the_measures_come_after_both_questions():
    run = CONTEXT.run(state())
    parts = CONTEXT.view(run)

    def told(answered):
        tables = [p for p in walk(parts, Moment(answered)) if isinstance(p, Table)]
        return any("D, dots" in table.columns for table in tables)

    assert [told(n) for n in range(4)] == [False, False, True, True]


def test_gates_of_the_readable_unit_are_the_facts():
    gates = [gated(SE, picture).gate for picture in PICTURES]
    for gate in gates:
        np.testing.assert_allclose(gate, gate[0], rtol=1e-12)
    np.testing.assert_allclose([g[0] for g in gates], [0.449, 0.508, 0.993, 1.0], atol=5e-4)


def test_a_gate_is_the_unit_written_by_hand():
    means = features(sample("cat")).mean((1, 2))
    hidden = max(10 * means[2:].sum() - 1, 0)
    expected = 1 / (1 + np.exp(-(2 * hidden - 2)))
    np.testing.assert_allclose(gated(SE, "cat").gate, expected, rtol=1e-12)
    np.testing.assert_allclose(gated(SE, "cat").output, features(sample("cat")) * expected)


def test_the_four_worked_gates_sum_to_2_045_and_zeros_halve():
    assert worked_gates().sum() == pytest.approx(2.045489, abs=1e-6)
    assert sum_question().answer.label == "anything from 0 to 4"
    assert "2.05" in sum_question().answer.why
    assert zero_question().answer.label == "x is halved"


def everything():
    for reduction in (6, 3, 2):
        yield Gating("SE", reduction, "add", "avg, max", "paper", True)
        for order in controls.ORDERS:
            yield Gating("CBAM", reduction, "add", order, "paper", True)
        for fusion in controls.FUSIONS:
            yield Gating("GC", reduction, fusion, "avg, max", "paper", True)
    for sign in controls.SIGNS:
        for normalised in (True, False):
            yield Gating("CAM", 6, "add", "avg, max", sign, normalised)


@pytest.mark.parametrize("gating", list(everything()), ids=str)
def test_every_gate_can_be_played_and_its_programs_give_its_output(gating):
    made = gated(gating, "photograph")
    scene = gate_scene(made)
    assert len(scene.wire) < 60_000
    if gating.gate != "CAM":
        outs = np.stack([p.values[-1] for p in scene.panels if p.name.startswith("out ")])
        np.testing.assert_allclose(outs, made.output, atol=1e-3)
    for name, y in run_programs(made_program("gate", gating)).items():
        np.testing.assert_allclose(y, made.output, atol=1e-9, err_msg=name)


def made_program(name, gating):
    given = {
        controls.GATES: gating.gate, "reduction": str(gating.reduction), "fusion": gating.fusion,
        "order": gating.order, "cam_sign": gating.sign, "normalised": gating.normalised,
    }  # fmt: skip
    return program_of(name, state(**given))


def program_of(name, values):
    parts = walk(CONTEXT.view(CONTEXT.run(values)), Moment())
    return next(p for p in parts if isinstance(p, Program) and p.name == name)


def run_programs(program, wanted="y"):
    """What each library's program leaves in ``wanted``."""
    texts, files = program.make[""]()
    found = {}
    for library, text in texts.items():
        if library == "PyTorch":
            pytest.importorskip("torch")
        space = {"load": lambda name: files[name].copy()}
        code = text.replace("np.load(", "load(")
        with redirect_stdout(io.StringIO()):
            exec(compile(code, library, "exec"), space)
        found[library] = np.asarray(space[wanted])
    return found


@pytest.mark.parametrize("block", ["NL", "SNL"])
@pytest.mark.parametrize("task", TASKS)
def test_the_programs_of_a_net_give_its_outputs(task, block):
    program = program_of("net", state(task=task, block=block))
    expected = shown(task, block, 1.0, 0)
    for name, y in run_programs(program).items():
        np.testing.assert_allclose(
            y, expected.net.run(expected.maps).output[0], atol=1e-9, err_msg=name
        )


def test_the_numpy_program_gives_the_maps_and_their_distance():
    program = program_of("net", state(task="partner"))
    program.make[""]()[0]
    texts, files = program.make[""]()
    space = {"load": lambda name: files[name].copy()}
    with redirect_stdout(io.StringIO()):
        exec(texts["NumPy"].replace("np.load(", "load("), space)
    net = shown("partner", "NL", 1.0, 0)
    rows = net.net.run(net.maps).rows[0]
    np.testing.assert_allclose(space["w"], rows, atol=1e-12)
    assert pv.distance_of_rows(rows) == pytest.approx(space["D"])


def test_channel_attention_with_the_codes_sign_listens_to_the_least_alike():
    paper = gated(Gating("CAM", 6, "add", "avg, max", "paper", True), "photograph").asked
    code = gated(Gating("CAM", 6, "add", "avg, max", "code", True), "photograph").asked
    assert (paper.argmax(1) == np.arange(6)).all()
    assert (code.argmin(1) == np.arange(6)).all()
    np.testing.assert_allclose(paper.sum(1), 1)


def test_without_rows_of_length_one_bright_hears_itself_alone():
    """E of "bright" is 83 on the photograph at 16 x 16: its row is a one-hot."""
    x = features(sample("photograph")).reshape(6, -1)
    assert (x[0] @ x[0]) == pytest.approx(83, abs=0.5)
    raw = gated(Gating("CAM", 6, "add", "avg, max", "paper", False), "photograph").asked
    assert raw[0, 0] > 0.999


def test_the_order_of_cbams_maps_matters():
    paper, code = (
        gated(Gating("CBAM", 6, "add", order, "paper", True), "photograph").map
        for order in controls.ORDERS
    )
    assert np.abs(paper - code).max() > 0.01


def test_a_training_is_the_engines_and_its_scene_grows():
    training = trained("classify", "SNL", 4, CHUNK + 10)
    assert training.step == CHUNK + 10
    longer = training_scene("classify", "SNL", 4, 2 * CHUNK, 1200)
    shorter = training_scene("classify", "SNL", 4, CHUNK, 1200)
    assert longer.growing
    assert longer.extends(shorter)
    assert len(longer) == 3


def test_a_link_may_hold_how_far_the_training_is():
    values, complaints = address.read(CONTEXT, {"trained": "40", "task": "partner", "seed": "2"})
    assert not complaints
    part = next(p for p in CONTEXT.view(CONTEXT.run(values)) if isinstance(p, Trains))
    assert part.at == 40
    scenes = [p for p in part.make(part.at) if isinstance(p, Play)]
    assert scenes[0].scene(None).narration[-1].startswith("40 steps")


def test_before_any_training_all_look_everywhere():
    scene = training_scene("partner", "NL", 0, 0, 1200)
    assert "effective keys 64" in scene.narration[0] or "effective keys 63" in scene.narration[0]


def test_the_words_before_the_first_action_are_few():
    run = CONTEXT.run(state())
    first = CONTEXT.questions(run)[0]
    words = " ".join((CONTEXT.title, CONTEXT.intro, first.text)).split()
    assert len(words) <= 60


def test_a_stack_holds_the_formula_with_its_numbers():
    parts = CONTEXT.view(CONTEXT.run(state()))
    stack = next(p for p in parts if isinstance(p, Stack))
    latex = stack.parts[-1].latex
    rows = shown("partner", "NL", 1.0, 0).rows
    assert latex.endswith(f"{float(pv.distance_of_rows(rows)):.3g}")
