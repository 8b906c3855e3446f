"""The first tables.

Revision: 0001, after
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("totp_counter", sa.Integer(), nullable=True),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=False),
        sa.Column(
            "mf_recovery_codes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_account_fs_webauthn_user_handle")),
    )
    op.create_table(
        "activity_template",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("draft", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("object_uri", sa.String(length=2000), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copied_from", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("base_content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("example_data", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_template")),
        sa.UniqueConstraint("object_uri", name=op.f("uq_activity_template_object_uri")),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=120), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("dated", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("confidence", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('stated', 'computed', 'estimate')", name=op.f("ck_claim_confidence")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("topic", "value", "source", name=op.f("uq_claim_topic_value_source")),
    )
    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("place_name", sa.String(length=100), nullable=False),
        sa.Column("municipality", sa.String(length=100), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("telephone", sa.String(length=30), nullable=False),
        sa.Column("accent", sa.String(length=10), nullable=False),
        sa.Column("is_village", sa.Boolean(), nullable=False),
        sa.Column("is_hub", sa.Boolean(), nullable=False),
        sa.Column("example_data", sa.Boolean(), nullable=False),
        sa.Column("initiative", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("profile_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
    )
    op.create_table(
        "failed_fetch",
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_failed_fetch")),
    )
    with op.batch_alter_table("failed_fetch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_failed_fetch_retry_at"), ["retry_at"], unique=False)

    op.create_table(
        "feed_cursor",
        sa.Column("hub_uri", sa.String(length=2000), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("members_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("caught_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("hub_uri", name=op.f("pk_feed_cursor")),
    )
    op.create_table(
        "feed_item",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("activity_uri", sa.String(length=2000), nullable=False),
        sa.Column("record_uri", sa.String(length=2000), nullable=False),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_feed_item")),
        sa.UniqueConstraint("record_uri", name=op.f("uq_feed_item_record_uri")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("actor_uri", sa.String(length=2000), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("initiative", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("rsa_public_pem", sa.Text(), nullable=False),
        sa.Column("ed25519_multibase", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("actor_uri", name=op.f("uq_identity_actor_uri")),
        sa.UniqueConstraint("role", name=op.f("uq_identity_role")),
        sa.UniqueConstraint("username", name=op.f("uq_identity_username")),
    )
    op.create_table(
        "inbox_activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uri", sa.String(length=2000), nullable=False),
        sa.Column("actor_uri", sa.String(length=2000), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("object_type", sa.String(length=80), nullable=False),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_activity")),
        sa.UniqueConstraint("uri", name=op.f("uq_inbox_activity_uri")),
    )
    with op.batch_alter_table("inbox_activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_activity_actor_uri"), ["actor_uri"], unique=False)
        batch_op.create_index(batch_op.f("ix_inbox_activity_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "known_template",
        sa.Column("uri", sa.String(length=2000), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("owner_uri", sa.String(length=2000), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("copied_from_uri", sa.String(length=2000), nullable=True),
        sa.Column("copied_from_version", sa.BigInteger(), nullable=True),
        sa.Column("copied_from_hash", sa.String(length=80), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_known_template")),
        sa.UniqueConstraint("key", name=op.f("uq_known_template_key")),
    )
    with op.batch_alter_table("known_template", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_known_template_copied_from_uri"), ["copied_from_uri"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_known_template_owner_uri"), ["owner_uri"], unique=False)

    op.create_table(
        "known_template_version",
        sa.Column("uri", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uri", "version", name=op.f("pk_known_template_version")),
    )
    op.create_table(
        "measurement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=80), nullable=False),
        sa.Column("indicator_version", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("raw_value", sa.Integer(), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("example_data", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
        sa.UniqueConstraint(
            "indicator",
            "indicator_version",
            "period_start",
            name=op.f("uq_measurement_indicator_indicator_version_period_start"),
        ),
    )
    op.create_table(
        "member",
        sa.Column("hub_uri", sa.String(length=2000), nullable=False),
        sa.Column("actor_uri", sa.String(length=2000), nullable=False),
        sa.Column("key_id", sa.String(length=2000), nullable=False),
        sa.Column("key_multibase", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hub_uri", "actor_uri", name=op.f("pk_member")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_actor_uri"), ["actor_uri"], unique=False)

    op.create_table(
        "peer",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("scheme", sa.String(length=10), nullable=False),
        sa.Column("scheme_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("breaker_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure", sa.String(length=500), nullable=False),
        sa.Column("clock_skew", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_peer")),
    )
    op.create_table(
        "peer_rule",
        sa.Column("target", sa.String(length=2000), nullable=False),
        sa.Column("rule", sa.String(length=5), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_peer_rule")),
    )
    op.create_table(
        "privacy_budget",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("allowed", sa.Double(), nullable=False),
        sa.Column("spent", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_privacy_budget")),
    )
    op.create_table(
        "record",
        sa.Column("uri", sa.String(length=2000), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("owner_uri", sa.String(length=2000), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("via_uri", sa.String(length=2000), nullable=True),
        sa.Column("verified_with", sa.String(length=200), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_record")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_owner_uri"), ["owner_uri"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_type_updated_at"), ["type", "updated_at"], unique=False)

    op.create_table(
        "released_figure",
        sa.Column("uri", sa.String(length=2000), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner_uri", sa.String(length=2000), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("indicator", sa.String(length=80), nullable=False),
        sa.Column("indicator_version", sa.BigInteger(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("error_bar", sa.BigInteger(), nullable=False),
        sa.Column("epsilon", sa.Double(), nullable=False),
        sa.Column("sensitivity", sa.BigInteger(), nullable=False),
        sa.Column("guarantee", sa.Text(), nullable=False),
        sa.Column("example_data", sa.Boolean(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uri", "position", name=op.f("pk_released_figure")),
    )
    with op.batch_alter_table("released_figure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_released_figure_indicator"), ["indicator"], unique=False)
        batch_op.create_index(batch_op.f("ix_released_figure_owner_uri"), ["owner_uri"], unique=False)

    op.create_table(
        "remote_actor",
        sa.Column("uri", sa.String(length=2000), nullable=False),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("inbox", sa.String(length=2000), nullable=False),
        sa.Column("shared_inbox", sa.String(length=2000), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("rsa_key_id", sa.String(length=2000), nullable=True),
        sa.Column("rsa_pem", sa.Text(), nullable=True),
        sa.Column("ed25519_key_id", sa.String(length=2000), nullable=True),
        sa.Column("ed25519_multibase", sa.String(length=200), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_remote_actor")),
    )
    with op.batch_alter_table("remote_actor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remote_actor_ed25519_key_id"), ["ed25519_key_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_remote_actor_host"), ["host"], unique=False)
        batch_op.create_index(batch_op.f("ix_remote_actor_rsa_key_id"), ["rsa_key_id"], unique=False)

    op.create_table(
        "search_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uri", sa.String(length=2000), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "sort_title",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
        sa.UniqueConstraint("uri", name=op.f("uq_search_document_uri")),
    )
    with op.batch_alter_table("search_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_document_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_search_document_sort_title"), ["sort_title"], unique=False)

    op.create_table(
        "search_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_version")),
    )
    op.create_table(
        "search_word",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
        sa.UniqueConstraint("word", name=op.f("uq_search_word_word")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "set_up_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_up_draft")),
    )
    op.create_table(
        "access_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_access_token_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_token_token_hash")),
    )
    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_token_account_id"), ["account_id"], unique=False)

    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_role_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_account_role")),
    )
    op.create_table(
        "activity_template_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("object_uri", sa.String(length=2000), nullable=False),
        sa.Column("copied_from", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["activity_template.id"],
            name=op.f("fk_activity_template_version_template_id_activity_template"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_template_version")),
        sa.UniqueConstraint(
            "template_id", "version", name=op.f("uq_activity_template_version_template_id_version")
        ),
    )
    op.create_table(
        "entry",
        sa.Column("uri", sa.String(length=2000), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_uri", sa.String(length=2000), nullable=False),
        sa.Column("has_node", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("legal_form", sa.String(length=40), nullable=True),
        sa.Column("phase", sa.String(length=40), nullable=True),
        sa.Column("themes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("target_groups", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("founded_on", sa.Integer(), nullable=True),
        sa.Column("volunteers_band", sa.String(length=10), nullable=True),
        sa.Column("members_band", sa.String(length=10), nullable=True),
        sa.Column("has_supporter", sa.Boolean(), nullable=True),
        sa.Column("website", sa.String(length=2000), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("telephone", sa.String(length=30), nullable=True),
        sa.Column("license", sa.String(length=40), nullable=False),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["search_document.id"],
            name=op.f("fk_entry_document_id_search_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_entry")),
        sa.UniqueConstraint("document_id", name=op.f("uq_entry_document_id")),
        sa.UniqueConstraint("key", name=op.f("uq_entry_key")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_owner_uri"), ["owner_uri"], unique=False)

    op.create_table(
        "entry_area",
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("municipality", sa.String(length=100), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("province", sa.String(length=5), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["search_document.id"],
            name=op.f("fk_entry_area_document_id_search_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "position", name=op.f("pk_entry_area")),
    )
    with op.batch_alter_table("entry_area", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entry_area_province_municipality_code"),
            ["province", "municipality_code"],
            unique=False,
        )

    op.create_table(
        "follow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("remote_uri", sa.String(length=2000), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("activity_uri", sa.String(length=2000), nullable=False),
        sa.Column("key_fingerprint", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_follow_identity_id_identity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint(
            "identity_id", "remote_uri", "direction", name=op.f("uq_follow_identity_id_remote_uri_direction")
        ),
    )
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_remote_uri"), ["remote_uri"], unique=False)

    op.create_table(
        "gathering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("when_text", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("for_whom", sa.String(length=120), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("at_time", sa.String(length=5), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=True),
        sa.Column("example_data", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["activity_template.id"], name=op.f("fk_gathering_template_id_activity_template")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering")),
        sa.UniqueConstraint("name", name=op.f("uq_gathering_name")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_invitation_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_account_id"), ["account_id"], unique=False)

    op.create_table(
        "outcome_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("error_bar", sa.Integer(), nullable=False),
        sa.Column("epsilon", sa.Double(), nullable=False),
        sa.Column("sensitivity", sa.Integer(), nullable=False),
        sa.Column("guarantee", sa.String(length=1000), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("object_uri", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_outcome_release_measurement_id_measurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_release")),
        sa.UniqueConstraint("measurement_id", name=op.f("uq_outcome_release_measurement_id")),
        sa.UniqueConstraint("object_uri", name=op.f("uq_outcome_release_object_uri")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_passkey_user_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_user_id"), ["user_id"], unique=False)

    op.create_table(
        "published_activity",
        sa.Column("uri", sa.String(length=2000), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("object_uri", sa.String(length=2000), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_published_activity_identity_id_identity")
        ),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_published_activity")),
    )
    with op.batch_alter_table("published_activity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_published_activity_identity_id_created_at"),
            ["identity_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_published_activity_object_uri"), ["object_uri"], unique=False)

    op.create_table(
        "published_object",
        sa.Column("uri", sa.String(length=2000), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_published_object_identity_id_identity")
        ),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_published_object")),
    )
    with op.batch_alter_table("published_object", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_published_object_identity_id"), ["identity_id"], unique=False)

    op.create_table(
        "search_facet",
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["search_document.id"],
            name=op.f("fk_search_facet_document_id_search_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "name", "code", name=op.f("pk_search_facet")),
    )
    with op.batch_alter_table("search_facet", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_search_facet_name_code_document_id"), ["name", "code", "document_id"], unique=False
        )

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_uri", sa.String(length=2000), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("recipient_uri", sa.String(length=2000), nullable=True),
        sa.Column("inbox", sa.String(length=2000), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("object_uri", sa.String(length=2000), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_uri"],
            ["published_activity.uri"],
            name=op.f("fk_delivery_activity_uri_published_activity"),
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_delivery_identity_id_identity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_activity_uri"), ["activity_uri"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_delivery_inbox_object_uri"), ["inbox", "object_uri"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_delivery_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "relay_cursor",
        sa.Column("follow_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["follow_id"], ["follow.id"], name=op.f("fk_relay_cursor_follow_id_follow")),
        sa.PrimaryKeyConstraint("follow_id", name=op.f("pk_relay_cursor")),
    )
    op.create_table(
        "request_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_id"], ["follow.id"], name=op.f("fk_request_decision_follow_id_follow")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_decision")),
    )
    with op.batch_alter_table("request_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_decision_follow_id"), ["follow_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("request_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_decision_follow_id"))

    op.drop_table("request_decision")
    op.drop_table("relay_cursor")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_delivery_inbox_object_uri"))
        batch_op.drop_index(batch_op.f("ix_delivery_activity_uri"))

    op.drop_table("delivery")
    with op.batch_alter_table("search_facet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_facet_name_code_document_id"))

    op.drop_table("search_facet")
    with op.batch_alter_table("published_object", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_object_identity_id"))

    op.drop_table("published_object")
    with op.batch_alter_table("published_activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_activity_object_uri"))
        batch_op.drop_index(batch_op.f("ix_published_activity_identity_id_created_at"))

    op.drop_table("published_activity")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_user_id"))

    op.drop_table("passkey")
    op.drop_table("outcome_release")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_account_id"))

    op.drop_table("invitation")
    op.drop_table("gathering")
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_remote_uri"))

    op.drop_table("follow")
    with op.batch_alter_table("entry_area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_area_province_municipality_code"))

    op.drop_table("entry_area")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_owner_uri"))

    op.drop_table("entry")
    op.drop_table("activity_template_version")
    op.drop_table("account_role")
    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_token_account_id"))

    op.drop_table("access_token")
    op.drop_table("set_up_draft")
    op.drop_table("search_word")
    op.drop_table("search_version")
    with op.batch_alter_table("search_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_document_sort_title"))
        batch_op.drop_index(batch_op.f("ix_search_document_key"))

    op.drop_table("search_document")
    with op.batch_alter_table("remote_actor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remote_actor_rsa_key_id"))
        batch_op.drop_index(batch_op.f("ix_remote_actor_host"))
        batch_op.drop_index(batch_op.f("ix_remote_actor_ed25519_key_id"))

    op.drop_table("remote_actor")
    with op.batch_alter_table("released_figure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_released_figure_owner_uri"))
        batch_op.drop_index(batch_op.f("ix_released_figure_indicator"))

    op.drop_table("released_figure")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_type_updated_at"))
        batch_op.drop_index(batch_op.f("ix_record_owner_uri"))

    op.drop_table("record")
    op.drop_table("privacy_budget")
    op.drop_table("peer_rule")
    op.drop_table("peer")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_actor_uri"))

    op.drop_table("member")
    op.drop_table("measurement")
    op.drop_table("known_template_version")
    with op.batch_alter_table("known_template", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_known_template_owner_uri"))
        batch_op.drop_index(batch_op.f("ix_known_template_copied_from_uri"))

    op.drop_table("known_template")
    with op.batch_alter_table("inbox_activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_activity_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_inbox_activity_actor_uri"))

    op.drop_table("inbox_activity")
    op.drop_table("identity")
    op.drop_table("feed_item")
    op.drop_table("feed_cursor")
    with op.batch_alter_table("failed_fetch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_failed_fetch_retry_at"))

    op.drop_table("failed_fetch")
    op.drop_table("community")
    op.drop_table("claim")
    op.drop_table("activity_template")
    op.drop_table("account")
