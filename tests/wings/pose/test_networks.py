"""The pages on networks: what they show is what the engine computes, and their code runs."""

import contextlib
import io

import numpy as np
import pytest

from poolviz.exercises import Draw
from poolviz.exercises.kind import first
from poolviz.pose.networks.hourglass import Counts
from poolviz.pose.networks.map_network import HEATS, map_network
from poolviz.pose.networks.receptive import DESIGNS, receptive_fields
from poolviz.pose.networks.record import record
from poolviz.pose.procedural import HEAD, JOINTS, draw_people
from poolviz.stage.scene import Kind
from poolviz.wings.pose.exercises.kinds import KINDS
from poolviz.wings.pose.exercises.networks import TRIES
from poolviz.wings.pose.field.page import FIELD
from poolviz.wings.pose.hourglass.page import HOURGLASS
from poolviz.wings.pose.hourglass.scene import hourglass_scene
from poolviz.wings.pose.hourglass.trained import trained_scene
from poolviz.wings.pose.stages.page import STAGES_PAGE
from poolviz.wings.pose.stages.questions import confused_question, flip_question
from poolviz.wings.pose.stages.scene import stages_scene

KNEE, ANKLE = JOINTS.index("left_knee"), JOINTS.index("left_ankle")


def run(page, **given):
    return page.run(page.fit(page.values(given))[0])


def left_in_y(text, files, folder, monkeypatch):
    """What a program leaves in ``y``."""
    monkeypatch.chdir(folder)
    for name, values in files.items():
        np.save(folder / name, values)
    left = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(text, left)
    return np.asarray(left["y"])


class TestStages:
    def test_the_first_picture_tells_the_story_of_the_knees(self):
        drawn, turned = run(STAGES_PAGE, head=180).shown
        assert drawn.right[2:].all()
        assert drawn.swapped[:, KNEE].tolist() == [True, False, False, False]
        assert turned.swapped[:, KNEE].tolist() == [True, False, True, True]

    def test_what_is_shown_is_what_the_network_says(self):
        shown = run(STAGES_PAGE, picture=7).shown[0]
        expected = map_network()(draw_people(7, 1, "front").pixels[None])[:, 0, :HEATS]
        np.testing.assert_array_equal(shown.heat, expected)

    def test_a_head_as_it_was_drawn_is_shown_once(self):
        assert [len(run(STAGES_PAGE, head=angle).shown) for angle in (0, 90)] == [1, 2]

    def test_a_covered_head_is_grey_and_leaves_sides_to_chance(self):
        seeds = range(40)
        swapped = {}
        for cover in ("nothing", "head"):
            shown = [run(STAGES_PAGE, picture=s, cover=cover).shown[0] for s in seeds]
            swapped[cover] = np.mean([each.swapped[3, :12] for each in shown])
            y, x = np.rint(shown[0].joints[HEAD][::-1]).astype(int)
            assert (shown[0].pixels[y, x] == 0.5).all() == (cover == "head")
        assert swapped["head"] > 4 * swapped["nothing"]

    def test_noise_beyond_training_breaks_it_at_every_stage(self):
        clean, loud = (
            np.mean(
                [run(STAGES_PAGE, picture=s, noise=n).shown[0].right for s in range(20)],
                axis=(0, 2),
            )
            for n in (0.0, 0.2)
        )
        assert (loud < clean - 0.3).all()

    def test_while_a_stage_is_asked_about_nothing_of_it_is_there(self):
        shown = run(STAGES_PAGE, head=180).shown
        scene = stages_scene(shown, KNEE, 1)
        for panel in scene.panels:
            known = panel.name.endswith(".0")
            assert bool(panel.values.any()) == known
        assert all("predict first" in sentence for sentence in scene.narration[1:])
        for overlay in scene.overlays[1:4]:
            assert np.isnan(overlay.points).all()

    def test_a_panel_fills_at_its_own_step(self):
        scene = stages_scene(run(STAGES_PAGE).shown, KNEE, None)
        filled = np.array([panel.values.any((1, 2)) for panel in scene.panels])
        np.testing.assert_array_equal(filled, np.triu(np.ones((4, 4), bool)))

    def test_the_scene_is_small(self):
        assert len(stages_scene(run(STAGES_PAGE, head=180).shown, KNEE, None).wire) < 150_000

    def test_stage_two_confuses_the_ankles(self):
        assert confused_question(record()).answer.label == "ankles"

    @pytest.mark.parametrize(
        ("joint", "stage"),
        [("left_shoulder", 1), ("right_elbow", 2), ("left_hip", 2), ("right_knee", 3), ("neck", 3)],
    )
    def test_when_a_joint_follows_the_head(self, joint, stage):
        question = flip_question(record(), JOINTS.index(joint))
        assert question.answer.label == f"From stage {stage} on"

    @pytest.mark.parametrize("library", ["NumPy", pytest.param("PyTorch", marks=pytest.mark.torch)])
    def test_its_program_gives_the_maps(self, library, tmp_path, monkeypatch):
        if library == "PyTorch":
            pytest.importorskip("torch")
        made = run(STAGES_PAGE, picture=4, head=180, joint="left_ankle", updates="1000")
        code = next(part for part in STAGES_PAGE.view(made) if getattr(part, "name", "") == "code")
        texts, files = code.make[""]()
        found = left_in_y(texts[library], files, tmp_path, monkeypatch)
        np.testing.assert_allclose(found, made.shown[-1].heat[:, ANKLE], atol=1e-5)


