"""Versions of a record: which of two stands, and the digest by which replicas compare them.

Last-writer-wins by the owner's ``updated``. Where two versions name the same instant every replica
must choose the same one, whatever arrived first: a deletion, otherwise the larger digest.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import jcs  # type: ignore[import-untyped]

from directory.replica.changes import Change
from directory.replica.records import Record
from schemas.errors import InvalidInput
from schemas.objects import Document


def supersedes(change: Change, record: Record) -> bool:
    """Whether a change takes the place of the version that is kept."""
    if change.updated_at != record.updated_at:
        return change.updated_at > record.updated_at
    if change.is_deletion or record.deleted_at:
        return change.is_deletion and not record.deleted_at
    if change.document == record.document:
        return False  # what a feed repeats: no need to compute anything
    return digest_of(change) > digest_of_record(record)


def is_version(change: Change, record: Record) -> bool:
    """Whether a change is the version that is kept; another proof of the same content is the same."""
    return digest_of(change) == digest_of_record(record)


def digest_of(change: Change) -> str:
    """The digest of a version: SHA-256 in hexadecimal, see `version_digest`."""
    content = "" if change.is_deletion else content_digest(change.document)
    return version_digest(change.uri, change.updated_at, content)


def digest_of_record(record: Record) -> str:
    """The digest of the version that is kept; computed for rows from before digests were kept."""
    if record.digest:
        return record.digest
    content = "" if record.deleted_at else content_digest(record.document)
    return version_digest(record.uri, record.updated_at, content)


def version_digest(uri: str, updated_at: datetime, content: str) -> str:
    """SHA-256 over address, instant and content, a line each; without content for a deletion.

    The instant is UTC with six decimals. A deletion is the same whichever document tells of it.
    """
    lines = (uri, instant_text(updated_at), content or "deleted")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def instant_text(at: datetime) -> str:
    """An instant as digests write it, such as ``2026-11-22T09:30:00.000000Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def content_digest(document: Document) -> str:
    """SHA-256 of the canonical document (RFC 8785) without its proof: a new signature is no new version."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    try:
        return hashlib.sha256(jcs.canonicalize(bare)).hexdigest()
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidInput(cause=f"the document has no canonical form: {error}") from None


def bucket_of(uri: str) -> str:
    """Where a record stands in the tree of digests: SHA-256 of its address in hexadecimal."""
    return hashlib.sha256(uri.encode()).hexdigest()
