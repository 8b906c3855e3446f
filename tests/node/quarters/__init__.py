"""Tests of node/quarters."""
