"""The JSON-LD context that every document of ours carries inline. None is ever fetched.

Peers that process JSON-LD need ``did/v1`` to see ``assertionMethod``, ``multikey/v1`` to see the
keys in it and ``data-integrity/v2`` to see ``proof``; those that do not can read the documents as plain JSON.
"""

from __future__ import annotations

from typing import Any

AS2 = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"
DID = "https://www.w3.org/ns/did/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
NAMESPACE = "https://w3id.org/omzien/ns#"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"

OUR_TERMS = (
    "ActivityTemplate",
    "ListingClaim",
    "OutcomeRelease",
    "PublicEvent",
    "Story",
    "SynonymGroup",
    "TemplateOffer",
    "UnreachableEntry",
    "aboutTemplate",
    "accessibility",
    "activities",
    "ancestors",
    "answerNote",
    "areas",
    "changeClass",
    "changeNote",
    "checklist",
    "claimReason",
    "claimWay",
    "closedOn",
    "codeDigest",
    "confirmedOn",
    "contact",
    "contentHash",
    "contributors",
    "copiedFrom",
    "correctionReason",
    "costPerPerson",
    "costs",
    "denominator",
    "document",
    "earlierChanges",
    "entry",
    "epsilon",
    "errorBar",
    "exampleData",
    "field",
    "figures",
    "forWhom",
    "foundedOn",
    "grade",
    "guarantee",
    "hasSupporter",
    "highest",
    "hoursPerPerson",
    "indicator",
    "indicatorVersion",
    "indicators",
    "initiative",
    "keySuccession",
    "kind",
    "kvkNumber",
    "languages",
    "legalForm",
    "level",
    "license",
    "listing",
    "lowest",
    "materials",
    "mechanism",
    "membersBand",
    "notCounted",
    "offerNote",
    "otherNames",
    "parameters",
    "partners",
    "period",
    "phase",
    "pictures",
    "recordType",
    "replaces",
    "reportReason",
    "roles",
    "safeguards",
    "sections",
    "sensitivity",
    "shownUntil",
    "since",
    "sourceName",
    "sources",
    "startedIn",
    "statedOn",
    "stopReason",
    "stoppedIn",
    "takenVersion",
    "targetGroups",
    "template",
    "terms",
    "text",
    "themes",
    "toldBy",
    "toldIn",
    "usage",
    "variant",
    "version",
    "volunteersBand",
    "writtenBy",
)

CONTEXT: list[Any] = [
    AS2,
    SECURITY,
    DID,
    MULTIKEY,
    DATA_INTEGRITY,
    {
        "omz": NAMESPACE,
        "toot": "http://joinmastodon.org/ns#",
        "schema": "http://schema.org#",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "movedTo": "as:movedTo",
        "implements": "https://w3id.org/fep/844e#implements",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "ical": "http://www.w3.org/2002/12/cal/ical#",
        "mz": "https://joinmobilizon.org/ns#",
        "pt": "https://joinpeertube.org/ns#",
        "PostalAddress": "schema:PostalAddress",
        "address": "schema:address",
        "streetAddress": "schema:streetAddress",
        "addressLocality": "schema:addressLocality",
        "addressCountry": "schema:addressCountry",
        "category": "schema:category",
        "inLanguage": "schema:inLanguage",
        "status": "ical:status",
        "timezone": "mz:timezone",
        "joinMode": "mz:joinMode",
        "externalParticipationUrl": "mz:externalParticipationUrl",
        "anonymousParticipationEnabled": "mz:anonymousParticipationEnabled",
        "repliesModerationOption": "mz:repliesModerationOption",
        "isOnline": "mz:isOnline",
        "commentsEnabled": "pt:commentsEnabled",
        **{term: f"omz:{term}" for term in OUR_TERMS},
    },
]


def is_ours(document: dict[str, Any]) -> bool:
    """True when a document speaks our vocabulary, as what nodes of this network write does."""
    context = document.get("@context")
    parts = context if isinstance(context, list) else [context]
    return any(isinstance(part, dict) and part.get("omz") == NAMESPACE for part in parts)


def namespace_document() -> dict[str, Any]:
    """What a node serves under its own address for our namespace: the terms, as a context."""
    return {"@context": {"omz": NAMESPACE, **{term: f"omz:{term}" for term in OUR_TERMS}}}
