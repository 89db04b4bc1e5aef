from poolviz.ui.show import show
from poolviz.wings.pooling.gradients.page import GRADIENTS

show(GRADIENTS)
