"""Messages to a selection: each its own, a link to say “no more”, and what is kept of it."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.search.service import Selection
from federation import runtime as runtime_module
from federation.database import now
from node.coordination import mailing, mailing_copies, mailing_jobs
from node.coordination.mailing_models import MessageCopy, SentMessage
from node.coordination.mailing_recipients import recipients_of
from node.listings import service as listings
from node.listings.models import Listing
from node.mail import jobs as mail_jobs
from node.mail.models import MailMessage
from schemas.errors import InvalidInput, NotFound
from tests.directory.organisations import add, organisation
from tests.node.listings.hubs import content, entry_of
from tests.node.mail_server import mail_server

ENTRIES = Selection(kinds=("entry",))
ROOM = "/werkkamer/selecties/1/bericht"
MESSAGE = {"subject": "Dag {naam}", "text": "Beste {contactpersoon} uit {plaats}, {gemeente}"}


@pytest.fixture
def with_mail(settings):
    return dataclasses.replace(settings, mail_url="smtp://127.0.0.1:9", mail_from="gids@hub.example")


def make(session, settings, name, email="", private=None):
    listing = listings.create(
        session, settings, content(name, contact={"email": email} if email else {}), by="Ans"
    )
    listing.private_contact = private or {}
    return listing


def write(session, settings, subject="Dag {naam}", text="Kom!"):
    return mailing.send(session, settings, recipients_of(session, ENTRIES), subject, text, by="Ans")


def token_in(body):
    return re.search(r"/geen-berichten/([\w-]+)", body)[1]


@pytest.mark.usefixtures("hub")
def test_each_gets_its_own_with_a_link_that_says_no_more(session, with_mail):
    make(session, with_mail, "Een {plaats}", "een@dorp.example")
    make(session, with_mail, "Twee", private={"name": "Jo", "email": "jo@dorp.example"})
    assert write(session, with_mail, **MESSAGE) == 2
    mails = {each.recipient: each for each in session.scalars(select(MailMessage))}
    assert "Beste Jo uit Esbeek, Hilvarenbeek\n" in mails["jo@dorp.example"].body
    assert mails["een@dorp.example"].subject == "Dag Een {plaats}"
    assert "Beste Een {plaats} uit Esbeek" in mails["een@dorp.example"].body
    tokens = {name: token_in(each.body) for name, each in mails.items()}
    assert tokens["jo@dorp.example"] in mails["jo@dorp.example"].stop_url
    assert len(set(tokens.values())) == 2
    mailing_copies.stop(session, tokens["jo@dorp.example"])
    mailing_copies.stop(session, tokens["jo@dorp.example"])
    left = recipients_of(session, ENTRIES)
    assert ([each.email for each in left.by_mail], left.refused) == (["een@dorp.example"], 1)
    mailing_copies.resume(session, tokens["jo@dorp.example"])
    assert recipients_of(session, ENTRIES).refused == 0
    for wrong in ("", "x", tokens["jo@dorp.example"][:-1]):
        with pytest.raises(NotFound):
            mailing_copies.stop(session, wrong)


@pytest.mark.usefixtures("hub")
def test_what_is_kept_tells_who_wrote_what_when_and_no_address(session, with_mail):
    first = make(session, with_mail, "Een", "een@dorp.example")
    write(session, with_mail)
    (trace,) = mailing_copies.traces_of(session, entry_of(session, first))
    assert (trace.message.subject, trace.message.by) == ("Dag {naam}", "Ans")
    kept = [*session.scalars(select(SentMessage)), *session.scalars(select(MessageCopy))]
    assert "dorp.example" not in "".join(str(vars(each)) for each in kept).replace("hub.example", "")
    (message,) = mailing_copies.list_messages(session)
    assert (message.sent, message.refused) == (1, 0)
    stays = make(session, with_mail, "Blijft")
    listings.withdraw(session, with_mail, first, by="Ans", successor_uri=stays.uri)
    assert len(mailing_copies.traces_of(session, entry_of(session, stays))) == 1


@pytest.mark.usefixtures("hub")
def test_traces_go_after_two_years(session, with_mail, runtime):
    make(session, with_mail, "Een", "een@dorp.example")
    write(session, with_mail)
    write(session, with_mail)
    old = session.scalars(select(SentMessage).order_by(SentMessage.id)).first()
    old.at = now() - mailing_copies.KEPT - timedelta(days=1)
    session.commit()
    mailing_jobs.sweep()
    session.expire_all()
    assert len(session.scalars(select(MessageCopy)).all()) == 1


@pytest.mark.usefixtures("hub")
def test_an_entry_of_another_owner_can_say_no_more_too(session, with_mail):
    add(session, organisation("Van een node", contact={"email": "zij@dorp.example"}))
    assert write(session, with_mail) == 1
    mailing_copies.stop(session, token_in(session.scalar(select(MailMessage.body))))
    make(session, with_mail, "Hetzelfde adres", "ZIJ@dorp.example")
    found = recipients_of(session, ENTRIES)
    assert (found.by_mail, found.refused) == ([], 2)


@pytest.mark.usefixtures("hub")
def test_addresses_that_are_not_right_are_named(session, with_mail):
    make(session, with_mail, "Goed", "een@dorp.example")
    make(session, with_mail, "Fout", private={"email": "jo of mies@dorp"})
    make(session, with_mail, "Geen")
    found = recipients_of(session, ENTRIES)
    assert [each.entry.name for each in found.bad] == ["Fout"]
    assert "Geen" in [each.entry.name for each in found.without]
    assert write(session, with_mail) == 1


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("text", ["Dag {nam}", "Dag {}", "{email}"])
def test_what_cannot_be_filled_in_is_refused(session, with_mail, text):
    make(session, with_mail, "Een", "een@dorp.example")
    for told in ({"subject": text}, {"text": text}):
        with pytest.raises(InvalidInput) as refused:
            write(session, with_mail, **told)
        assert set(refused.value.fields) == set(told)
    assert session.scalars(select(MailMessage)).all() == []


@pytest.fixture
def selection(site):
    """Three initiatives in a saved selection, with an attack in a name; their keys."""
    with site.runtime.database.session() as session:
        made = [
            make(session, site.settings, "Een <script>", "een@dorp.example"),
            make(session, site.settings, "Twee", private={"name": "Jo", "email": "jo@dorp.example"}),
            make(session, site.settings, "Zonder goed adres", private={"email": "fout"}),
        ]
        session.commit()
        keys = [each.key for each in made]
    form = {"name": "Alles", "province": "NL-NB"}
    assert site.post("coordinator", "/werkkamer/selecties", form).status_code == 303
    return keys


@pytest.fixture
def post(site):
    """A mail server for the site and its jobs."""
    with mail_server() as server:
        runtime = site.runtime
        mailed = {"mail_url": server.url, "mail_from": "gids@hub.example"}
        changed = dataclasses.replace(runtime, settings=dataclasses.replace(site.settings, **mailed))
        runtime_module.install(changed)
        site.app.extensions["omzien"] = changed
        yield server
        runtime_module.install(runtime)


def test_the_coordinator_sees_what_each_of_them_gets(site, selection):
    page = site.get("coordinator", ROOM).text
    assert "Deze adressen kloppen niet" in page
    assert f"/werkkamer/vermeldingen/{selection[2]}/bewerken" in page
    first = site.post("coordinator", ROOM, {**MESSAGE, "look": "0"}).text
    assert "Bericht 1 van 2: Een &lt;script&gt;" in first
    assert "<script>" not in first.replace("<script src", "")
    second = site.post("coordinator", ROOM, {**MESSAGE, "look": "1"}).text
    assert "Beste Jo uit Esbeek, Hilvarenbeek" in second
    assert "Bericht 2 van 2" in site.post("coordinator", ROOM, {**MESSAGE, "look": "99999"}).text
    wrong = site.post("coordinator", ROOM, {"subject": "x", "text": "{nam}", "look": "0"})
    assert wrong.status_code == 422
    assert "Wij kennen {nam} niet" in wrong.text
    assert site.get("coordinator", "/werkkamer/berichten").status_code == 200
    for role in ("", "member"):
        for path in (ROOM, "/werkkamer/berichten"):
            assert site.get(role, path).status_code in {302, 403}


def test_programs_see_what_each_gets_and_never_an_address(site, selection):
    api, path = site.app.test_client(), "/api/v1/coordination"
    reader, writer = site.token("coordinator", "read"), site.token("coordinator", "write:directory")
    shown = api.post(f"{path}/views/1/message/preview", json=MESSAGE, headers=reader)
    assert [each["name"] for each in shown.json["items"]] == ["Een <script>", "Twee"]
    assert shown.json["items"][1]["text"].strip() == "Beste {contactpersoon} uit Esbeek, Hilvarenbeek"
    assert [each["name"] for each in shown.json["badAddresses"]] == ["Zonder goed adres"]
    assert "dorp.example" not in shown.text
    assert api.post(f"{path}/views/1/message", json=MESSAGE, headers=reader).status_code == 403
    assert api.post(f"{path}/views/1/message", json=MESSAGE, headers=writer).status_code == 503
    wrong = MESSAGE | {"text": "{nam}"}
    assert api.post(f"{path}/views/1/message", json=wrong, headers=writer).status_code == 422
    assert api.post(f"{path}/views/9/message", json=MESSAGE, headers=writer).status_code == 404
    for where in ("messages", f"messages/to?entry={selection[0]}"):
        assert api.get(f"{path}/{where}").status_code == 401
        assert api.get(f"{path}/{where}", headers=reader).json == {"items": []}


def test_one_click_and_one_press_and_no_more_messages_come(site, selection, post):
    sent = site.post("coordinator", ROOM, {**MESSAGE, "do": "send"})
    assert sent.headers["Location"] == "/werkkamer/berichten"
    page = site.get("coordinator", "/werkkamer/berichten").text
    assert "Zonder goed adres" in page
    assert "Dag {naam}" in page
    mail_jobs.send()
    mails = {mail["To"]: mail for mail in post.taken}
    assert set(mails) == {"een@dorp.example", "jo@dorp.example"}
    stranger = site.app.test_client()
    link = "/geen-berichten/" + token_in(mails["jo@dorp.example"].get_content())
    shown = stranger.get(link)
    assert (shown.status_code, shown.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert refused_names(site) == []
    assert stranger.post(link, data={"said": "stop"}).status_code == 303
    assert "Ik wil wel berichten" in stranger.get(link).text
    assert refused_names(site) == ["Twee"]
    assert stranger.post(link, data={"said": "again"}).status_code == 303
    assert refused_names(site) == []
    header = mails["een@dorp.example"]["List-Unsubscribe"]
    press = "/geen-berichten/" + token_in(header)
    answer = stranger.post(press, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.data, "Set-Cookie" in answer.headers) == (200, b"", False)
    assert refused_names(site) == ["Een <script>"]
    room = site.get("coordinator", f"/werkkamer/vermelding/{selection[0]}").text
    assert "Dag {naam} (geen berichten meer)" in room
    assert stranger.post("/geen-berichten/onzin").status_code == 404


def refused_names(site):
    """Who would get nothing now, because they said so."""
    with site.runtime.database.session(write=False) as session:
        reached = {each.entry.name for each in recipients_of(session, ENTRIES).listed}
        return sorted(set(session.scalars(select(Listing.name))) - reached)
