"""Strategies: JSON, headers and documents as somebody with bad intentions would make them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.federation.remote import ALICE

TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            "\x00",
            "\ud800",
            "\u202e",
            "https://elders.example/x",
            "javascript:alert(1)",
            "//",
            "https://[",
            "a" * 2100,
            "http://169.254.169.254/",
            "https://user@evil.example/",
            "https://elders.example\\@evil.example/",
            "%00",
            "../..",
        ]
    ),
)
NUMBERS = st.one_of(
    st.integers(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([2**53, -(2**63), 10**400, 1e308]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
KEYS = st.one_of(
    st.sampled_from(
        [
            "id",
            "type",
            "actor",
            "object",
            "attributedTo",
            "tag",
            "to",
            "@context",
            "@id",
            "@graph",
            "@type",
            "proof",
            "signature",
            "recordType",
            "publicKey",
            "assertionMethod",
            "inbox",
            "endpoints",
            "__proto__",
            "updated",
            "target",
        ]
    ),
    st.text(max_size=12),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


def dumped(value: Any) -> bytes:
    """JSON as a careless program writes it: with NaN, with half characters."""
    return json.dumps(value, ensure_ascii=True).encode()


def mutated(document: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A good document with some values replaced, some left out and some added."""
    names = st.sampled_from(sorted(document))
    replaced = st.dictionaries(names, JSON, max_size=4)
    added = st.dictionaries(KEYS, JSON, max_size=3)
    left_out = st.sets(names, max_size=2)
    return st.builds(
        lambda change, more, gone: {
            name: value for name, value in {**document, **more, **change}.items() if name not in gone
        },
        replaced,
        added,
        left_out,
    )


NESTED = st.builds(
    lambda depth, opening, middle: opening * depth + middle + {"[": "]", '{"a":': "}"}[opening] * depth,
    st.integers(1, 60_000),
    st.sampled_from(["[", '{"a":']),
    st.sampled_from(["1", '"x"', "", "null"]),
).map(str.encode)
REPEATED = st.builds(
    lambda names: ("{" + ",".join(f"{json.dumps(name)}:1" for name in [*names, names[0]]) + "}").encode(),
    st.lists(KEYS, min_size=1, max_size=5),
)
BODIES = st.one_of(st.binary(max_size=300), JSON.map(dumped), NESTED, REPEATED)

HEADER_TEXTS = st.text(
    st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n"), max_size=120
)
_PARTS = st.sampled_from(
    [
        "keyId",
        "keyid",
        "algorithm",
        "alg",
        "headers",
        "signature",
        "created",
        "expires",
        "nonce",
        "tag",
        "sig1",
        "x",
    ]
)
_VALUES = st.one_of(
    st.sampled_from(
        [
            f'"{ALICE}#main-key"',
            f'"{ALICE}#ed25519-key"',
            '"(request-target) host date digest"',
            '"hs2019"',
            '"AAAA"',
            ":AAAA:",
            '("@method" "@target-uri" "content-digest")',
            "1700000000",
            "99999999999999999999",
            "?1",
            '"',
            "(((",
            '("@method";req "@query-param";name="x")',
            '"@status"',
            ";;;",
            "=",
            "\\",
        ]
    ),
    HEADER_TEXTS,
)
SIGNATURE_HEADERS = st.one_of(
    HEADER_TEXTS,
    st.lists(st.tuples(_PARTS, _VALUES), max_size=8).map(
        lambda parts: ",".join(f"{name}={value}" for name, value in parts)
    ),
    st.lists(st.tuples(_PARTS, _VALUES), max_size=8).map(
        lambda parts: "sig1=" + ";".join(f"{name}={value}" for name, value in parts)
    ),
)
