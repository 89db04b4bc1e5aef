"""Small exercises, generated from the state by a seed and checked by the engine."""

from poolviz.exercises.exercise import MISCONCEPTIONS as MISCONCEPTIONS
from poolviz.exercises.exercise import Exercise as Exercise
from poolviz.exercises.kinds import KINDS as KINDS
from poolviz.exercises.kinds import exercise as exercise
from poolviz.exercises.material import Material as Material
from poolviz.exercises.material import material as material
