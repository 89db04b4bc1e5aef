from poolviz.ui.show import show
from poolviz.wings.pose.surface.page import SURFACE

show(SURFACE)
