"""The first page a visitor sees, and the page of the team."""
