"""Whether the network works: peers, what did not arrive, and the round trip of a test message."""
