"""What the pages say of a list of which the rows were erased."""

from __future__ import annotations

from sqlalchemy import select

from federation.database import now
from node.imports.jobs import KEPT_FOR, forget, sweep
from node.imports.models import ImportRow, ImportRun
from node.listings import service as listings
from node.listings.models import Listing
from tests.node.imports.lists import ROWS, carried_out, csv_of, run_jobs
from tests.node.imports.test_pages import brought, mapped, text_of


def test_an_old_list_says_that_its_rows_were_erased(hub_site):
    page = brought(hub_site, csv_of(ROWS)).headers["Location"]
    mapped(hub_site, page)
    hub_site.post("coordinator", f"{page}/uitvoeren")
    run_jobs()
    assert "opmerkingen.csv" in hub_site.get("coordinator", page).text
    with hub_site.runtime.database.session() as session:
        session.query(ImportRun).update({"at": now() - 2 * KEPT_FOR})
        session.commit()
    sweep()
    shown = hub_site.get("coordinator", page)
    assert "Wat in de rijen stond, is gewist" in text_of(shown)
    assert "opmerkingen.csv" not in shown.text


def test_with_an_entry_that_went_goes_what_lists_told_of_its_people(session, settings, hub):
    carried_out(session, settings, csv_of(ROWS), publish_contact=True)
    gone, here = session.scalars(select(Listing).order_by(Listing.id)).all()[:2]
    listings.withdraw(session, settings, gone, by="Ans")
    gone.contact_deleted_at = now()
    rows = {row.listing_id: row for row in session.scalars(select(ImportRow))}
    for listing in (gone, here):
        content = rows[listing.id].content
        contact = {"email": "truus@thuis.example", "website": "https://dorp.example"}
        rows[listing.id].content = content | {"initiative": content["initiative"] | {"contact": contact}}
    session.commit()
    forget()
    session.expire_all()
    assert rows[gone.id].content["initiative"]["contact"] == {"website": "https://dorp.example"}
    assert rows[here.id].content["initiative"]["contact"]["email"] == "truus@thuis.example"
