"""Asking other servers: the one fetcher, the addresses it may use and the documents it accepts."""
