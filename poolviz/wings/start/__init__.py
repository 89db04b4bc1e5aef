"""The pages that one starts from."""
