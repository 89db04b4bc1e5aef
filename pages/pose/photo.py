from poolviz.ui.show import show
from poolviz.wings.pose.photo.page import PHOTO

show(PHOTO)
