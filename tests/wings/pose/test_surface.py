"""/surface: ways along a body, their scores, the questions, the program."""

import numpy as np
import pytest

from poolviz.pose.surface import similarity
from poolviz.stage.part import Moment, Program, walk
from poolviz.wings.pose.surface.page import SURFACE, TRUNK, surface_scene
from poolviz.wings.pose.surface.programs import program


def result(**chosen):
    return SURFACE.result(SURFACE.values({}).but(**chosen))


def test_chest_to_back_scores_less_than_the_straight_line():
    run = result()
    assert run.straight == pytest.approx(0.3, abs=1e-3)
    assert run.along == pytest.approx(0.4712, abs=1e-3)
    assert run.scores() == pytest.approx((0.5006, 0.1813), abs=1e-3)


def test_a_cylinder_has_the_facts_numbers(capsys):
    exec(program((0.15, 0.15, 1), 0.5, 180, 0.255), {})
    assert capsys.readouterr().out.split() == ["0.3", "0.5006", "0.4712", "0.1813"]


def test_the_seam_is_narrow():
    seam = TRUNK.geodesic((1, 0.02, 0.5), (1, 0.98, 0.5))
    assert seam == pytest.approx(0.0377, abs=1e-4)
    assert "3.8 cm" in SURFACE.questions(result())[1].answer.why


def test_kappa_is_the_one_chosen():
    run = result(kappa=0.351)
    assert run.scores()[1] == pytest.approx(float(similarity(np.array(run.along), 0.351)))


def test_the_scene_withholds_the_answer():
    run = result()
    shown, hidden = surface_scene(run, None), surface_scene(run, 1)
    assert np.isfinite(shown.overlays[0].points[2]).all()
    assert np.isnan(hidden.overlays[0].points[2, 1:-1]).all()
    assert np.isnan(hidden.overlays[0].arrows).all()
    assert len(shown.wire) < 150_000


@pytest.mark.parametrize("part", ["torso", "left hand", "right foot"])
def test_the_program_prints_the_same(part, capsys):
    run = result(part=part, turn=120)
    shown = SURFACE.parts(SURFACE.values({}).but(part=part, turn=120))
    (code,) = [each for each in walk(shown, Moment()) if isinstance(each, Program)]
    exec(code.make[""]()[0]["NumPy"], {})
    printed = [float(word) for word in capsys.readouterr().out.split()]
    straight, along = run.scores()
    assert printed == pytest.approx([run.straight, straight, run.along, along], abs=1e-4)
