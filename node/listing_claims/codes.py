"""The secrets that prove a claim: the code of a letter and the link of a mail. Only hashes are kept.

A typed code leaves the village as a digest that is good for one claim, so that it stands in no message,
no log and no table of either node.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from node.accounts.service import hash_token


def new_link_secret() -> str:
    """What stands in the link of a mail."""
    return secrets.token_urlsafe(24)


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hash_token(secret)


def digest_of(code_hash: str, claim_uri: str) -> str:
    """What a village sends to show that it has the code."""
    return hashlib.sha256(f"{code_hash} {claim_uri}".encode()).hexdigest()


def fits(secret_hash: str | None, claim_uri: str, digest: str) -> bool:
    """Whether a digest was made from the code that was printed for this claim."""
    return secret_hash is not None and hmac.compare_digest(digest_of(secret_hash, claim_uri), digest)
