from poolviz.ui.show import show
from poolviz.wings.pooling.catalogue.page import CATALOGUE

show(CATALOGUE)
