"""What the village's own page tells of its figures: with noise, or rounded, never both."""
