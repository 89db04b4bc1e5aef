from poolviz.ui.show import show
from poolviz.wings.pose.field.page import FIELD

show(FIELD)
