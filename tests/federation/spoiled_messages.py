"""Well signed messages that were changed afterwards: each case breaks one rule."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from federation.signatures.message import Message
from tests.federation.conftest import BASE
from tests.federation.messages import INBOX, SCHEMES, Change, signed, with_header
from tests.federation.remote import ALICE


def _header(name: str, value: str | None) -> Change:
    return lambda found: with_header(found, name, value)


def _edit(name: str, old: str, new: str) -> Change:
    def change(found: Message) -> Message:
        value = found.header(name)
        assert old in value, "the case tests nothing"
        return with_header(found, name, value.replace(old, new))

    return change


def extra_digest(found: Message) -> Message:
    """A body that was changed, with an uncovered header that fits it."""
    body = found.body.replace(b"Dag", b"Nee")
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    changed = replace(found, body=body)
    if found.header("signature-input"):
        return with_header(changed, "Digest", f"SHA-256={digest}")
    return with_header(changed, "Content-Digest", f"sha-256=:{digest}:")


def _both_schemes(found: Message) -> Message:
    other = "cavage" if found.header("signature-input") else "rfc9421"
    names = {name for name, _ in found.headers}
    more = tuple(pair for pair in signed(other).headers if pair[0] not in names or pair[0] == "Signature")
    return replace(found, headers=found.headers + more)


def tampered_signature(found: Message) -> Message:
    value = found.header("signature")
    at = value.rindex("=:") - 6 if found.header("signature-input") else value.rindex('"') - 8
    flipped = "A" if value[at] != "A" else "B"
    return with_header(found, "Signature", value[:at] + flipped + value[at + 1 :])


BOTH: dict[str, Change] = {
    "unsigned": lambda found: with_header(with_header(found, "Signature", None), "Signature-Input", None),
    "empty signature": _header("Signature", ""),
    "rubbish signature": _header("Signature", "\x01;;,=="),
    "another signature": tampered_signature,
    "both schemes": _both_schemes,
    "another body": lambda found: replace(found, body=found.body.replace(b"Dag", b"Nee")),
    "extra digest header": extra_digest,
    "another path": lambda found: replace(found, url=f"{BASE}/actors/dorp/inbox"),
    "a query added": lambda found: replace(found, url=f"{INBOX}?x=1"),
    "another method": lambda found: replace(found, method="PUT"),
    "another host": _header("Host", "evil.example"),
    "no host": _header("Host", None),
    "two hosts": _header("Host", "127.0.0.1:8101, evil.example"),
    "a host with rubbish": _header("Host", "127.0.0.1:8101\\@evil.example"),
    "for another node": lambda found: replace(found, url="https://other.example/inbox"),
}
CAVAGE: dict[str, Change] = {
    "no digest header": _header("Digest", None),
    "an empty digest": _header("Digest", "SHA-256="),
    "an unknown digest": _header("Digest", "MD5=1B2M2Y8AsgTpgAmY7PhCfg=="),
    "digest uncovered": _edit("Signature", " digest", ""),
    "host uncovered": _edit("Signature", " host", ""),
    "date uncovered": _edit("Signature", " date", ""),
    "target uncovered": _edit("Signature", "(request-target) ", ""),
    "a field twice": _edit("Signature", " host", " host host"),
    "a field that is not there": _edit("Signature", " host", " host x-absent"),
    "no headers list": _edit("Signature", 'headers="', 'heders="'),
    "no key id": _edit("Signature", "keyId=", "kid="),
    "a key id that is no address": _edit("Signature", f'keyId="{ALICE}', 'keyId="file:///etc/passwd'),
    "a part twice": _edit("Signature", "keyId=", 'keyId="x",keyId='),
    "created not a number": _edit("Signature", "keyId=", 'created="soon",keyId='),
    "created with rsa-sha256": _edit("Signature", " date", " date (created)"),
    "expired": _edit("Signature", "keyId=", "expires=1500000000,keyId="),
    "created long ago": _edit("Signature", "keyId=", "created=1500000000,keyId="),
    "created beyond all times": _edit("Signature", "keyId=", "created=999999999999,keyId="),
    "algorithm none": _edit("Signature", "rsa-sha256", "none"),
    "algorithm hmac": _edit("Signature", "rsa-sha256", "hmac-sha256"),
    "algorithm ed25519 with an RSA key": _edit("Signature", "rsa-sha256", "ed25519"),
    "a date that is none": _header("Date", "yesterday"),
    "a signature that is no base64": _edit("Signature", 'signature="', 'signature="!'),
    "an endless header": lambda found: with_header(
        found, "Signature", found.header("signature") + "," * 9000
    ),
}
RFC9421: dict[str, Change] = {
    "no digest header": _header("Content-Digest", None),
    "an empty digest": _header("Content-Digest", ""),
    "an unknown digest": _header("Content-Digest", "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:"),
    "digest uncovered": _edit("Signature-Input", ' "content-digest"', ""),
    "method uncovered": _edit("Signature-Input", '"@method" ', ""),
    "target uncovered": _edit("Signature-Input", '"@target-uri" ', ""),
    "authority without path": _edit("Signature-Input", '"@target-uri"', '"@authority"'),
    "an unknown component": _edit("Signature-Input", '"@method"', '"@method" "x-forwarded-for"'),
    "a component with a parameter": _edit("Signature-Input", '"content-digest"', '"content-digest";sf'),
    "a component of a response": _edit("Signature-Input", '"@method"', '"@method";req'),
    "a component twice": _edit("Signature-Input", '"@method"', '"@method" "@method"'),
    "no created": _edit("Signature-Input", ";created=", ";nonce="),
    "created is a text": _edit("Signature-Input", ";created=", ';created="x";nonce='),
    "expired": _edit("Signature-Input", ";keyid=", ";expires=1500000000;keyid="),
    "another algorithm": _edit("Signature-Input", ";keyid=", ';alg="hmac-sha256";keyid='),
    "the algorithm of another key": _edit("Signature-Input", ";keyid=", ';alg="rsa-v1_5-sha256";keyid='),
    "no key id": _edit("Signature-Input", ";keyid=", ";tag="),
    "a key id that is no address": _edit("Signature-Input", f'keyid="{ALICE}', 'keyid="urn:x:'),
    "an unknown parameter": _edit("Signature-Input", ";keyid=", ";admin=?1;keyid="),
    "another label": _edit("Signature", "sig1=", "sig2="),
    "a label twice": lambda found: with_header(
        found, "Signature-Input", ", ".join([found.header("signature-input")] * 2)
    ),
    "rubbish input": _header("Signature-Input", "sig1=((((;"),
    "an item for a list": _header("Signature-Input", 'sig1="@method";created=1'),
    "not ASCII": _header("Signature-Input", "sig1=(é)"),
    "empty input": _header("Signature-Input", ""),
    "too many signatures": _header("Signature-Input", ", ".join(f"s{n}=()" for n in range(50))),
    "an endless header": _header("Signature-Input", "sig1=" + "(" * 100_000),
}
CASES = [
    *[(scheme, name, change) for scheme in SCHEMES for name, change in BOTH.items()],
    *[("cavage", name, change) for name, change in CAVAGE.items()],
    *[("rfc9421", name, change) for name, change in RFC9421.items()],
]
