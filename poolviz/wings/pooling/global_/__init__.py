"""Global: one number a map, and where a class finds its evidence."""
