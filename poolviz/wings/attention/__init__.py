"""The pages of the attention wing."""
