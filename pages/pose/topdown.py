from poolviz.ui.show import show
from poolviz.wings.pose.topdown.page import TOPDOWN

show(TOPDOWN)
