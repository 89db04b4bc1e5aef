"""Boxes first: a crop for each person, one pose in each, read off maps, and copies removed."""
