"""The two signature schemes of HTTP requests: RFC 9421 and draft-cavage-12.

Each reads a request into claims (who says to have signed, and a check to run with that key),
after the policy of what must be covered and when, and before any cryptography.
"""
