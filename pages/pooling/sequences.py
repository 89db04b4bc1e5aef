from poolviz.ui.show import show
from poolviz.wings.pooling.sequences.page import SEQUENCES

show(SEQUENCES)
