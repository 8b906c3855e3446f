"""The steps of a round trip in plain words: what is tried, and what a failure asks of whom."""

from __future__ import annotations

from federation.health.round_trips import Step
from node.federation_health.words import FAILURES, Words
from schemas.messages import N_

STEPS: dict[str, str] = {
    "resolve": N_("The name leads to an address on the internet"),
    "connect": N_("The right server answers there"),
    "webfinger": N_("Our name leads to our address"),
    "actor": N_("Our signboard stands at its own address, with our key"),
    "signed_get": N_("A question with our signature gets an answer"),
    "post_rfc9421": N_("A message signed the new way comes in"),
    "post_cavage": N_("A message signed the old way comes in"),
    "post_large": N_("A large message comes in"),
    "arrived": N_("The messages are in our own letterbox"),
    "processed": N_("The worker opens them"),
    "removed": N_("They are cleared away"),
}
"""Every step as a person reads it."""

ADVICE: dict[str, tuple[str, str]] = {
    "forbidden_address": (
        N_("Here, our own name leads to an address inside a private network."),
        N_("From here we cannot see whether others reach us. See “The public address” in docs/operators.md."),
    ),
    "name_unknown": (
        N_("Our name is not found on the internet."),
        N_("Is the domain name still ours, and does it point to this server?"),
    ),
    "certificate": (
        N_("The certificate of our address is not right."),
        N_("Renew it at the web server in front (Caddy does so by itself). Is it for the right name?"),
    ),
    "connection_refused": (
        N_("Nobody answers at our address."),
        N_("Does the web server in front run, and are ports 80 and 443 open to the world?"),
    ),
    "timeout": (
        N_("Our address takes too long to answer."),
        N_("A firewall may swallow the traffic. Are ports 80 and 443 open to the world?"),
    ),
    "server_error": (
        N_("The web server in front answers, but does not reach Omzien."),
        N_("Does Omzien run, and does the proxy point to the right port?"),
    ),
    "gone": (
        N_("This address does not exist there."),
        N_("The proxy must pass everything to Omzien, also what begins with /.well-known/."),
    ),
    "moved": (
        N_("Our address sends visitors on to another one. Messages are not sent on."),
        N_("Let the proxy answer at the address of OMZIEN_PUBLIC_URL itself, without a redirect."),
    ),
    "too_large": (
        N_("The proxy does not let a message of 256 kB through."),
        N_("Raise its limit to at least 1 MB (nginx: client_max_body_size)."),
    ),
    "slow_down": (
        N_("The proxy slows our messages down."),
        N_("Take /inbox and /actors out of its rate limit."),
    ),
    "wrong_type": (
        N_("Another kind of document comes back than we wrote."),
        N_("Something in front (a cache, a login page) answers in our place. Let it pass /actors to Omzien."),
    ),
    "other_node": (
        N_("Another server answers at our address."),
        N_("Does the domain name point to this machine, and the proxy to this Omzien?"),
    ),
    "other_key": (
        N_("At our address stands another key than ours."),
        N_("Does an old copy of this node still run, or does a cache keep an old page?"),
    ),
    "host_changed": (
        N_("The proxy does not pass the name we were called by (the Host header)."),
        N_("Let it pass Host unchanged, or X-Forwarded-Host with OMZIEN_TRUSTED_PROXIES=1."),
    ),
    "signature_dropped": (
        N_("The proxy takes the signature off our messages."),
        N_("Let it pass the headers Signature, Signature-Input, Digest and Content-Digest."),
    ),
    "header_dropped": (
        N_("The proxy takes a header away that our signature covers."),
        N_("Let it pass Date, Digest and Content-Digest unchanged."),
    ),
    "body_changed": (
        N_("The message is changed on its way to us."),
        N_("Let the proxy pass messages as they are: no compression, no rewriting."),
    ),
    "signature_broken": (
        N_("The signature does not fit what arrives."),
        N_("The proxy changes the address or a header. Let it pass both unchanged."),
    ),
    "media_type": (
        N_("The proxy changes the kind of our messages."),
        N_("Let it pass Content-Type unchanged."),
    ),
    "clock": (
        N_("The clock of this machine jumps."),
        N_("Switch on time synchronisation: timedatectl set-ntp true."),
    ),
    "key_unreachable": (
        N_("We cannot fetch our own key at our own address."),
        N_("Others cannot either. Look at the step about our signboard."),
    ),
    "own_rule": (
        N_("A rule of our own keeps us out."),
        N_("Look at the rules about servers, and take the one about ourselves away."),
    ),
    "not_ours": (
        N_("Something in front of Omzien answers in its place."),
        N_("Let the proxy pass messages to /inbox to Omzien, without asking for a password."),
    ),
    "worker": (
        N_("The messages came in, but nobody opens them: the worker does not run."),
        N_("Start it again with: omzien up. Look at its lines in the log."),
    ),
    "interrupted": (
        N_("The test was broken off."),
        N_("Do the test once more."),
    ),
    "no_actor": (
        N_("We know nobody at this server to ask for."),
        N_("There is nothing to test until they or we make a connection."),
    ),
    "other": (
        N_("Something went wrong that we do not know."),
        N_("Give the text below to who knows the machine."),
    ),
}  # fmt: skip
"""What a failure of our own round trip means, and what to do: it is nearly always the proxy in front."""


def step_words(step: Step, *, name: str = "") -> Words | None:
    """A failed step in words; of a test of a peer (``name``) with whom to call. None when it went well."""
    if step.outcome != "failed":
        return None
    if name and step.reason in FAILURES:
        what, advice = FAILURES[step.reason]
        return Words(what, advice, {"name": name})
    return Words(*ADVICE.get(step.reason, ADVICE["other"]))
