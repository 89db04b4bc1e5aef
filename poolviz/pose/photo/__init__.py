"""A real network on real photographs: MoveNet Lightning, without any other library than NumPy."""
