"""What our own page tells."""
