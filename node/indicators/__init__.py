"""Indicators: what is counted, for which goal of the residents; the national set and a village's own."""
