"""Duplicates: two entries that may be one initiative, decided on by the coordinator and undone again."""
