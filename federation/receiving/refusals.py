"""Why a message or a reader is refused: every reason in one place, each by one stable word.

The word is in the log (``kind``), never in the answer. Operators count by it; tests compare this
table with the code.
"""

from __future__ import annotations

from schemas.errors import AppError

KINDS = {
    "too_large": "The body is larger than 256 kB.",
    "media_type": "The body is not of one of the two media types of ActivityPub.",
    "unreadable": "The body is not JSON that can be read in one way only, or is too deep or too long.",
    "unknown_type": "The type of the activity is not known, or its object has several types.",
    "no_address": "The activity has no usable id or actor.",
    "no_object": "The activity has no object, or several.",
    "suspended": "The actor or its host is suspended by our people.",
    "stranger": "The mode of this node takes no such message of somebody it does not know.",
    "unsigned": "There is no signature.",
    "malformed": "The headers of the signature cannot be read.",
    "coverage": "The signature does not cover what it must, or covers what it may not.",
    "algorithm": "The algorithm is not one we take, or not that of the key.",
    "other_host": "The request was made for another host.",
    "digest": "The digest that is covered is not that of the body.",
    "clock": "It was signed in the future, or over an hour ago.",
    "expired": "The signature is past its own last moment.",
    "foreign_key": "The key is not of the actor's origin.",
    "key_unlisted": "The key's owner does not list the key in its own document.",
    "key_unfit": "The key is of a kind or size that we do not take.",
    "key_unreachable": "The key could not be fetched, now or a moment ago.",
    "too_many_keys": "Too many unknown keys were asked for.",
    "forged": "The signature does not fit the request and the key.",
    "wrong_actor": "Another actor signed it.",
    "foreign_id": "The id of the activity is not of the actor's origin.",
    "foreign_object": "The object is not of the actor's origin, or another's to undo.",
    "wrong_author": "The object is not in the activity, or not attributed to the actor.",
    "replayed": "The same signed request came before, longer ago than a repetition takes.",
}
"""Each kind of refusal and what it means."""


def kind_of(error: AppError) -> str:
    """The word for an error's reason; the name of its class when it is none of ours."""
    return error.kind or type(error).__name__
