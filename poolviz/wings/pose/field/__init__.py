"""Field: how far a cell of a deep map sees."""
