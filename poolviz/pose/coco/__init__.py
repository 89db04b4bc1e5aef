"""Ground truth and results of COCO, read into tables."""
