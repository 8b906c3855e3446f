"""Keys and address: what the administrator sees and does about them."""
