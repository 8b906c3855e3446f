"""What other software sends and reads: shapes on the wire, and readers that follow its published rules."""
