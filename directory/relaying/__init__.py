"""Passing records on: a hub's feed and announcements, and catching up from them."""
