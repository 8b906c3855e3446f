"""Who says so: HTTP signatures in both schemes, integrity proofs, and whose key it is."""
