"""Lists of initiatives from elsewhere: read, compared with what the hub has, carried out, undone."""
