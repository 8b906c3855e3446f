"""What may be shown of exact counts."""
