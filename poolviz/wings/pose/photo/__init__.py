"""Photo: a real network on a real photograph, one head after the other."""
