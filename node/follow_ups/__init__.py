"""Notes and follow-up tasks of the team about entries of the directory."""
