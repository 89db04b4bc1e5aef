"""What the pages of the attention wing share."""
