"""Unpooling: pool, go back, and see what is lost."""
