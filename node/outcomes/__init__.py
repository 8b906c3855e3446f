"""Outcomes: measured here, protected by noise, approved by the board, then released."""
