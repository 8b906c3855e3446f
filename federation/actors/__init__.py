"""Who is who: our identities and their keys, and the actors of other servers that we know."""
