"""Improving templates together: taking in what the origin changed, and offering it what we changed."""
