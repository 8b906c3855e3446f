"""Signed requests as bytes, distinct each: draft-cavage with RSA and RFC 9421 with Ed25519."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import time
from collections.abc import Callable
from email.utils import formatdate

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from federation.actors.keys import KeyPair, ed25519_key_id, rsa_key_id

_SENTENCE = "Morgen eten we samen in het dorpshuis, en wie niet kan komen krijgt het gebracht. "
_TEXT = f"<p>{_SENTENCE * 5}</p>"
_PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
_number = itertools.count(1)


class Signer:
    """One sender: makes requests for ``POST /inbox`` of a host, and remembers their ids."""

    def __init__(self, actor: str, keys: KeyPair, host: str) -> None:
        self.actor, self.keys, self.host = actor, keys, host
        self.origin = actor.split("/actors/", 1)[0]

    def requests(self, scheme: str, number: int) -> tuple[list[bytes], list[str]]:
        """This many requests, and the ids of their activities in the same order."""
        sign: Callable[[bytes], dict[str, str]] = self._cavage if scheme == "cavage" else self._rfc9421
        made, uris = [], []
        for _ in range(number):
            uri = f"{self.origin}/activities/{next(_number)}"
            made.append(self._post(json.dumps(self._activity(uri)).encode(), sign))
            uris.append(uri)
        return made, uris

    def _post(self, body: bytes, sign: Callable[[bytes], dict[str, str]]) -> bytes:
        headers = {
            "Host": self.host,
            "User-Agent": "sender",
            "Content-Type": "application/activity+json",
            "Content-Length": str(len(body)),
            **sign(body),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST /inbox HTTP/1.1\r\n{head}\r\n".encode() + body

    def _activity(self, uri: str) -> dict[str, object]:
        """A public Note, of the size that they have in the Fediverse."""
        public = {"to": [_PUBLIC], "cc": [f"{self.actor}/followers"], "published": "2026-11-01T10:00:00Z"}
        note = {
            "id": uri.replace("/activities/", "/notes/"),
            "type": "Note",
            "attributedTo": self.actor,
            "content": _TEXT,
            "tag": [],
            "attachment": [],
            **public,
        }
        context = ["https://www.w3.org/ns/activitystreams", {"sensitive": "as:sensitive"}]
        return {
            "@context": context,
            "id": uri,
            "type": "Create",
            "actor": self.actor,
            "object": note,
            **public,
        }

    def _cavage(self, body: bytes) -> dict[str, str]:
        date, digest = formatdate(usegmt=True), f"SHA-256={_digest(body)}"
        text = f"(request-target): post /inbox\nhost: {self.host}\ndate: {date}\ndigest: {digest}"
        signature = _base64(self.keys.rsa.sign(text.encode(), padding.PKCS1v15(), SHA256()))
        parts = (
            f'keyId="{rsa_key_id(self.actor)}",algorithm="rsa-sha256",'
            f'headers="(request-target) host date digest",signature="{signature}"'
        )
        return {"Date": date, "Digest": digest, "Signature": parts}

    def _rfc9421(self, body: bytes) -> dict[str, str]:
        digest, key_id = f"sha-256=:{_digest(body)}:", ed25519_key_id(self.actor)
        covered = '("@method" "@target-uri" "content-digest")'
        parameters = f'{covered};created={int(time.time())};keyid="{key_id}"'
        text = (
            f'"@method": POST\n"@target-uri": http://{self.host}/inbox\n'
            f'"content-digest": {digest}\n"@signature-params": {parameters}'
        )
        signature = _base64(self.keys.ed25519.sign(text.encode()))
        return {
            "Content-Digest": digest,
            "Signature-Input": f"sig1={parameters}",
            "Signature": f"sig1=:{signature}:",
        }


def _digest(body: bytes) -> str:
    return _base64(hashlib.sha256(body).digest())


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
