"""The business case: what looking after one another costs and saves, for whom, and how sure that is."""
