"""An initiative that is not in the guide: anybody proposes it, a coordinator decides."""
