"""National figures: sums and means over villages, from the figures that they released and nothing else."""
