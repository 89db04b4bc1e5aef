from poolviz.ui.show import show
from poolviz.wings.attention.one_function.page import ONE_FUNCTION

show(ONE_FUNCTION)
