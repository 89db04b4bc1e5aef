"""The pages of the pose wing."""
