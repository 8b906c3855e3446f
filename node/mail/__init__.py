"""Electronic mail: written down with what it belongs to, sent by a job; off until the operator sets it up."""
