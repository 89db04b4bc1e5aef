"""Compare: one input under several variants, and the experiments."""
