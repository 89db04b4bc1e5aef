from poolviz.ui.show import show
from poolviz.wings.pooling.windows import WINDOWS

show(WINDOWS)
