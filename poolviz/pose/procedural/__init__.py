"""Pictures of people made from a seed: what the networks of this wing were trained on."""

from poolviz.pose.procedural.body import HEAD as HEAD
from poolviz.pose.procedural.body import JOINTS as JOINTS
from poolviz.pose.procedural.body import LEFT_FIRST as LEFT_FIRST
from poolviz.pose.procedural.body import LIMBS as LIMBS
from poolviz.pose.procedural.body import NECK as NECK
from poolviz.pose.procedural.body import Body as Body
from poolviz.pose.procedural.body import draw_body as draw_body
from poolviz.pose.procedural.scene import SIDE as SIDE
from poolviz.pose.procedural.scene import People as People
from poolviz.pose.procedural.scene import draw_people as draw_people
