"""Sequences: pooling over the words of a sentence."""
