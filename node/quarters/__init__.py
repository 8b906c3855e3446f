"""One screen a quarter: what this village counts, where each number comes from, and what looks odd."""
