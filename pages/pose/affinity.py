from poolviz.ui.show import show
from poolviz.wings.pose.affinity.page import AFFINITY

show(AFFINITY)
