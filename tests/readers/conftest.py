"""Hypothesis without a clock and with fixed examples: the same run everywhere."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
