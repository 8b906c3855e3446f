"""The actors of the wire: the cooperative, the hub and the server. People are never actors."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.fields import Instant, Text, Uri, WireSchema, many
from schemas.initiatives import InitiativeSchema

ACTOR_TYPES = ("Organization", "Service", "Application")
FOREIGN_ACTOR_TYPES = (*ACTOR_TYPES, "Person", "Group")


class PublicKeySchema(WireSchema):
    """The RSA key for HTTP signatures, as Mastodon publishes it."""

    id = Uri(required=True)
    owner = Uri(required=True)
    public_key_pem = fields.String(required=True, validate=validate.Length(max=4000))


class MultikeySchema(WireSchema):
    """An Ed25519 key for proofs and RFC 9421 signatures (FEP-521a)."""

    id = Uri(required=True)
    type = fields.String(required=True, validate=validate.Equal("Multikey"))
    controller = Uri(required=True)
    public_key_multibase = fields.String(required=True, validate=validate.Length(max=200))


class KeyCertificateSchema(MultikeySchema):
    """A key, proven by the one it comes after."""

    context = fields.Raw(data_key="@context")
    attributed_to = Uri(required=True)
    proof = fields.Dict(required=True)


class CapabilitySchema(WireSchema):
    """Something a server understands (FEP-844e)."""

    href = Uri(required=True)
    name = Text(required=True, most=200)


class ActorSchema(WireSchema):
    """An actor document of ours: cooperative (Organization), hub (Service) or server (Application)."""

    context = fields.Raw(data_key="@context")
    id = Uri(required=True)
    type = fields.String(required=True, validate=validate.OneOf(ACTOR_TYPES))
    preferred_username = Text(required=True, most=60)
    name = Text(required=True, most=200)
    summary = fields.String(load_default="", validate=validate.Length(max=10_000))
    url = Uri(load_default=None, allow_none=True)
    inbox = Uri(required=True)
    outbox = Uri(load_default=None, allow_none=True)
    followers = Uri(load_default=None, allow_none=True)
    following = Uri(load_default=None, allow_none=True)
    members = Uri(load_default=None, allow_none=True)
    feed = Uri(load_default=None, allow_none=True)
    digest = Uri(load_default=None, allow_none=True)
    endpoints = fields.Dict(load_default=dict)
    public_key = fields.Nested(PublicKeySchema, required=True)
    assertion_method = many(fields.Nested(MultikeySchema), most=5, load_default=list)
    generator = Uri(load_default=None, allow_none=True)
    implements = many(fields.Nested(CapabilitySchema), most=20, load_default=list)
    also_known_as = many(Uri(), most=20, load_default=list)
    moved_to = Uri(load_default=None, allow_none=True)
    key_succession = many(fields.Nested(KeyCertificateSchema), most=10, load_default=list)
    attachment = many(fields.Dict(), most=20, load_default=list)
    manually_approves_followers = fields.Boolean(load_default=True)
    discoverable = fields.Boolean(load_default=True)
    indexable = fields.Boolean(load_default=True)
    published = Instant(load_default=None, allow_none=True)
    updated = Instant(load_default=None, allow_none=True)
    initiative = fields.Nested(InitiativeSchema, load_default=None, allow_none=True)
    proof = fields.Dict(load_default=None, allow_none=True)
