"""What is slow on purpose, or the same each time, made cheap in this process: the rules stay, the work goes.

Processes that tests start (journeys, faults, the browser's nodes) know nothing of this: they make their
own keys and hash with the real cost.
"""

from __future__ import annotations

import copy
import io
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gettext import GNUTranslations
from types import CodeType
from typing import Any, BinaryIO

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
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from passlib.totp import AppWallet
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

from federation import database
from federation.actors import keys
from node.accounts import secret_keys

POOL = 32
"""RSA keys that are made in a run; each test meets far fewer, so it never meets one twice."""
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
"""Argon2id with hardly any work."""
TWO_TO_THE = 4
"""Rounds by which the key of an authenticator app is locked away; passlib says 14."""


@contextmanager
def frugality() -> Iterator[None]:
    """Make it cheap until the block ends."""
    options = {f"argon2__{name}": value for name, value in CHEAP.items()}
    with pytest.MonkeyPatch.context() as patch:
        pool = _Pool()
        patch.setattr(keys, "generate_private_key", pool.take)
        patch.setattr(keys, "load_pem_private_key", pool.load)
        patch.setattr(secret_keys, "_hasher", PasswordHasher(**CHEAP))
        patch.setitem(core._default_config, "PASSWORD_HASH_PASSLIB_OPTIONS", options)
        patch.setattr(AppWallet, "encrypt_cost", TWO_TO_THE)
        patch.setattr(os, "fsync", lambda _file: None)  # nobody cuts the power here
        patch.setattr(database, "_prepare_sqlite", _careless(database._prepare_sqlite))
        patch.setattr(GNUTranslations, "_parse", _remembered_words())
        patch.setattr(Rule, "_compile_builder", _remembered_builders())
        patch.setattr(Rule, "_parse_rule", _remembered_parts())
        patch.setitem(Flask.jinja_options, "bytecode_cache", _Templates())
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


@dataclass(frozen=True)
class _Parsed:
    """What reading the text of a rule gave, and left behind in the rule."""

    parts: list[RulePart]
    trace: list[tuple[bool, str]]
    converters: dict[str, BaseConverter]


def _remembered_parts() -> Callable[[Rule, str], list[RulePart]]:
    """The expressions of a rule: most of what building an application takes."""
    parse, known = Rule._parse_rule, {}

    def remembered(rule: Rule, text: str) -> list[RulePart]:
        key = (text, *rule.map.converters.values())
        if key not in known:
            before = len(rule._trace)
            parts = list(parse(rule, text))
            trace = rule._trace[before:]
            made = {name: rule._converters[name] for is_dynamic, name in trace if is_dynamic}
            known[key] = _Parsed(parts, trace, made)
            return parts
        rule._trace.extend(known[key].trace)
        for name, converter in known[key].converters.items():
            rule._converters[name] = copy.copy(converter)
            rule._converters[name].map = rule.map
            rule.arguments.add(name)
        return known[key].parts

    return remembered


def _remembered_words() -> Callable[[GNUTranslations, BinaryIO], None]:
    """What a file of translations says, by what stands in it."""
    parse, known = GNUTranslations._parse, {}

    def remembered(translations: GNUTranslations, file: BinaryIO) -> None:
        read = file.read()
        if read not in known:
            blank = copy.copy(vars(translations))
            parse(translations, io.BytesIO(read))
            said = {name: value for name, value in vars(translations).items() if blank.get(name) is not value}
            known[read] = {"_info": translations._info, **said}
        for name, value in known[read].items():
            setattr(translations, name, copy.copy(value))

    return remembered


def _careless(prepare: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """SQLite does not wait for the disk."""

    def prepared(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF").close()

    return prepared


class _Templates(BytecodeCache):
    """Compiled templates, kept in memory for the next application."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled of the same text."""
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is not None:
            self._compiled[bucket.key, bucket.checksum] = bucket.code


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
