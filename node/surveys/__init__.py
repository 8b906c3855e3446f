"""Asking residents: instruments, surveys, anonymous answers on the web and on paper."""
