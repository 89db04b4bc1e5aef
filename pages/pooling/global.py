from poolviz.ui.show import show
from poolviz.wings.pooling.global_.page import GLOBAL

show(GLOBAL)
