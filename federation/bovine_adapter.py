"""The one door to bovine, a library of ActivityPub parts.

What we use: multibase keys, the models of WebFinger and NodeInfo, the reading of handles and
the signing string of draft-cavage. What we do not use, and why, stands in docs/adr/0002: its
signature checker, its proofs, its JSON-LD and its fetching.

Each function imports what it needs when it is first called: bovine's package loads an HTML
parser and pydantic (20 MB), and ``bovine.jsonld``, which nobody here may import, opens a
cache file in the working directory.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def encode_multikey(public: Ed25519PublicKey) -> str:
    """The multibase (base58btc) form of a public key, as FEP-521a writes it."""
    from bovine.crypto.multibase import encode_public_key_to_multibase  # noqa: PLC0415

    return str(encode_public_key_to_multibase(public))


@lru_cache(maxsize=4096)
def decode_multikey(multibase: str) -> Ed25519PublicKey:
    """The Ed25519 key in a multibase text; ValueError for anything else."""
    from bovine.crypto.multibase import decode_multibase_public_key  # noqa: PLC0415

    if not 40 <= len(multibase) <= 100:  # an Ed25519 key is 48 characters
        raise ValueError("not the length of an Ed25519 multikey")
    try:
        key = decode_multibase_public_key(multibase)  # type: ignore[no-untyped-call]
    except (ValueError, IndexError) as error:
        raise ValueError("not a multikey") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 multikey")
    return key


def encode_base58(data: bytes) -> str:
    """Bytes as multibase base58btc: how a proof's value is written."""
    from bovine.crypto.multibase import multibase_58btc_encode  # noqa: PLC0415

    return str(multibase_58btc_encode(data))


def decode_base58(text: str) -> bytes:
    """The bytes in a multibase base58btc text of at most 200 characters; ValueError otherwise."""
    from bovine.crypto.multibase import multibase_decode  # noqa: PLC0415

    if not 1 < len(text) <= 200:
        raise ValueError("not a multibase text of the expected length")
    try:
        return bytes(multibase_decode(text))
    except (ValueError, IndexError) as error:
        raise ValueError("not base58") from error


def cavage_signing_string(fields: Iterable[tuple[str, str]]) -> str:
    """The text that a draft-cavage signature signs."""
    from bovine.crypto.http_signature import HttpSignature  # noqa: PLC0415

    signature: Any = HttpSignature()  # type: ignore[no-untyped-call]
    for name, value in fields:
        signature.with_field(name, value)
    return str(signature.build_message())


def split_handle(handle: str) -> tuple[str, str | None]:
    """``@name@host`` as name and host; the host is None when there is none."""
    from bovine.utils import parse_fediverse_handle  # noqa: PLC0415

    name, host = parse_fediverse_handle(handle)
    return name, host


def webfinger_document(subject: str, aliases: list[str], links: list[dict[str, str]]) -> dict[str, Any]:
    """A WebFinger answer (RFC 7033)."""
    from bovine.types.jrd import JrdData  # noqa: PLC0415

    data = JrdData.model_validate({"subject": subject, "aliases": aliases, "links": links})
    return dict(data.model_dump(mode="json", exclude_none=True))


def read_webfinger(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The links of a WebFinger answer as (rel, type, href); ValueError when it is none."""
    from bovine.types.jrd import JrdData  # noqa: PLC0415

    data = JrdData.model_validate(document)  # pydantic's error is a ValueError
    return [(link.rel or "", link.type or "", link.href or "") for link in data.links or []]


def nodeinfo_document(software: dict[str, str], metadata: dict[str, Any]) -> dict[str, Any]:
    """A NodeInfo document of version 2.0, without any count of people."""
    from bovine.types.nodeinfo import NodeInfo  # noqa: PLC0415

    info = NodeInfo.model_validate({"software": software, "metadata": metadata})
    return dict(info.model_dump(mode="json"))
