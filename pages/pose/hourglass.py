from poolviz.ui.show import show
from poolviz.wings.pose.hourglass.page import HOURGLASS

show(HOURGLASS)
