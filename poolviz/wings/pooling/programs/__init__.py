"""The same computation as programs in PyTorch, Keras and NumPy."""
