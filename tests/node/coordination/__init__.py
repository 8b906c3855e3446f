"""The coordinator's room."""
