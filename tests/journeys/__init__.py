"""Stories through several nodes, each a process of its own, over real HTTP."""
