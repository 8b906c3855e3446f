"""Pictures on pages: shown from this node, and taken in from forms and programs."""
