"""Who speaks to us: the mode, the rules, the lists we trust, and reports of what is wrong."""
