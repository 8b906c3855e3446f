"""Another server, as real as needed: an actor with keys, and a small HTTP server on loopback."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from federation.actors.keys import KeyPair, ed25519_key_id, multibase_of, pem_of, rsa_key_id
from federation.signatures.message import Message
from federation.signatures.signing import key_id_for, sign_request

AP = "application/activity+json"
ALICE = "https://elders.example/actors/alice"


def key_pair(number: int = 0) -> KeyPair:
    """Keys made once per test run."""
    return _key_pair(number)


@cache
def _key_pair(_number: int) -> KeyPair:
    return KeyPair(generate_private_key(65537, 2048), Ed25519PrivateKey.generate())


def actor_of(uri: str, keys: KeyPair, **changes: Any) -> dict[str, Any]:
    """The document of a foreign actor."""
    multikey = {
        "id": ed25519_key_id(uri),
        "type": "Multikey",
        "controller": uri,
        "publicKeyMultibase": multibase_of(keys.ed25519.public_key()),
    }
    pem = pem_of(keys.rsa.public_key())
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": uri,
        "type": "Organization",
        "preferredUsername": uri.rsplit("/", 1)[-1],
        "name": "Elders",
        "inbox": f"{uri}/inbox",
        "publicKey": {"id": rsa_key_id(uri), "owner": uri, "publicKeyPem": pem},
        "assertionMethod": [multikey],
    }
    return {**document, **changes}


def message(
    activity: dict[str, Any] | bytes,
    *,
    url: str,
    actor: str,
    scheme: str,
    keys: KeyPair | None = None,
    key_id: str | None = None,
    at: datetime | None = None,
) -> Message:
    """A well-signed message as our gate receives it."""
    body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
    headers = sign_request(
        keys or key_pair(),
        key_id=key_id or key_id_for(actor, scheme),
        method="POST",
        url=url,
        body=body,
        scheme=scheme,
    )
    return Message("POST", url, tuple(headers.items()), body, at or datetime.now(UTC))


def reading(
    url: str,
    *,
    scheme: str = "rfc9421",
    actor: str = ALICE,
    keys: KeyPair | None = None,
    key_id: str | None = None,
    method: str = "GET",
) -> dict[str, str]:
    """The headers of an actor of another server that reads ``url``, well signed."""
    return sign_request(
        keys or key_pair(),
        key_id=key_id or key_id_for(actor, scheme),
        method=method,
        url=url,
        body=None,
        scheme=scheme,
    )


def sign_cavage(
    found: Message, fields: list[str], *, key: Any = None, algorithm: str = "rsa-sha256", **times: int
) -> Message:
    """``found`` with a draft-cavage signature that is honest about covering just these fields."""
    values = {name.lower(): value for name, value in found.headers}
    parts = urlsplit(found.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    values |= {"(request-target)": f"{found.method.lower()} {target}"}
    values |= {f"({name})": str(value) for name, value in times.items()}
    text = "\n".join(f"{name}: {values[name]}" for name in fields).encode()
    signature = base64.b64encode(_sign_with(key or key_pair().rsa, text)).decode()
    given = "".join(f"{name}={value}," for name, value in times.items())
    header = f'keyId="{ALICE}#main-key",algorithm="{algorithm}",{given}headers="{" ".join(fields)}"'
    kept = tuple(pair for pair in found.headers if pair[0] not in {"Signature", "Signature-Input"})
    return replace(found, headers=(*kept, ("Signature", f'{header},signature="{signature}"')))


def sign_rfc9421(found: Message, components: list[str], *, key: Any = None, **parameters: Any) -> Message:
    """``found`` with an RFC 9421 signature that is honest about covering just these components."""
    values = {f'"{name.lower()}"': value for name, value in found.headers}
    parts = urlsplit(found.url)
    values |= {'"@method"': found.method, '"@target-uri"': found.url, '"@authority"': parts.netloc}
    values |= {'"@path"': parts.path, '"@query"': f"?{parts.query}"}
    given = {"created": int(found.received_at.timestamp()), "keyid": f"{ALICE}#ed25519-key"} | parameters
    shown = "".join(
        f";{name}={value}" if isinstance(value, int) else f';{name}="{value}"'
        for name, value in given.items()
        if value is not None
    )
    params = f"({' '.join(components)}){shown}"
    lines = [f"{name}: {values[name]}" for name in components] + [f'"@signature-params": {params}']
    signature = base64.b64encode(_sign_with(key or key_pair().ed25519, "\n".join(lines).encode())).decode()
    kept = tuple(pair for pair in found.headers if pair[0] not in {"Signature", "Signature-Input"})
    added = (("Signature-Input", f"sig1={params}"), ("Signature", f"sig1=:{signature}:"))
    return replace(found, headers=kept + added)


def _sign_with(key: Any, text: bytes) -> bytes:
    if isinstance(key, RSAPrivateKey):
        return key.sign(text, padding.PKCS1v15(), SHA256())
    return bytes(key.sign(text))


@dataclass
class Answer:
    """What the server says at one path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": AP})
    delay: float = 0.0
    drip: float = 0.0


def document(value: Any, **options: Any) -> Answer:
    """An answer with a JSON document."""
    return Answer(json.dumps(value).encode(), **options)


def redirect(target: str) -> Answer:
    """An answer that leads elsewhere."""
    return Answer(b"", 302, {"Location": target})


@dataclass
class Server:
    """A server that answers what a test puts in ``answers`` and keeps what it was asked."""

    base: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    before_answer: Callable[[], None] | None = None
    before_look_up: Callable[[], None] | None = None
    """Called after the request was noted: a chance to decide on the answer."""

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [path for path, _ in self.asked]


@contextmanager
def serving() -> Iterator[Server]:
    """A server on a free port of loopback."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_address[1]}")
    http.omzien = server  # type: ignore[attr-defined]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Server = self.server.omzien  # type: ignore[attr-defined]
        server.asked.append((self.path, dict(self.headers)))
        if server.before_look_up:
            server.before_look_up()
        answer = server.answers.get(self.path, Answer(b"{}", 404))
        if server.before_answer:
            server.before_answer()
        time.sleep(answer.delay)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # the fetcher had enough
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        if not answer.drip:
            self.wfile.write(answer.body)
            return
        for at in range(len(answer.body)):
            self.wfile.write(answer.body[at : at + 1])
            time.sleep(answer.drip)

    def log_message(self, *_: Any) -> None:
        """Silent."""
