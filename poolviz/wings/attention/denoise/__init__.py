"""Denoise: non-local means, attention without a single weight to learn."""
