from poolviz.ui.show import show
from poolviz.wings.pose.stages.page import STAGES_PAGE

show(STAGES_PAGE)
