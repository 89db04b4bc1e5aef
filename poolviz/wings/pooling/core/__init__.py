"""What the pages of the pooling wing share."""
