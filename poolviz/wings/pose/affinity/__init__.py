"""Affinity: which elbow belongs to which wrist, by a line integral along every link."""
