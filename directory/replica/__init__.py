"""The replica: taking records in, keeping them, and showing them by kind."""
