"""Every kind of exercise about poses."""

from poolviz.exercises import Kind
from poolviz.exercises.kind import PREDICT, WRONG
from poolviz.text import N_
from poolviz.wings.pose.exercises.boxes import MADE, how_many, off_by
from poolviz.wings.pose.exercises.maps import greedy_sum, merged_peaks
from poolviz.wings.pose.exercises.networks import NETWORKS, field, hourglass, mended
from poolviz.wings.pose.exercises.poses import EQUALLY, FLAGS, POSES, equal_errors, flags, guess
from poolviz.wings.pose.exercises.surfaces import TUBES, opposite

KINDS = (
    Kind("oks", PREDICT, N_("An OKS"), guess, POSES),
    Kind("receptive-field", PREDICT, N_("A receptive field"), field, NETWORKS),
    Kind("hourglass", PREDICT, N_("An hourglass"), hourglass, NETWORKS),
    Kind("further-stage", PREDICT, N_("What a further stage mends"), mended, NETWORKS),
    Kind("heat-map", PREDICT, N_("The largest cell of a heat map"), off_by, MADE),
    Kind("copies", PREDICT, N_("Copies of a pose"), how_many, MADE),
    Kind("merged-peaks", PREDICT, N_("Peaks of two joints"), merged_peaks, MADE),
    Kind("greedy-pairs", PREDICT, N_("Pairs of a greedy parser"), greedy_sum, MADE),
    Kind("opposite", PREDICT, N_("A place on the other side"), opposite, TUBES),
    Kind("misconception-11", WRONG, N_("A slip of a joint"), equal_errors, POSES, EQUALLY),
    Kind("misconception-12", WRONG, N_("Flags of a joint"), flags, POSES, FLAGS),
)
