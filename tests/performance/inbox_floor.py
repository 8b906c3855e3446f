"""The least that could receive: bare Flask on granian that verifies a signature and inserts one row.

``python inbox_floor.py <port> <database file> <rsa.pem> <ed25519.pem>``. Same server settings and PRAGMAs
as a node, and none of its rules: what a node takes more than this is what its rules cost.
"""

from __future__ import annotations

import base64
import hashlib
import multiprocessing
import re
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask, Response, json, request
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

WORKERS, THREADS = 2, 8
TABLE = "CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY, uri TEXT UNIQUE, document TEXT)"
_PART = re.compile(r'(\w+)="([^"]*)"')
_INPUT = re.compile(r"(\w+)=(\(([^)]*)\).*)")


def make_app(file: str, rsa: Any, ed25519: Any) -> Flask:
    """The application; each thread keeps one connection to the database."""
    app, local = Flask("floor"), threading.local()

    @app.post("/inbox")
    def inbox() -> Response:
        body = request.get_data()
        check_cavage(rsa, body) if "Digest" in request.headers else check_rfc9421(ed25519, body)
        document = json.loads(body)
        if not hasattr(local, "database"):
            local.database = connect(file)
        local.database.execute(
            "INSERT INTO inbox (uri, document) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (document["id"], body.decode()),
        )
        return Response(status=202)

    return app


def connect(file: str) -> sqlite3.Connection:
    """A connection with the PRAGMAs of a node; each statement is a transaction."""
    database = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        database.execute(f"PRAGMA {pragma}")
    return database


def check_cavage(key: Any, body: bytes) -> None:
    """draft-cavage with RSA: digest and signature."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert request.headers["Digest"] == f"SHA-256={digest}"
    parts = dict(_PART.findall(request.headers["Signature"]))
    target = {"(request-target)": f"post {request.path}"}
    lines = [f"{name}: {target.get(name) or request.headers[name]}" for name in parts["headers"].split()]
    signature = base64.b64decode(parts["signature"])
    key.verify(signature, "\n".join(lines).encode(), padding.PKCS1v15(), SHA256())


def check_rfc9421(key: Any, body: bytes) -> None:
    """RFC 9421 with Ed25519: digest and signature."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert request.headers["Content-Digest"] == f"sha-256=:{digest}:"
    found = _INPUT.fullmatch(request.headers["Signature-Input"])
    assert found is not None
    derived = {"@method": "POST", "@target-uri": request.url}
    names = found[3].replace('"', "").split()
    lines = [f'"{name}": {derived.get(name) or request.headers[name]}' for name in names]
    lines.append(f'"@signature-params": {found[2]}')
    signature = base64.b64decode(request.headers["Signature"].split(":")[1])
    key.verify(signature, "\n".join(lines).encode())


def main(port: int, file: str, *keys: str) -> None:
    """Serve until told to stop."""
    connect(file).execute(TABLE).connection.close()
    app = make_app(file, *(load_pem_public_key(Path(key).read_bytes()) for key in keys))
    multiprocessing.set_start_method("fork", force=True)
    server = MPServer(
        "floor",
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        backpressure=THREADS * 16,
        websockets=False,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=lambda: app, wrap_loader=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
