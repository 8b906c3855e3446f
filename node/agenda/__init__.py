"""The agenda: the public events of the villages of the network."""
