"""COCO evaluation: from detections to AP."""
