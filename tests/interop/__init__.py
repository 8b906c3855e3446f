"""Tests with an ActivityPub implementation that shares no code with ours."""
