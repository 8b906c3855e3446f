"""Signing what is posted, without doing for each receiver what is the same for all."""

from __future__ import annotations

import base64
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256, SHA512

from federation.actors.keys import KeyPair
from federation.database import now
from federation.sending.letters import Letter
from federation.sending.wishes import DEFAULT, Wish
from federation.signatures.signing import ACTIVITY_JSON, key_id_for

_CAVAGE = "(request-target) host date digest content-type"


def sign_letter(letter: Letter, url: str, scheme: str, wish: Wish | None = None) -> dict[str, str]:
    """The headers to post a letter to exactly ``url`` with, the signature among them."""
    moment = now()
    parts = urlsplit(url)
    headers = {
        "host": parts.netloc,
        "date": format_datetime(moment, usegmt=True),
        "content-type": ACTIVITY_JSON,
        "content-length": str(len(letter.body.data)),
    }
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    if scheme == "cavage":
        return _sign_cavage(letter, target, headers)
    return _sign_rfc9421(letter, url, target, headers, wish or DEFAULT, moment)


def _sign_cavage(letter: Letter, target: str, headers: dict[str, str]) -> dict[str, str]:
    """draft-cavage-http-signatures-12 with the RSA key, which all software reads."""
    sender = letter.sender
    headers["digest"] = f"SHA-256={letter.body.digest}"
    text = (
        f"(request-target): post {target}\nhost: {headers['host']}\ndate: {headers['date']}\n"
        f"digest: {headers['digest']}\ncontent-type: {headers['content-type']}"
    )
    signature = _sign(sender.keys, "rsa-v1_5-sha256", text)
    key_id = key_id_for(sender.actor_uri, "cavage", sender.keys.generation)
    headers["signature"] = (
        f'keyId="{key_id}",algorithm="rsa-sha256",headers="{_CAVAGE}",signature="{signature}"'
    )
    return headers


def _sign_rfc9421(
    letter: Letter, url: str, target: str, headers: dict[str, str], wish: Wish, moment: datetime
) -> dict[str, str]:
    headers["content-digest"] = f"sha-256=:{letter.body.digest}:"
    parts = urlsplit(url)
    values = headers | {
        "@method": "POST",
        "@target-uri": url,
        "@authority": parts.netloc,
        "@scheme": parts.scheme,
        "@request-target": target,
        "@path": parts.path or "/",
        "@query": f"?{parts.query}",
    }
    sender = letter.sender
    names = " ".join(f'"{name}"' for name in wish.components)
    key_id = key_id_for(
        sender.actor_uri, "rfc9421" if wish.algorithm == "ed25519" else "cavage", sender.keys.generation
    )
    inputs = f'({names});created={int(moment.timestamp())};keyid="{key_id}"{_further(wish)}'
    lines = [f'"{name}": {values[name]}' for name in wish.components]
    text = "\n".join([*lines, f'"@signature-params": {inputs}'])
    headers["signature-input"] = f"{wish.label}={inputs}"
    headers["signature"] = f"{wish.label}=:{_sign(sender.keys, wish.algorithm, text)}:"
    return headers


def _further(wish: Wish) -> str:
    """What a host asked to be said besides; of itself nothing: some know algorithms by other names."""
    said = {"alg": wish.algorithm if wish.says_algorithm else "", "tag": wish.tag, "nonce": wish.nonce}
    return "".join(f';{name}="{_quoted(value)}"' for name, value in said.items() if value)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _sign(keys: KeyPair, algorithm: str, text: str) -> str:
    data = text.encode()
    if algorithm == "ed25519":
        signature = keys.ed25519.sign(data)
    elif algorithm == "rsa-pss-sha512":
        salted = padding.PSS(padding.MGF1(SHA512()), salt_length=64)
        signature = keys.rsa.sign(data, salted, SHA512())
    else:
        signature = keys.rsa.sign(data, padding.PKCS1v15(), SHA256())
    return base64.b64encode(signature).decode()
