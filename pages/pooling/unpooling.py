from poolviz.ui.show import show
from poolviz.wings.pooling.unpooling.page import UNPOOLING

show(UNPOOLING)
