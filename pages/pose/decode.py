from poolviz.ui.show import show
from poolviz.wings.pose.decode.page import DECODE

show(DECODE)
