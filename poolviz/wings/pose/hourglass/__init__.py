"""Hourglass: down, up, and what is added on each floor."""
