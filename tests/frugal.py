"""What is slow on purpose, or the same each time, made cheap in this process: the rules stay, the work goes.

Processes that tests start (journeys, faults, the browser's nodes) know nothing of this: they make their
own keys and hash with the real cost.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from flask import Flask
from flask_security import core
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from federation.actors import keys
from node.accounts import secret_keys

POOL = 64
"""RSA keys that are made in a run; each test meets far fewer, so it never meets one twice."""
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
"""Argon2id with hardly any work."""


@contextmanager
def frugality(templates: Path) -> Iterator[None]:
    """Make it cheap until the block ends; compiled templates are kept in a folder."""
    options = {f"argon2__{name}": value for name, value in CHEAP.items()}
    with pytest.MonkeyPatch.context() as patch:
        pool = _Pool()
        patch.setattr(keys, "generate_private_key", pool.take)
        patch.setattr(keys, "load_pem_private_key", pool.load)
        patch.setattr(secret_keys, "_hasher", PasswordHasher(**CHEAP))
        patch.setitem(core._default_config, "PASSWORD_HASH_PASSLIB_OPTIONS", options)
        patch.setattr(Rule, "_compile_builder", _remembered_builders())
        patch.setitem(Flask.jinja_options, "bytecode_cache", FileSystemBytecodeCache(str(templates)))
        yield


def _remembered_builders() -> Callable[..., Callable[..., tuple[str, str]]]:
    """What builds the address of a rule: compiled code that depends on the rule's text alone."""
    compile_builder, builders = Rule._compile_builder, {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    return remembered


class _Pool:
    """Keys that were made before, in turn, and what their files say."""

    def __init__(self) -> None:
        self._made: list[RSAPrivateKey] = []
        self._read: dict[bytes, PrivateKeyTypes] = {}
        self._turn = itertools.count()

    def take(self, public_exponent: int, key_size: int) -> RSAPrivateKey:
        """The next one; a new one while there are few."""
        if len(self._made) < POOL:
            made = generate_private_key(public_exponent, key_size)
            self._made.append(made)
            self._read[made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())] = made
            return made
        return self._made[next(self._turn) % POOL]

    def load(self, data: bytes, password: None) -> PrivateKeyTypes:
        """The key in a file, whose primes are examined at the first time only."""
        if data not in self._read:
            self._read[data] = load_pem_private_key(data, password)
        return self._read[data]
