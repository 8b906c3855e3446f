"""Results of surveys: weights, error bars, what may be shown, pages and release."""