class TestField:
    @pytest.mark.parametrize(("design", "stage", "side"), [("cpm", 6, 1360), ("ours", 2, 57)])
    def test_the_last_step_says_the_field_of_the_design(self, design, stage, side):
        made = run(FIELD, design=design, at_stage=stage)
        assert made.seen.fields[-1].side == side == DESIGNS[design].field(stage).side

    def test_a_stage_that_a_design_has_not_is_brought_down_with_a_sentence(self):
        values, said = FIELD.fit(FIELD.values({"design": "ours", "at_stage": 6}))
        assert values["at_stage"] == 4
        assert said == ("Stage was 6; this network has 4.",)

    def test_a_cell_outside_the_map_is_moved_with_a_sentence(self):
        values, said = FIELD.fit(FIELD.values({"at": (3, 99)}))
        assert values["at"] == (3, 15)
        assert said == ("The cell was 3, 99; the map has 16 × 16 cells.",)

    def test_the_box_is_the_field_round_the_cell(self):
        made = run(FIELD, design="own", layers="3 3", at=(10, 20))
        assert made.seen.shown(1) == (8.0, 18.0, 13.0, 23.0)
        assert made.seen.shown(0) == (9.0, 19.0, 12.0, 22.0)

    @pytest.mark.parametrize(
        "library", ["Python", pytest.param("PyTorch", marks=pytest.mark.torch)]
    )
    def test_its_program_finds_the_field(self, library, tmp_path, monkeypatch):
        if library == "PyTorch":
            pytest.importorskip("torch")
        made = run(FIELD, design="own", layers="5 p2 3/2 3")
        code = next(part for part in FIELD.view(made) if getattr(part, "name", "") == "code")
        texts, files = code.make[""]()
        expected = receptive_fields(made.seen.layers)[-1].side
        assert left_in_y(texts[library], files, tmp_path, monkeypatch) == expected


class TestHourglass:
    def test_each_floor_shows_its_side_on_the_way_down_beside_and_up(self):
        panel = hourglass_scene(Counts(4), None).panels[0]
        for floor, row in enumerate(panel.values[:4]):
            assert sorted(row[row > 0]) == [64 >> floor] * 3
        assert panel.values[4, 4] == 4

    def test_while_it_is_asked_no_side_but_the_first_is_there(self):
        scene = hourglass_scene(Counts(3), 1)
        assert np.count_nonzero(scene.panels[0].values) == 1
        assert (scene.panels[0].kind == Kind.SECRET).sum() == 9
        assert all("predict first" in sentence for sentence in scene.narration[1:])

    @pytest.mark.parametrize("merge", ["add", "concat"])
    @pytest.mark.parametrize("library", ["NumPy", pytest.param("PyTorch", marks=pytest.mark.torch)])
    def test_its_program_counts_the_parameters(self, library, merge, tmp_path, monkeypatch):
        if library == "PyTorch":
            pytest.importorskip("torch")
        made = run(HOURGLASS, width="16", order=3, merge=merge)
        code = next(part for part in HOURGLASS.view(made) if getattr(part, "name", "") == "code")
        texts, files = code.make[""]()
        found = left_in_y(texts[library], files, tmp_path, monkeypatch)
        assert found == Counts(3, 16, merge).parameters

    def test_both_stacks_are_shown_over_their_crop(self):
        scene = trained_scene(3, KNEE)
        assert [panel.name for panel in scene.panels] == ["stack.0", "stack.1"]
        assert len(scene.wire) < 150_000


@pytest.mark.parametrize("name", ["receptive-field", "hourglass", "further-stage"])
class TestExercises:
    def test_every_seed_makes_one_with_one_right_answer(self, name):
        kind = next(kind for kind in KINDS if kind.name == name)
        texts = set()
        for seed in range(30):
            it = first(kind.ask, (Draw(seed, attempt) for attempt in range(TRIES)))
            assert [option.right for option in it.options].count(True) == 1
            assert it.check(next(i for i, o in enumerate(it.options) if o.right)).right
            texts.add(it.text)
        assert len(texts) >= 4

    def test_the_first_is_that_of_the_page(self, name):
        kind = next(kind for kind in KINDS if kind.name == name)
        expected = {"receptive-field": "64", "hourglass": "13", "further-stage": "ankles"}
        assert kind.ask(Draw(0, 0)).solution().label == expected[name]
