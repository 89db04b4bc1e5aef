"""Adaptive: windows from an output size."""
