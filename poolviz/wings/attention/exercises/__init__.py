"""Exercises about attention."""
