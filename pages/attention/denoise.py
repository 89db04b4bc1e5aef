from poolviz.ui.show import show
from poolviz.wings.attention.denoise.page import DENOISE

show(DENOISE)
