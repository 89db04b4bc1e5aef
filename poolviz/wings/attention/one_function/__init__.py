"""One function: from average pooling to a Transformer head, an argument at a time."""
