from poolviz.ui.show import show
from poolviz.wings.attention.attend.page import ATTEND

show(ATTEND)
