"""National figures: what all communities released, together, for everybody to read and to use."""
