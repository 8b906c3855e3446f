"""The three nodes of the demo: their settings, and what they hold when it begins."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from deploy import data_folder, migrate
from deploy.demo_people import AUSTERLITZ, ELSENDORP, HUB, PASSWORD, Person
from deploy.words import say
from directory.geography.places import resolve_place
from federation import runtime as runtime_module
from federation.runtime import Runtime, build_runtime
from federation.settings import Settings
from node.accounts.models import Account
from node.accounts.secret_keys import encrypted_totp, hash_password
from node.accounts.service import create_account, find_by_email
from node.activity_templates.service import own_templates
from node.communities.models import find_community
from node.communities.service import SetUp, set_up
from node.communities.setup_code import forget_setup_code
from node.coordination import views
from node.example_survey import seed_surveys
from node.example_village import publish_formats, seed_austerlitz
from node.listings.adoption import adopt_some
from node.starter_library.sharing import share
from node.template_evidence.example_uses import tell_example
from schemas.messages import N_

HOST = "127.0.0.1"
TELEPHONE = "(0000) 12 34 56"
"""A number that nobody has."""


@dataclass(frozen=True)
class DemoNode:
    """One node: where it is, who is there, and how it is filled."""

    key: str
    name: str
    place: str
    people: tuple[Person, ...]
    settings: Settings
    fill: Callable[[Runtime], None]
    summary: str = ""
    accent: str = "leaf"
    is_hub: bool = False

    @property
    def url(self) -> str:
        """Its address."""
        return self.settings.public_url


def demo_nodes(folder: Path, port_base: int, settings: Settings) -> list[DemoNode]:
    """Hub, Austerlitz and Elsendorp, on three ports in a row."""

    def settings_of(offset: int, key: str) -> Settings:
        port = port_base + offset
        return dataclasses.replace(
            settings,
            data_dir=folder / key,
            database_url="",
            redis_url="",
            secret_key="",
            host=HOST,
            port=port,
            public_url=f"http://{HOST}:{port}",
            allow_loopback=True,
            relay_interval=2,
            trusted_proxies=0,
        )

    return [
        DemoNode("hub", "Landelijk Netwerk Zorgzame Gemeenschappen", "Utrecht", HUB, settings_of(0, "hub"),
                 _fill_hub, "Hier vinden zorgzame gemeenschappen elkaar. (Voorbeeld)", "sea", is_hub=True),
        DemoNode("austerlitz", "Austerlitz Zorgt", "Austerlitz", AUSTERLITZ, settings_of(1, "austerlitz"),
                 _fill_austerlitz, "Zorgcoöperatie van en voor het dorp Austerlitz."),
        DemoNode("elsendorp", "Elsendorp Omziet", "Elsendorp", ELSENDORP, settings_of(2, "elsendorp"),
                 _fill_nothing, "Een dorp dat net begint.", "brick"),
    ]  # fmt: skip


def prepare(node: DemoNode, progress: Callable[[str], None]) -> None:
    """Make the node as the demo begins; what is there already stays. For a process of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    data_folder.prepare(node.settings)
    data_folder.ensure_secret_key(node.settings)
    migrate.upgrade(node.settings)
    runtime = build_runtime(node.settings)
    runtime_module.install(runtime)
    with runtime.database.session() as session:
        if find_community(session) is None:
            progress(node.name)
            _begin(session, node)
            session.commit()
    node.fill(runtime)
    forget_setup_code(node.settings)
    runtime.close()


def _begin(session: Session, node: DemoNode) -> None:
    administrator, *others = node.people
    hashed = hash_password(PASSWORD)
    set_up(session, node.settings, SetUp(
        name=node.name, place_id=resolve_place(node.place).place_id, base_url=node.url,
        is_village=not node.is_hub, is_hub=node.is_hub, admin_name=administrator.name,
        admin_email=administrator.email, password_hash=hashed, summary=node.summary, accent=node.accent,
        totp_secret=encrypted_totp(node.settings, administrator.totp_key),
        username=node.key if not node.is_hub else "", telephone=TELEPHONE, example_data=True,
    ))  # fmt: skip
    for person in others:
        account = create_account(
            session, name=person.name, email=person.email, roles=person.roles, password_hash=hashed
        )
        _give_second_factor(account, node.settings, person)


def _give_second_factor(account: Account, settings: Settings, person: Person) -> None:
    account.tf_primary_method = "authenticator"
    account.tf_totp_secret = encrypted_totp(settings, person.totp_key)


def _fill_hub(runtime: Runtime) -> None:
    from directory.examples import data as example_data  # noqa: PLC0415  # heavy, for the hub alone

    with runtime.database.session(write=False) as session:
        has_all = not example_data.missing_examples(session)
    if not has_all:
        example_data.load(runtime.database, runtime.settings, progress=_count)
    with runtime.database.session() as session:
        while adopt_some(session):
            session.commit()
        share(session, runtime.settings)
        _keep_a_selection(session)
        session.commit()


def _keep_a_selection(session: Session) -> None:
    if not views.list_views(session):
        words = {"theme": "eating", "province": "NL-NB"}
        views.save_view(session, "Samen eten in Brabant (voorbeeld)", words, by=HUB[0].name)


def _count(done: int, total: int) -> None:
    if done and done % 500 == 0:
        say(N_("  %(done)s of %(total)s initiatives (example data)"), done=done, total=total)


def _fill_austerlitz(runtime: Runtime) -> None:
    with runtime.database.session() as session:
        supporter = find_by_email(session, AUSTERLITZ[2].email)
        assert supporter is not None  # noqa: S101  # made a moment ago
        seed_austerlitz(session, prepared_by=supporter.id, today=date.today())  # noqa: DTZ011  # the village's day
        seed_surveys(session, runtime.settings, date.today())  # noqa: DTZ011
        publish_formats(session, runtime.settings)
        tell_example(session, runtime.settings, own_templates(session), date.today())  # noqa: DTZ011
        session.commit()


def _fill_nothing(_runtime: Runtime) -> None:
    """A new village has nothing yet."""


def open_runtime(node: DemoNode) -> Runtime:
    """The parts of a running node, for its own services in a process of their own."""
    runtime = build_runtime(node.settings)
    runtime_module.install(runtime)
    return runtime
