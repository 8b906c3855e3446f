"""Mail: kept with what it belongs to, sent once, tried again, given up; nothing gets into its headers."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from federation import runtime as runtime_module
from federation.database import now
from federation.settings import InvalidSettings, load_settings
from node.mail import jobs, service
from node.mail.models import MailMessage
from schemas.errors import InvalidInput, NotReady
from tests.node.mail_server import mail_server


@pytest.fixture
def post():
    with mail_server() as server:
        yield server


@pytest.fixture
def mailing(post, settings, runtime):
    """The settings of this node with a mail server, in force for its jobs."""
    with_mail = dataclasses.replace(settings, mail_url=post.url, mail_from="Gids <gids@hub.example>")
    runtime_module.install(dataclasses.replace(runtime, settings=with_mail))
    yield with_mail
    runtime_module.install(runtime)


def write(runtime, settings, *recipients):
    with runtime.database.session() as session:
        for recipient in recipients:
            service.write(session, settings, recipient, "Klopt het nog? é", "Dag,\n.\nén tot ziens\n")
        session.commit()


def states(runtime):
    with runtime.database.session(write=False) as session:
        return {
            row.recipient: (row.state, row.attempts, row.body) for row in session.scalars(select(MailMessage))
        }


def test_a_message_is_sent_once_and_its_text_forgotten(post, mailing, runtime):
    write(runtime, mailing, "ans@dorp.example")
    jobs.send()
    jobs.send()
    (mail,) = post.taken
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "ans@dorp.example",
        "Gids <gids@hub.example>",
        "Klopt het nog? é",
    )
    assert mail.get_content().splitlines() == ["Dag,", ".", "én tot ziens"]
    assert states(runtime) == {"ans@dorp.example": ("sent", 0, "")}


def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(post, mailing, runtime):
    post.refused = {"vol@": 452, "weg@": 550}
    write(runtime, mailing, "vol@dorp.example", "weg@dorp.example", "goed@dorp.example")
    jobs.send()
    found = states(runtime)
    assert [found[f"{name}@dorp.example"][0] for name in ("vol", "weg", "goed")] == ["due", "gave_up", "sent"]
    post.refused = {}
    with runtime.database.session() as session:
        session.execute(update(MailMessage).values(due_at=now()))
        session.commit()
    jobs.send()
    assert states(runtime)["vol@dorp.example"][0] == "sent"
    assert len(post.taken) == 2


def test_who_never_answers_is_given_up(mailing, runtime):
    away = dataclasses.replace(mailing, mail_url="smtp://127.0.0.1:9")
    runtime_module.install(dataclasses.replace(runtime, settings=away))
    write(runtime, away, "ans@dorp.example")
    for _attempt in range(len(service.WAITS) + 1):
        with runtime.database.session() as session:
            session.execute(update(MailMessage).values(due_at=now()))
            session.commit()
        jobs.send()
    assert states(runtime)["ans@dorp.example"][0] == "gave_up"


def test_what_a_worker_took_no_other_takes_until_it_is_long_ago(mailing, runtime):
    write(runtime, mailing, "ans@dorp.example")
    with runtime.database.session() as session:
        assert len(service.take(session)) == 1
        session.commit()
        assert service.take(session) == []
        session.execute(update(MailMessage).values(due_at=now() - timedelta(seconds=1)))
        assert len(service.take(session)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ans",
        "ans@",
        "@dorp.example",
        "a@b",
        "a@dorp.example, b@dorp.example",
        "a@dorp.example\nBcc: b@x.example",
        "a\x00@dorp.example",
        "a\ud800@dorp.example",
        "Win geld op x.example <a@dorp.example>",
        '"Win geld op x.example"@dorp.example',
        "a@dorp.example (Win geld)",
        "Groep: a@dorp.example;",
        "a@[1.2.3.4]",
        f"a@{'d' * 300}.example",
    ],
)
def test_a_bad_address_is_refused(mailing, session, address):
    with pytest.raises(InvalidInput):
        service.write(session, mailing, address, "x", "y")


def test_nothing_gets_into_the_headers(mailing, session):
    with pytest.raises(InvalidInput):
        service.write(session, mailing, "ans@dorp.example", "x\r\nBcc: b@x.example", "y")


def test_without_a_mail_server_nothing_is_kept(session, settings):
    with pytest.raises(NotReady):
        service.write(session, settings, "ans@dorp.example", "x", "y")


def test_old_messages_are_forgotten(mailing, runtime):
    write(runtime, mailing, "ans@dorp.example", "bo@dorp.example")
    with runtime.database.session() as session:
        old = now() - service.MEMORY - timedelta(days=1)
        session.execute(update(MailMessage).values(created_at=old))
        session.execute(update(MailMessage).where(MailMessage.recipient.like("ans%")).values(state="sent"))
        session.commit()
    jobs.sweep()
    assert list(states(runtime)) == ["bo@dorp.example"]


def test_wrong_settings_are_named_together(tmp_path):
    environment = {
        "OMZIEN_DATA_DIR": str(tmp_path),
        "OMZIEN_MAIL_URL": "mail.example",
        "OMZIEN_MAIL_FROM": "gids",
    }
    with pytest.raises(InvalidSettings) as refused:
        load_settings(environment)
    assert {each.env for each in refused.value.mistakes} == {"OMZIEN_MAIL_URL", "OMZIEN_MAIL_FROM"}


def test_mail_programs_can_say_no_more_messages_with_one_press(post, mailing, runtime):
    url = f"https://gids.een-heel-lange-naam.zorgzaam.example/geen-berichten/{'a1-_' * 12}"
    with runtime.database.session() as session:
        told = service.write(session, mailing, "ans@dorp.example", "Dag", "Dag\n", stop_url=url)
        assert f"List-Unsubscribe: <{url}>\n".encode() in bytes(service.compose(mailing, told))
        session.commit()
    jobs.send()
    (mail,) = post.taken
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (
        f"<{url}>",
        "List-Unsubscribe=One-Click",
    )
    with runtime.database.session(write=False) as session:
        assert session.scalars(select(MailMessage.stop_url)).all() == [""]
