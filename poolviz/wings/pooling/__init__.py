"""The pages of the pooling wing."""
