"""Catalogue: every variant and operator as a card."""
