"""The steps of a round trip, each through the machinery that other messages go through.

No database here: what is needed comes in a `Plan`, what was found goes out as `Step` rows. The
message is a ``View`` of our own server by our own server: a type that the gate knows and that no
listener wants. It is no publication (nobody else gets it), so the outbox is not involved.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from federation.actors.actor_documents import keys_in
from federation.actors.identities import Identity, keys_of
from federation.bovine_adapter import read_webfinger
from federation.fetching.addresses import GuardedResolver
from federation.fetching.fetch import ACTIVITY, PLAIN_JSON, WEBFINGER, Accept, check_url, fetch_json
from federation.fetching.origins import authority_of, host_of, origin_of
from federation.health.failures import reason_of
from federation.health.round_trips import Step
from federation.sending.connections import Connections
from federation.sending.letters import Body, Letter, Manner, Sender
from federation.sending.posting import Poster
from federation.sending.rules import Outcome
from federation.settings import Settings
from schemas.errors import AppError, GaveUp, RemoteError
from schemas.objects import Document

POSTS = (("post_rfc9421", "rfc9421"), ("post_cavage", "cavage"), ("post_large", "rfc9421"))
"""The messages: by each scheme, and one that is nearly as large as messages may be."""
STEPS = (
    "resolve",
    "connect",
    "webfinger",
    "actor",
    "signed_get",
    *(code for code, _scheme in POSTS),
    "arrived",
    "processed",
    "removed",
)
"""Every step, in order."""
PEER_STEPS = ("resolve", "connect", "signed_get")
LARGE = 240_000  # bytes; messages may be 256 kB


@dataclass(frozen=True)
class Plan:
    """What a round trip needs to know: read before it begins."""

    settings: Settings
    server: Identity
    main_uri: str
    """The actor that is asked for with a signature: ours, or the peer's."""
    base: str
    """The origin that is tested."""
    messages: dict[str, str]
    """Step → address of its message; empty when a peer is tested."""


class WrongAnswer(GaveUp):
    """An answer came, but not ours; ``reason`` is its code."""

    def __init__(self, reason: str, cause: str) -> None:
        super().__init__(cause=cause)
        self.reason = reason


def walk(plan: Plan) -> list[Step]:
    """Do the steps that ask the network; after a failure of the first ones the others are skipped."""
    work: list[tuple[str, Callable[[Plan], str]]] = [("resolve", _resolve), ("connect", _connect)]
    if plan.messages:
        work += [("webfinger", _webfinger), ("actor", _actor)]
    work.append(("signed_get", _signed_get))
    steps: list[Step] = []
    for code, look in work:
        steps.append(_step(code, look, plan) if _may_go_on(steps) else Step(code, "skipped"))
    for code, scheme in POSTS if plan.messages else ():
        steps.append(_post(plan, code, scheme) if _may_go_on(steps) else Step(code, "skipped"))
    return steps


def _may_go_on(steps: list[Step]) -> bool:
    """A failed road makes the rest useless; the steps after the road tell things of their own."""
    return not any(step.outcome != "passed" for step in steps[:2])


def _step(code: str, look: Callable[[Plan], str], plan: Plan) -> Step:
    begun = time.monotonic()
    try:
        detail = look(plan)
    except WrongAnswer as error:
        return Step(code, "failed", _since(begun), error.reason, str(error)[:400])
    except RemoteError as error:
        status = getattr(error, "remote_status", None)
        return Step(code, "failed", _since(begun), reason_of(status, str(error)), str(error)[:400])
    except (AppError, OSError, ValueError) as error:
        text = f"{type(error).__name__}: {error}"
        return Step(code, "failed", _since(begun), reason_of(None, text), text[:400])
    return Step(code, "passed", _since(begun), detail=detail[:400])


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _resolve(plan: Plan) -> str:
    """The name leads to addresses of the open internet."""
    check_url(plan.settings, f"{plan.base}/")
    parts = urlsplit(plan.base)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = asyncio.run(GuardedResolver(plan.settings).resolve(host_of(plan.base), port))
    except OSError as error:
        raise GaveUp(cause=_named(error)) from None
    return ", ".join(dict.fromkeys(row["host"] for row in found))


def _named(error: OSError) -> str:
    """The error with a word for a name that does not exist: systems put that in many ways."""
    kind = "" if "where we do not connect" in str(error) else "getaddrinfo: "
    return f"{kind}{error}"


