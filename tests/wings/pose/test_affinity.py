"""/affinity: its links, its noise, its questions, its files, its program; two exercises."""

import json

import numpy as np
import pytest

from poolviz.pose import evaluate_keypoints
from poolviz.stage.control import Values
from poolviz.stage.part import File, Moment, Program, Table, walk
from poolviz.stage.scene import Kind
from poolviz.wings.pages import KINDS
from poolviz.wings.pose.affinity.arms import smooth_noise
from poolviz.wings.pose.affinity.page import AFFINITY
from poolviz.wings.pose.affinity.questions import greedy_question, pairs_question
from poolviz.wings.pose.affinity.scene import affinity_scene, steps_of


def result(**chosen):
    return AFFINITY.result(AFFINITY.values({}).but(**chosen))


def parts(kind, **chosen):
    shown = AFFINITY.parts(AFFINITY.values({}).but(**chosen))
    return [part for part in walk(shown, Moment()) if isinstance(part, kind)]


class TestLinks:
    # Peaks are found row by row: wrist 1 is the left one, elbow 2's.
    @pytest.mark.parametrize(
        ("paf", "score", "passing"),
        [("mean", [[0.2828, 0.9], [0.9, 0.2828]], [[4, 10], [10, 4]]),
         ("last", [[0.2828, 0.8], [1.0, 0.2828]], [[4, 8], [10, 4]])],
    )  # fmt: skip
    def test_crossed_arms_have_the_goldens(self, paf, score, passing):
        links = result(paf=paf).links
        np.testing.assert_allclose(links.score, score, atol=5e-5)
        assert links.passing.tolist() == passing

    @pytest.mark.parametrize(("share", "people"), [(80, 2), (85, 1)])
    def test_whoever_is_overwritten_is_lost_when_more_than_eight_must_agree(self, share, people):
        assert len(result(paf="last", share=share).parsed.people) == people

    @pytest.mark.parametrize(("distance", "score"), [(2, 0.970), (3, 0.936), (4, 0.716), (6, 0.48)])
    def test_a_wrong_link_of_level_arms(self, distance, score):
        run = result(scene="parallel", distance=distance)
        np.testing.assert_allclose(run.links.score[0], [1, score], atol=6e-4)
        assert run.mixed == 0

    def test_level_arms_one_cell_apart_are_one_person(self):
        assert len(result(scene="parallel", distance=1).parsed.people) == 1

    def test_noise_in_the_field_moves_no_peak_and_mixes_people(self):
        clean = result()
        loud = [result(noise_paf=0.8, seed=seed) for seed in range(30)]
        for run in loud:
            for now, was in zip(run.parsed.peaks, clean.parsed.peaks, strict=True):
                np.testing.assert_array_equal(now, was)
        level = [result(scene="parallel", noise_paf=0.8, seed=seed) for seed in range(30)]
        assert clean.mixed == 0 < sum(run.mixed for run in level)

    def test_noise_in_the_heat_makes_ghosts(self):
        run = result(noise_heat=0.2)
        assert (run.owners[0] == -1).any()

    def test_noise_has_its_spread_and_is_smooth(self):
        made = smooth_noise((50, 50), 0.3, np.random.default_rng(0))
        assert made.std() == pytest.approx(0.3)
        # (1, 2, 1) with itself shifted by one: 1·2 + 2·1 = 4 of 6.
        across = (made * np.roll(made, 1, 1)).mean() / made.var()
        assert across == pytest.approx(4 / 6, abs=0.06)


