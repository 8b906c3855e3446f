"""What may be shown of exact counts without telling of anybody: thresholds, hidden cells, rounding last."""
