"""How every error is told: a page, a fragment or problem+json."""
