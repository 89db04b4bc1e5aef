"""/topdown, /decode and /pose-nms: their numbers, their questions, their programs."""

import re

import numpy as np
import pytest

from poolviz.pose.topdown.nms import RULES, suppress
from poolviz.stage.control import Values
from poolviz.stage.part import Moment, Program, Table, walk
from poolviz.wings.pages import KINDS
from poolviz.wings.pose.decode.page import DECODE, decode_scene
from poolviz.wings.pose.photo.measured import moved_by
from poolviz.wings.pose.pose_nms.page import POSE_NMS, nms_scene
from poolviz.wings.pose.pose_nms.programs import program as nms_program
from poolviz.wings.pose.topdown.page import BACK, TOPDOWN, topdown_scene
from poolviz.wings.pose.topdown.way import WAYS, way


def result(page, **chosen):
    return page.result(page.values({}).but(**chosen))


def parts(page, kind, **chosen):
    shown = page.parts(page.values({}).but(**chosen))
    return [part for part in walk(shown, Moment()) if isinstance(part, kind)]


class TestTopdown:
    def test_a_box_a_fifth_too_far_left_moves_the_joints_by_what_was_measured(self):
        assert result(TOPDOWN).mean == pytest.approx(moved_by("across", -20), abs=0.3)

    def test_the_right_box_moves_nothing(self):
        assert result(TOPDOWN, across=0).away == 0

    @pytest.mark.parametrize("decode", WAYS)
    def test_every_way_of_reading_lands_within_a_cell_of_the_offsets(self, decode):
        # a cell of the right box is 10.7 px of the picture
        offset = way(100, 0, 0, False, "offset").places[:7]
        away = np.linalg.norm(way(100, 0, 0, False, decode).places[:7] - offset, axis=1)
        assert away.mean() < 10.7 * 0.6
        assert decode == "offset" or away.mean() > 0.5

    def test_cells_are_read_from_their_middles(self):
        # without a systematic shift against the network's own offsets: under .1 cell
        offset = way(100, 0, 0, False, "offset").places[:7]
        shift = (way(100, 0, 0, False, "parabola").places[:7] - offset).mean(0)
        assert np.abs(shift).max() < 1.07

    def test_the_flip_test_averages_maps_that_agree(self):
        plain, flipped = (way(100, 0, 0, flip, "dark").places[:7] for flip in (False, True))
        assert 0 < np.linalg.norm(plain - flipped, axis=1).mean() < 8
        assert result(TOPDOWN, flip=True, decode="offset").decode == "argmax"

    def test_the_scene_goes_there_and_back_and_withholds_the_answer(self):
        run = result(TOPDOWN)
        scene = topdown_scene(run, None)
        over = scene.overlays_of("picture")[0]
        scale = 48 / 512
        np.testing.assert_allclose(over.points[BACK, 1], run.way.places[6] * scale + 8)
        hidden = topdown_scene(run, BACK)
        assert np.isnan(hidden.overlays_of("picture")[0].points[BACK]).all()
        assert "px" not in hidden.narration[BACK]
        assert len(scene.wire) < 150_000

    def test_the_question_is_answered_by_what_was_measured(self):
        first = TOPDOWN.questions(result(TOPDOWN))[0]
        assert first.answer.label == "about 4 px"
        assert "4.1 px" in first.answer.why


class TestDecode:
    def test_the_table_has_the_facts_numbers(self):
        (table,) = [t for t in parts(DECODE, Table) if t.name == "decoders"]
        assert list(table.columns["x"]) == ["20", "20.25", "20.29", "20.3", "23.45", "20.3"]
        assert next(iter(table.columns["px off"])) == "1.44"

    @pytest.mark.parametrize("stride", [1, 4, 16])
    def test_the_question_asks_in_pixels(self, stride):
        first = DECODE.questions(result(DECODE, stride=stride))[0]
        away = np.hypot(0.3, 0.2) * stride
        assert float(first.answer.label) == pytest.approx(away, abs=0.006)

    @pytest.mark.parametrize(("beta", "right"), [(1.0, "drawn away"), (100.0, "nearer")])
    def test_what_is_right_of_soft_argmax_depends_on_beta(self, beta, right):
        second = DECODE.questions(result(DECODE, beta=beta))[1]
        assert second.answer.label.startswith(right)

    def test_answers_stand_nowhere_in_a_scene_that_withholds_them(self):
        run = result(DECODE)
        hidden = decode_scene(run, 1)
        assert np.isnan(hidden.overlays[0].points[1:, 1]).all()
        assert "1.44" in decode_scene(run, None).narration[1]
        assert "1.44" not in " ".join(hidden.narration)

    def test_noise_comes_of_its_seed(self):
        first, again, other = (
            result(DECODE, noise=0.1, seed=seed, beta=beta)
            for seed, beta in ((0, 1.0), (0, 2.0), (1, 1.0))
        )
        np.testing.assert_array_equal(first.h, again.h)
        assert (first.h != other.h).any()

    def test_the_program_prints_the_same(self, capsys):
        (program,) = parts(DECODE, Program)
        exec(program.make[""]()[0]["NumPy"], {})
        printed = capsys.readouterr().out
        for word in ("20.25", "17.810", "[20.3 17.8]", "23.4546"):
            assert word in printed


class TestPoseNms:
    def test_in_a_chain_every_other_stays(self):
        assert [each.kept for each in result(POSE_NMS).rounds] == [0, 2, 4]
        (first, *_rest) = POSE_NMS.questions(result(POSE_NMS))
        assert first.answer.label == "3"

    def test_the_scene_removes_whom_the_rule_removes(self):
        scene = nms_scene(result(POSE_NMS), None)
        over = scene.overlays[0]
        there = np.isfinite(over.points[..., 0]).reshape(len(scene), 5, 17).all(2)
        assert there.sum(1).tolist() == [5, 4, 3, 3]
        hidden = nms_scene(result(POSE_NMS), 1)
        assert np.isfinite(hidden.overlays[0].points).all()
        assert len(scene.wire) < 150_000

    def test_alphaposes_limit_is_one_of_its_own(self):
        run = result(POSE_NMS, rule="alphapose", shift=2.0)
        assert (run.rule.name, run.threshold) == ("alphapose", 22.48)
        assert run.rounds[0].removed == (1, 2, 3)

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
    def test_the_program_keeps_the_same(self, rule, capsys):
        run = result(POSE_NMS, rule=rule.name, shift=2.0)
        given = {
            "points": run.poses.points, "scores": run.poses.scores, "area": run.poses.area
        }  # fmt: skip
        exec(nms_program(rule.name, run.threshold), given)
        assert given["kept"] == [each.kept for each in suppress(run.poses, rule, run.threshold)]


class TestExercises:
    @pytest.mark.parametrize("seed", range(4))
    def test_the_largest_cell_is_off_by_its_distance_times_the_stride(self, seed):
        made = KINDS["heat-map"].exercise(Values({}), seed)
        right = float(made.solution().label)
        assert 0.5 <= right <= 8 * 0.71
        assert sum(option.right for option in made.options) == 1

    @pytest.mark.parametrize("seed", range(4))
    def test_as_many_copies_stay_as_a_walk_along_the_chain_leaves(self, seed):
        made = KINDS["copies"].exercise(Values({}), seed)
        values = [float(v) for v in re.findall(r"0\.\d{3}", made.text)]
        count, at, stay = len(values) + 1, 0, 0
        while at < count:
            stay += 1
            at += 1 + sum(value > 0.9 for value in values)
        assert float(made.solution().label) == stay
