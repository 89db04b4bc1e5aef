from poolviz.ui.show import show
from poolviz.wings.pose.pose_nms.page import POSE_NMS

show(POSE_NMS)
