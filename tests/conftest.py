"""What holds for every test: Hypothesis without a clock and with fixed examples, the same run
everywhere; and scripts that record expected values with PyTorch are not collected."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

collect_ignore_glob = ["golden/*.py"]
