from poolviz.ui.show import show
from poolviz.wings.attention.context.page import CONTEXT

show(CONTEXT)
