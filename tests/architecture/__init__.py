"""What holds the house together: layers, sizes, and documentation that says what the code does."""
