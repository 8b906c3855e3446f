"""Tests of node/national_figures."""
