"""Our own keys over time: replacing them, proving records anew, and starting again after a loss."""
