"""Exercises about pooling, made of the state of its pages."""
