from poolviz.ui.show import show
from poolviz.wings.pooling.compare.page import COMPARE

show(COMPARE)
