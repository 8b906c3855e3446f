"""Records received from the network: ingest, replica, search, map, relay and feed."""
