"""Tests of node/business_case."""
