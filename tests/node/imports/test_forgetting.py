"""What the pages say of a list of which the rows were erased."""

from __future__ import annotations

from federation.database import now
from node.imports.jobs import KEPT_FOR, sweep
from node.imports.models import ImportRun
from tests.node.imports.lists import ROWS, csv_of, run_jobs
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
