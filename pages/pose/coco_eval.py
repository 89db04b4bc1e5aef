from poolviz.ui.show import show
from poolviz.wings.pose.coco_eval.page import COCO_EVAL

show(COCO_EVAL)
