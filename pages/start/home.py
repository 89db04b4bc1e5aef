from poolviz.ui.show import show
from poolviz.wings.pages import HOME

show(HOME)
