"""Claims: figures from elsewhere, each with its source, side by side when they disagree."""
