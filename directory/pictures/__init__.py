"""Pictures of formats: made small and bare, known by their hash, and kept here whoever made them."""
