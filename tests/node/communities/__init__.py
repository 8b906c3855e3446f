"""Tests of the community's own profile."""
