"""Poses: object keypoint similarity, and evaluation by COCO's rules to the last digit."""

from poolviz.pose.oks import estimate_sigmas as estimate_sigmas
from poolviz.pose.oks import keypoint_similarities as keypoint_similarities
from poolviz.pose.oks import oks as oks
from poolviz.pose.oks import oks_gradient as oks_gradient
from poolviz.pose.oks import similarity_radius as similarity_radius
from poolviz.pose.skeletons import COCO17 as COCO17
from poolviz.pose.skeletons import SKELETONS as SKELETONS
from poolviz.pose.skeletons import Skeleton as Skeleton
