"""Exercises about poses."""
