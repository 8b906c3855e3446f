"""Tests of the cooperative’s application."""
