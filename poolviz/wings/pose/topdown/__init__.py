"""Top-down: a box becomes a crop, the crop a map, and the joint goes back."""