class TestScene:
    def test_the_walk_adds_up_to_the_score_and_other_links_follow(self):
        run = result()
        scene = affinity_scene(run, None)
        assert len(scene) == 1 + 10 + 3 + 1
        assert "Sum so far: 9" in scene.narration[10]
        assert "score 0.9, 10 of 10" in scene.narration[10]
        samples = scene.overlays[2].points
        assert np.isfinite(samples[..., 0]).sum(axis=1).tolist() == [
            0,
            *range(1, 11),
            10,
            10,
            10,
            0,
        ]
        np.testing.assert_allclose(samples[10, [0, -1]], [[2.5, 2.5], [10.5, 10.5]])

    def test_the_wrong_link_can_be_walked_along(self):
        run = result(walk="wrong")
        assert run.pairs[0] == (0, 0)
        assert "score 0.2828, 4 of 10" in affinity_scene(run, None).narration[10]

    def test_what_is_asked_stands_nowhere_in_the_scene(self):
        hidden = affinity_scene(result(), 11)
        scores = hidden.panel("scores")
        known = scores.kind_at(0) == Kind.CELL
        assert known.tolist() == [[False, True], [False, False]]
        assert not scores.values[~known].any()
        assert "0.28" not in " ".join(hidden.narration)
        assert "predict first" in hidden.narration[-1]
        assert (hidden.overlays[1].edges[11:] == -1).all()

    def test_the_pairs_are_drawn_at_the_end(self):
        assert affinity_scene(result(), None).overlays[1].edges[-1, :2].tolist() == [[0, 3], [1, 2]]

    def test_a_loud_scene_is_bounded(self):
        run = result(noise_heat=0.2, noise_paf=0.8, samples=20)
        assert len(steps_of(run)) <= 20 + 24
        assert len(affinity_scene(run, None).wire) < 150_000


class TestQuestions:
    def test_all_five_are_asked_of_the_first_view(self):
        asked = AFFINITY.questions(result())
        assert [q.answer.label for q in asked] == [
            "elbow 1 → wrist 2; elbow 2 → wrist 1", "0.2828", "None moves", "1", "1",
        ]  # fmt: skip
        assert [q.step for q in asked] == [1, 11, None, None, None]

    def test_greedy_misses_the_best_sum(self):
        assert "1.6" in [choice.label for choice in greedy_question().choices]

    def test_ghosts_are_not_asked_about(self):
        assert pairs_question(result(noise_heat=0.2)) is None

    def test_level_arms_share_no_middle(self):
        asked = AFFINITY.questions(result(scene="parallel"))
        assert not any("middle" in question.text for question in asked)


class TestFiles:
    @pytest.mark.parametrize(("chosen", "ap"), [({}, 1.0), ({"paf": "last", "share": 85}, 0.505)])
    def test_people_and_truth_can_be_evaluated(self, chosen, ap):
        files = {part.name: json.loads(part.make()) for part in parts(File, **chosen)}
        stats = evaluate_keypoints(files["arms.json"], files["people.json"]).stats
        assert stats[0] == pytest.approx(ap, abs=1e-3)

    def test_the_table_says_which_link_is_whose(self):
        (table,) = [part for part in parts(Table) if part.name == "links"]
        assert table.columns["score"] == ["0.9", "0.9", "0.2828", "0.2828"]
        assert table.columns["one person's"] == ["yes", "yes", "no", "no"]

    @pytest.mark.parametrize("match", ["greedy", "optimal"])
    def test_the_program_takes_the_same_pairs(self, match, tmp_path, monkeypatch):
        chosen = {"match": match, "noise_heat": 0.1, "noise_paf": 0.3, "samples": 7, "seed": 3}
        (program,) = parts(Program, **chosen)
        texts, files = program.make[""]()
        for name, values in files.items():
            np.save(tmp_path / name, values)
        monkeypatch.chdir(tmp_path)
        left = {}
        exec(texts["NumPy"], left)
        run = result(**chosen)
        np.testing.assert_allclose(left["y"], run.links.score, atol=1e-12)
        assert left["pairs"] == list(run.parsed.matched[0])


class TestExercises:
    def test_clipped_sums_have_no_strict_peak(self):
        assert KINDS["merged-peaks"].exercise(Values({}), 0).solution().label == "0"

    def test_greedy_and_the_best_sum_are_both_offered(self):
        made = KINDS["greedy-pairs"].exercise(Values({}), 0)
        assert made.solution().label == "1"
        assert "1.6" in [option.label for option in made.options]

    @pytest.mark.parametrize("name", ["merged-peaks", "greedy-pairs"])
    def test_seeds_give_one_right_answer_each(self, name):
        made = [KINDS[name].exercise(Values({}), seed) for seed in range(6)]
        assert all(sum(option.right for option in one.options) == 1 for one in made)
        assert len({one.text for one in made}) > 3
