"""The floor of sending: aiohttp in a loop, draft-cavage with RSA-2048, nothing durable, no rules.

    python fan_out_bare.py <RSA private key, PEM file>

Reads lines of JSON ({"inboxes": [...], "body": "..."}) and prints the seconds that posting them took.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import sys
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

AT_ONCE = 64
FIELDS = "(request-target) host date digest content-type"


async def post_all(key: Any, inboxes: list[str], body: bytes) -> float:
    """Post to all; the seconds from the first to the last answer."""
    places = asyncio.Semaphore(AT_ONCE)
    digest = "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as client:

        async def post(inbox: str) -> None:
            async with places, client.post(inbox, data=body, headers=_sign(key, inbox, digest)) as answer:
                assert answer.status == 202

        start = time.monotonic()
        await asyncio.gather(*map(post, inboxes))
        return time.monotonic() - start


def _sign(key: Any, inbox: str, digest: str) -> dict[str, str]:
    parts, date = urlsplit(inbox), formatdate(usegmt=True)
    text = (
        f"(request-target): post {parts.path}\nhost: {parts.netloc}\ndate: {date}\n"
        f"digest: {digest}\ncontent-type: application/activity+json"
    )
    signature = base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), SHA256())).decode()
    value = f'keyId="http://127.0.0.1/#key",algorithm="rsa-sha256",headers="{FIELDS}",signature="{signature}"'
    headers = {"Date": date, "Digest": digest, "Content-Type": "application/activity+json"}
    return headers | {"Signature": value}


def main() -> None:
    """Post whenever asked to."""
    key = load_pem_private_key(Path(sys.argv[1]).read_bytes(), password=None)
    print("ready", flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        print(asyncio.run(post_all(key, task["inboxes"], task["body"].encode())), flush=True)


if __name__ == "__main__":
    main()
