"""Stages: a trained network that changes its mind from stage to stage."""
