"""The page for teachers."""
