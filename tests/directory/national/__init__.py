"""Tests of directory/national."""
