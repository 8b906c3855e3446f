"""feditest's judgement of a WebFinger answer; run by its own Python.

    python jrd.py URL

Prints the subject and the links, or fails with what is wrong.
"""

import json
import sys

import httpx
from feditest.protocols.webfinger.diag import ClaimedJrd

answer = httpx.get(sys.argv[1], trust_env=False, timeout=20)
answer.raise_for_status()
jrd = ClaimedJrd.create_and_validate(answer.content)
print(json.dumps({"type": answer.headers["content-type"], "subject": jrd.subject(), "links": jrd.links()}))
