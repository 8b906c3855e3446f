"""Activity templates: written, published in versions, found, copied and seen in their family."""
