"""Alembic's migrations; each freezes what it needs, and is never changed once released."""
