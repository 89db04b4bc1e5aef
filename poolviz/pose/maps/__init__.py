"""Target maps: what a network that finds joints first is taught to draw."""

from poolviz.pose.maps.affinity import CLIPS as CLIPS
from poolviz.pose.maps.affinity import OVERLAPS as OVERLAPS
from poolviz.pose.maps.affinity import affinity_fields as affinity_fields
from poolviz.pose.maps.affinity import limb_masks as limb_masks
from poolviz.pose.maps.body import BODY18 as BODY18
from poolviz.pose.maps.body import LIMBS18 as LIMBS18
from poolviz.pose.maps.body import body18 as body18
from poolviz.pose.maps.grid import to_cells as to_cells
from poolviz.pose.maps.grid import to_pixels as to_pixels
from poolviz.pose.maps.heat import HEATS as HEATS
from poolviz.pose.maps.heat import background as background
from poolviz.pose.maps.heat import heat_maps as heat_maps
