"""Gradients: what an output's gradient becomes at each input cell."""
