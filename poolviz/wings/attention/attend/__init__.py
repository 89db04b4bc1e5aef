"""/attend: one query, the keys it may ask, and what it takes from them."""
