"""What happens by itself: entries grow old, initiatives are asked, silence is noted."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from sqlalchemy import select

from directory.replica.entries import Entry
from federation import runtime as runtime_module
from federation.database import now
from node.freshness import asking, jobs
from node.freshness.models import Reminder
from node.listings import service as listings
from node.mail import jobs as mail_jobs
from tests.node.listings.hubs import content
from tests.node.mail_server import mail_server


def state(runtime):
    with runtime.database.session(write=False) as session:
        return session.scalar(select(Entry.freshness).where(Entry.name == "Oud"))


def test_a_year_of_silence(hub, settings, runtime):
    with mail_server() as post:
        mailing = dataclasses.replace(settings, mail_url=post.url, mail_from="gids@hub.example")
        runtime_module.install(dataclasses.replace(runtime, settings=mailing))
        confirmed = (now() - timedelta(days=200)).date().isoformat()
        with runtime.database.session() as session:
            told = content("Oud", confirmedOn=confirmed, contact={"email": "info@dorp.example"})
            listings.create(session, mailing, told, by="Ans")
            session.commit()
        for _question in range(asking.MOST):
            jobs.sweep()
            jobs.sweep()
            mail_jobs.send()
            with runtime.database.session() as session:
                for reminder in session.scalars(select(Reminder)):
                    reminder.asked_at -= asking.QUIET + timedelta(days=1)
                session.commit()
        assert len(post.taken) == asking.MOST
        assert "Klopt dat nog?" in post.taken[0].get_content()
        assert state(runtime) == "due"
        jobs.sweep()
        assert state(runtime) == "unreachable"
        mail_jobs.send()
        assert len(post.taken) == asking.MOST
        runtime_module.install(runtime)
