"""Networks of the pose wing that were really trained, in NumPy, and how far networks see."""

from poolviz.pose.networks.hourglass import Counts as Counts
from poolviz.pose.networks.hourglass import NetworkCounts as NetworkCounts
from poolviz.pose.networks.map_network import MapNetwork as MapNetwork
from poolviz.pose.networks.map_network import map_network as map_network
from poolviz.pose.networks.receptive import layers_of as layers_of
from poolviz.pose.networks.receptive import receptive_fields as receptive_fields
