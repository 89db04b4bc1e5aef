from poolviz.ui.show import show
from poolviz.wings.pose.oks.page import OKS

show(OKS)
