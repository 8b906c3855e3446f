"""A report from node to node: over the wire, through the gate, to the coordinator."""

from __future__ import annotations

from sqlalchemy import select

from directory.replica.entries import Entry
from directory.replica.publishing import publish_record
from federation.receiving.inbox import InboxActivity
from federation.relations import deciding
from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity
from node.standing import reporting, reports
from node.standing.models import Report
from tests.records import entry


def report(node, uri, **options):
    def work(session, _identity):
        sent = reporting.send_report(
            session,
            node.settings,
            uri,
            reason="outdated",
            text="Gestopt.",
            by="Anna",
            **{"to_owner": False, **options},
        )
        return sent.sent_to

    return node.do(work)


def three(network):
    """A hub with two members; the first published an entry."""
    hub = network.add("land", "hub")
    first, second = network.add("een", "village"), network.add("twee", "village")
    network.join(first, hub)
    network.join(second, hub)
    made = first.do(
        lambda s, i: publish_record(s, first.settings, i, "Create", entry("Initiatief"))["object"]["id"]
    )
    network.settle()
    return hub, first, second, made


def test_a_member_reports_to_the_coordinator_and_the_owner_who_decides(network):
    hub, first, second, uri = three(network)
    assert report(second, uri, to_owner=True) == [hub.actor_uri, first.actor_uri]
    network.settle()
    for node in (hub, first):
        kept = node.all(select(Report))
        assert [(each.reporter_uri, each.about, each.reason, each.text) for each in kept] == [
            (second.actor_uri, [uri], "outdated", "Gestopt.")
        ]
        assert kept[0].owner_uri == first.actor_uri
        assert "Anna" not in str(node.all(select(InboxActivity.document)))
    flag = second.all(select(PublishedActivity).where(PublishedActivity.type == "Flag"))[0]
    first.do(
        lambda s, _i: reports.handle(s, first.settings, 1, "withdraw", answer="Klopt, gestopt.", by="Bert")
    )
    network.settle()
    assert not flag.is_public
    assert reports_on(second) == 0


def reports_on(node):
    """How many living entries a node shows."""
    return len(node.all(select(Entry)))


def test_the_report_of_a_stranger_and_of_a_suspended_member_is_refused(network):
    hub, _first, second, uri = three(network)
    hub.do(
        lambda s, _i: deciding.decide(s, hub.settings, second.actor_uri, "suspend", reason="spam", by="Cor")
    )
    report(second, uri)
    network.settle()
    assert hub.all(select(Report)) == []
    refused = second.all(select(Delivery).where(Delivery.last_status == 403))
    assert len(refused) == 1


def test_what_a_hub_reports_about_a_member_stays_at_the_hub(network):
    hub, _first, _second, uri = three(network)
    assert report(hub, uri) == []
    assert [each.is_ours for each in hub.all(select(Report))] == [True]
