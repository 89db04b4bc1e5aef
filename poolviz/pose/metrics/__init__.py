"""What a pose is worth: similarities, distances, and evaluation by COCO's rules."""
