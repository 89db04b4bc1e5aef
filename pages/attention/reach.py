from poolviz.ui.show import show
from poolviz.wings.attention.reach.page import REACH

show(REACH)
