"""Processes are killed in the middle, and the story completes."""
