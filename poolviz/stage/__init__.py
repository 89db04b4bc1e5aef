"""What every page is made of: parts, controls, questions, and the scene that can be played."""
