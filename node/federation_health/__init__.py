"""The health of the network for people: peers, what did not arrive, the round trip, in plain words."""
