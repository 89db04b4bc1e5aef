"""Decode: one blob whose centre lies between cells, and six ways to read it."""
