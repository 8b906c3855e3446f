"""Tests of node/claims."""
