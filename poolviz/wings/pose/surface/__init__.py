"""Surface: charts, places on them, and the way along the skin."""