def _connect(plan: Plan) -> str:
    """Something answers there over HTTP(S), and when it should be us, it is us."""
    url = f"{plan.base}/.well-known/nodeinfo"
    if plan.messages:
        _check_names_us(plan, _get(plan, url, PLAIN_JSON))
        return authority_of(plan.base)
    try:
        _get(plan, url, PLAIN_JSON)
    except RemoteError as error:
        status = getattr(error, "remote_status", None)
        if status is None or status >= 500:  # a peer without NodeInfo is there all the same
            raise
    return authority_of(plan.base)


def _check_names_us(plan: Plan, document: Document) -> None:
    links = document.get("links")
    hrefs = [link.get("href") for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    if plan.server.actor_uri not in hrefs:
        raise WrongAnswer("other_node", f"{plan.base} does not name {plan.server.actor_uri}")


def _webfinger(plan: Plan) -> str:
    """Our name leads to our address."""
    name = f"acct:{plan.server.username}@{authority_of(plan.base)}"
    document = _get(plan, f"{plan.base}/.well-known/webfinger?resource={quote(name, safe=':@')}", WEBFINGER)
    hrefs = [href for rel, _kind, href in read_webfinger(document) if rel == "self"]
    if plan.server.actor_uri not in hrefs:
        raise WrongAnswer("other_node", f"{name} leads to {', '.join(hrefs)[:200] or 'nothing'}")
    return name


def _actor(plan: Plan) -> str:
    """Our server's document stands at its own address, as ActivityPub, with the keys we have."""
    document = _get(plan, plan.server.actor_uri, ACTIVITY)
    public = {value for _kind, value in keys_in(document).values()}
    if plan.server.ed25519_multibase not in public:
        raise WrongAnswer("other_key", f"{plan.server.actor_uri} does not show our key")
    return plan.server.actor_uri


def _signed_get(plan: Plan) -> str:
    """An address that asks for a signature answers ours."""
    document = _get(plan, plan.main_uri, ACTIVITY, sign_as=plan.server)
    return str(document.get("name") or document.get("id") or "")


def _get(plan: Plan, url: str, accept: Accept, sign_as: Identity | None = None) -> Document:
    fetched = fetch_json(plan.settings, url, accept=accept, sign_as=sign_as)
    # a GET may be led elsewhere, a message may not: where one is, the other fails
    if plan.messages and fetched.url != url:
        raise WrongAnswer("moved", f"{url} leads to {fetched.url}")
    return fetched.document


def _post(plan: Plan, code: str, scheme: str) -> Step:
    begun = time.monotonic()
    letter = Letter(
        delivery_id=0,
        inbox=f"{origin_of(plan.server.actor_uri)}/inbox",
        host=authority_of(plan.base),
        body=Body(message_body(plan.server, plan.messages[code], LARGE if code == "post_large" else 0)),
        sender=Sender(plan.server.actor_uri, keys_of(plan.settings, plan.server)),
        manner=Manner((scheme,)),
    )
    outcome = asyncio.run(_send(plan.settings, letter))
    if outcome.status == 202 and outcome.scheme == scheme:
        return Step(code, "passed", _since(begun), detail="202")
    if outcome.status == 202:  # refused by this scheme; the sender then knocked as it was asked to
        return Step(code, "failed", _since(begun), "refused", outcome.scheme)
    shown = f"{outcome.status or ''} {outcome.error}".strip()[:400]
    reason = "not_ours" if outcome.status in {200, 201, 204} else reason_of(outcome.status, outcome.error)
    return Step(code, "failed", _since(begun), reason, shown)


async def _send(settings: Settings, letter: Letter) -> Outcome:
    """By the ordinary sender, on a connection of its own that ends with the answer."""
    return await Poster(settings, Connections(settings)).post(letter, keep=False)


def message_body(server: Identity, uri: str, size: int = 0) -> bytes:
    """The message of a round trip, filled up to ``size`` bytes: four fields of our own, nothing else."""
    activity: Document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": uri,
        "type": "View",
        "actor": server.actor_uri,
        "object": server.actor_uri,
    }
    body = json.dumps(activity).encode()
    if size > len(body):
        body = json.dumps(activity | {"summary": "x" * (size - len(body))}).encode()
    return body
