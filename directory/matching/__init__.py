"""Is this the same initiative? Two descriptions are compared, trait by trait, with the reasons."""
