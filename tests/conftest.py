"""What pytest leaves alone: scripts that record expected values need PyTorch, the tests do not."""

collect_ignore_glob = ["golden/*.py"]
