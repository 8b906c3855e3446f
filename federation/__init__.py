"""ActivityPub: identities and keys, signatures, inbox, outbox, delivery and discovery.

Also what they stand on: settings, the database session, the queue and the one HTTP client.
"""
