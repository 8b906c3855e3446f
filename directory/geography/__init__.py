"""Places, and the map on which initiatives are drawn."""
