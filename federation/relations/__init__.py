"""Who belongs with whom: follows, members of hubs, and what we know of other hosts."""
