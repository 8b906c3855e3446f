"""Private keys: files of this node only, made once, never made again.

Each identity has an RSA-2048 key (what all ActivityPub software verifies) and an Ed25519 key
(proofs, and signatures among our nodes), as ``secrets/<username>.{rsa,ed25519}.pem``. Keys that
replace them are of a later generation, ``secrets/<username>.2.{rsa,ed25519}.pem``: beside the old
ones, which stay.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from federation.bovine_adapter import encode_multikey
from federation.settings import Settings
from schemas.errors import BadSignature, InvalidInput, NotReady
from schemas.messages import N_

USERNAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
ED25519_FRAGMENT = "ed25519-key"
PublicKey = RSAPublicKey | Ed25519PublicKey


@dataclass(frozen=True)
class KeyPair:
    """The two private keys of one identity; ``generation`` says which in the row of its keys."""

    rsa: RSAPrivateKey
    ed25519: Ed25519PrivateKey
    generation: int = 1


def rsa_key_id(actor_uri: str, generation: int = 1) -> str:
    """The address of an identity's RSA key."""
    return f"{actor_uri}#main-key{_suffix(generation)}"


def ed25519_key_id(actor_uri: str, generation: int = 1) -> str:
    """The address of an identity's Ed25519 key."""
    return f"{actor_uri}#{ED25519_FRAGMENT}{_suffix(generation)}"


def is_ed25519_key_id(key_id: str) -> bool:
    """Whether one of our own key addresses is that of an Ed25519 key."""
    return key_id.rpartition("#")[2].startswith(ED25519_FRAGMENT)


def _suffix(generation: int) -> str:
    return f"-{generation}" if generation > 1 else ""


def create_keys(settings: Settings, username: str, generation: int = 1) -> KeyPair:
    """Make the keys of an identity, or its next ones; those that are already there stay.

    They stay because what was broken off half-way is simply done again. The files are on the
    disk for good when this returns, so a row that names them may be committed.
    """
    rsa_path, ed25519_path = _paths(settings.secrets_dir, username, generation)
    settings.secrets_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    _create_if_absent(rsa_path, lambda: generate_private_key(public_exponent=65537, key_size=2048))
    _create_if_absent(ed25519_path, Ed25519PrivateKey.generate)
    _sync_folder(settings.secrets_dir)
    return load_keys(settings, username, generation)


def has_key_files(settings: Settings, username: str, generation: int) -> bool:
    """Whether anything is stored under the names of these keys."""
    return any(path.exists() for path in _paths(settings.secrets_dir, username, generation))


def load_keys(settings: Settings, username: str, generation: int = 1) -> KeyPair:
    """The keys of an existing identity, read once per process.

    Raises NotReady when they are missing, unreadable or readable by others: a node never
    makes new keys for an identity that the network already knows.
    """
    return _load(settings.secrets_dir, username, generation)


def forget_loaded_keys() -> None:
    """Read the files again at the next use: they were changed outside of this process."""
    _load.cache_clear()


def multibase_of(public: Ed25519PublicKey) -> str:
    """How the wire writes an Ed25519 public key."""
    return encode_multikey(public)


def pem_of(public: PublicKey) -> str:
    """How the wire writes an RSA public key."""
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def fingerprint(multibase: str) -> str:
    """What two people read to one another: 8 groups of 4 hex digits of the key's SHA-256."""
    digest = hashlib.sha256(multibase.encode("ascii", "replace")).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


@lru_cache(maxsize=4096)
def read_rsa_pem(pem: str) -> RSAPublicKey:
    """The RSA key in a PEM text: 2,048 to 4,096 bits with exponent 65537, else BadSignature."""
    try:
        key = load_pem_public_key(pem.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadSignature(f"the key is not a public key in PEM: {error}", kind="key_unfit") from None
    if not isinstance(key, RSAPublicKey):
        raise BadSignature("the key is not an RSA key", kind="key_unfit")
    if not 2048 <= key.key_size <= 4096 or key.public_numbers().e != 65537:
        raise BadSignature(f"an RSA key of {key.key_size} bits or with a strange exponent", kind="key_unfit")
    return key


@lru_cache(maxsize=16)
def _load(folder: Path, username: str, generation: int) -> KeyPair:
    rsa_path, ed25519_path = _paths(folder, username, generation)
    rsa, ed25519 = _read(rsa_path), _read(ed25519_path)
    if not isinstance(rsa, RSAPrivateKey) or not isinstance(ed25519, Ed25519PrivateKey):
        raise _not_ready(rsa_path, "not the expected kind of key")
    return KeyPair(rsa, ed25519, generation)


def _paths(folder: Path, username: str, generation: int) -> tuple[Path, Path]:
    if not USERNAME.fullmatch(username):  # it becomes a file name
        raise InvalidInput(
            N_("Use small letters, digits and hyphens only."), fields={"username": [username[:80]]}
        )
    stem = f"{username}.{generation}" if generation > 1 else username
    return folder / f"{stem}.rsa.pem", folder / f"{stem}.ed25519.pem"


def _read(path: Path) -> object:
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except OSError as error:
        raise _not_ready(path, str(error)) from None
    if mode & 0o077:
        raise _not_ready(path, f"others may read it: mode {mode & 0o777:o}, needs 600")
    try:
        return load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _not_ready(path, str(error)) from None


def _not_ready(path: Path, cause: str) -> NotReady:
    return NotReady(
        N_(
            "The key file %(name)s is missing, damaged or open to others. Put back your backup of the "
            "keys. Is there none? See “Keys and address”."
        ),
        cause=f"{path}: {cause}",
        name=path.name,
    )


def _create_if_absent(path: Path, make: Callable[[], RSAPrivateKey | Ed25519PrivateKey]) -> None:
    if path.exists():
        return
    data = make().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # written whole and synced under another name first: half a key must never be found here
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)  # unlike rename, never replaces
    except FileExistsError:
        pass  # another process made it first; theirs counts
    finally:
        os.unlink(name)


def _sync_folder(folder: Path) -> None:
    """A name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
