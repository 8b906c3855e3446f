"""The directory for others to use: tables, maps, exchange formats, linked data and news."""
