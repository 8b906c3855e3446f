"""Asking initiatives, and what they answer."""
