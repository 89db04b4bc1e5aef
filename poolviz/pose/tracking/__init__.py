"""People through time: poses linked from frame to frame, and what the names are worth."""

from poolviz.pose.tracking.clear import Clear as Clear
from poolviz.pose.tracking.clear import Frame as Frame
from poolviz.pose.tracking.clear import clear_mot as clear_mot
from poolviz.pose.tracking.compared import Compared as Compared
from poolviz.pose.tracking.compared import compared as compared
from poolviz.pose.tracking.identity import Identity as Identity
from poolviz.pose.tracking.identity import identity as identity
from poolviz.pose.tracking.joints import mean_mota as mean_mota
from poolviz.pose.tracking.joints import per_joint as per_joint
from poolviz.pose.tracking.link import LINKS as LINKS
from poolviz.pose.tracking.link import Linked as Linked
from poolviz.pose.tracking.link import link as link
