from poolviz.ui.show import show
from poolviz.wings.pooling.adaptive.page import ADAPTIVE

show(ADAPTIVE)
