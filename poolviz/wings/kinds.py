"""Every kind of exercise that a wing gives, by name, in the order of the menu."""

from poolviz.exercises import by_name
from poolviz.wings.pooling.exercises.kinds import KINDS as POOLING
from poolviz.wings.pose.exercises.kinds import KINDS as POSE

KINDS = by_name((*POOLING, *POSE))
