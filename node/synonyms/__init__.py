"""Words that mean the same: the coordinator keeps the groups by which search understands people."""
