"""Evidence of templates: who uses them, what it takes and brings, and what we tell of our own use."""
