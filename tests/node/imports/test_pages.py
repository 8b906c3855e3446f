"""Importing a list in the browser and through the API, with the job that does the work."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from sqlalchemy import select

from directory.replica.entries import Entry
from node.imports.jobs import sweep
from node.listings import service as listings
from node.listings.content import with_values
from tests.node.imports.lists import HEAD, ROWS, csv_of, xlsx_of
from tests.node.imports.lists import run_jobs as work
from tests.node.signing_in import csrf_of

IMPORTS = "/werkkamer/import"
API = "/api/v1/imports"


def brought(hub_site, content, source="Lijst 2026", name="lijst.csv", role="coordinator"):
    """The answer to a file that was sent with the form."""
    form = {"source": source, "file": (io.BytesIO(content), name)}
    return hub_site.post(role, IMPORTS, form)


def mapped(hub_site, page, **form):
    """Send the mapping form as it came, and let the job compare."""
    shown = hub_site.get("coordinator", page).text
    chosen = {}
    for part in re.findall(r"<select.*?</select>", shown, re.S):
        option = re.search(r'value="(\w+)" selected', part)
        chosen[re.search(r'name="(column-\d+)"', part)[1]] = option[1] if option else ""
    answer = hub_site.post("coordinator", f"{page}/kolommen", chosen | form)
    assert answer.status_code == 303, answer.text
    work()


def text_of(answer):
    """A page as people read it."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize(("content", "name"), [(csv_of(ROWS), "a.csv"), (xlsx_of(ROWS), "a.xlsx")])
def test_a_list_becomes_entries_and_is_undone(hub_site, content, name):
    page = brought(hub_site, content, name=name).headers["Location"]
    shown = text_of(hub_site.get("coordinator", page))
    assert "Wat betekenen de kolommen?" in shown
    mapped(hub_site, page)
    shown = text_of(hub_site.get("coordinator", page))
    assert "Er is nog niets gewijzigd" in shown
    assert "Austerlitz Zorgt" in shown  # the head of every page
    assert "3 nieuw" in shown
    assert "Oudega (Smallingerland)" in shown
    assert hub_site.get("", "/gids?q=esbeek").text.count("Noaberhulp Esbeek") == 0
    assert hub_site.post("coordinator", f"{page}/uitvoeren").status_code == 303
    assert "Wordt uitgevoerd" in hub_site.get("coordinator", page).text
    work()
    assert "3 uitgevoerd" in text_of(hub_site.get("coordinator", page))
    assert "Noaberhulp Esbeek" in hub_site.get("", "/gids?q=esbeek").text
    assert hub_site.post("coordinator", f"{page}/terugdraaien").status_code == 303
    work()
    assert "3 teruggedraaid" in text_of(hub_site.get("coordinator", page))
    assert "Noaberhulp Esbeek" not in hub_site.get("", "/gids?q=esbeek").text


def test_a_second_list_shows_the_difference_field_by_field(hub_site):
    page = brought(hub_site, csv_of(ROWS)).headers["Location"]
    mapped(hub_site, page)
    hub_site.post("coordinator", f"{page}/uitvoeren")
    work()
    changed = [*ROWS[0][:6], "60", *ROWS[0][7:]]
    page = brought(hub_site, csv_of([changed, ROWS[1]])).headers["Location"]
    mapped(hub_site, page)
    shown = text_of(hub_site.get("coordinator", f"{page}?groep=change"))
    assert "Vrijwilligers : 25 tot 49 → 50 tot 99" in shown
    assert "Niet meer in deze lijst" in shown
    assert "Dorpshart Oudega" in shown


def test_what_was_left_out_comes_back_as_a_file_with_the_reasons(hub_site):
    wrong = [
        ["5", "Zonder plaats", "Xyzzyplugh", "", "", "", "", "", ""],
        ["6", '=HYPERLINK("x")', "Oudega", "", "", "", "", "", ""],
        ["7", "Met een opmerking", "Esbeek", "", "", "ruimtevaart", "", "", ""],
    ]
    content = xlsx_of([*ROWS, *wrong[:1], *wrong[2:]])
    page = brought(hub_site, content + b"", name="a.xlsx").headers["Location"]
    mapped(hub_site, page)
    assert "1 weggelaten" in text_of(hub_site.get("coordinator", page))
    lines = csv.reader(
        io.StringIO(hub_site.get("coordinator", f"{page}/opmerkingen.csv").text), delimiter=";"
    )
    head, *rows = list(lines)
    assert head[-3:] == ["Rij", "Weggelaten?", "Wat er niet klopt"]
    assert [(row[1], row[-3], row[-2]) for row in rows] == [
        ("Zonder plaats", "5", "Ja"),
        ("Met een opmerking", "6", "Nee"),
    ]
    assert "Xyzzyplugh" in rows[0][-1]
    assert "ruimtevaart" in rows[1][-1]
    page = brought(hub_site, "\t".join(HEAD).encode() + b"\n" + "\t".join(wrong[1]).encode()).headers[
        "Location"
    ]
    mapped(hub_site, page)
    answer = hub_site.get("coordinator", f"{page}/opmerkingen.csv").text
    assert "'=HYPERLINK" in answer


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "leeg"), (b"\x89PNG\x00\x00\x00\x00", "geen tekst"), (b"Naam\n", "namen van de kolommen")],
)
def test_what_is_no_list_is_told_and_the_form_keeps_its_words(hub_site, content, words):
    answer = brought(hub_site, content, source="Mijn bron")
    assert answer.status_code == 422
    assert words in answer.text
    assert "Mijn bron" in answer.text


def test_100_megabytes_are_refused_before_they_are_read(hub_site):
    answer = hub_site.browser("coordinator").post(
        IMPORTS,
        input_stream=io.BytesIO(b"--x"),
        environ_overrides={"CONTENT_LENGTH": str(100 * 1024 * 1024)},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "te groot" in answer.text


def test_a_larger_list_than_a_form_may_be_is_read(hub_site):
    many = [[str(at), f"Buurthulp {at}", "Esbeek", *[""] * 5, "x" * 200] for at in range(11_000)]
    browser = hub_site.browser("coordinator")
    fields = {"csrf_token": csrf_of(browser.get("/account")), "source": "Lijst"}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    parts.append('--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n')
    body = "".join(parts).encode() + csv_of(many) + b"\r\n--x--\r\n"
    assert len(body) > 2 * 1024 * 1024
    answer = browser.post(IMPORTS, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("role", ["", "member", "supporter"])
def test_only_a_coordinator_imports(hub_site, role):
    assert brought(hub_site, csv_of(ROWS), role=role).status_code in {302, 303, 401, 403}
    assert "Eerdere lijsten" not in hub_site.get("coordinator", IMPORTS).text


def test_scripts_in_a_list_are_text(hub_site):
    script = "<script>alert(1)</script>"
    rows = [[script, script, "Esbeek", script, script, script, script, script, script]]
    page = brought(hub_site, csv_of(rows), source=script).headers["Location"]
    assert "<script>alert" not in hub_site.get("coordinator", page).text
    mapped(hub_site, page)
    assert "<script>alert" not in hub_site.get("coordinator", page).text
    assert "<script>alert" not in hub_site.get("coordinator", IMPORTS).text


def test_the_progress_says_how_far_it_is_and_then_reads_the_page_anew(hub_site):
    page = brought(hub_site, csv_of(ROWS)).headers["Location"]
    hub_site.post("coordinator", f"{page}/kolommen", {"column-1": "name", "column-2": "places"})
    part = hub_site.get("coordinator", f"{page}/voortgang")
    assert "0 van 3 rijen" in part.text
    assert "HX-Refresh" not in part.headers
    sweep()
    work()
    assert hub_site.get("coordinator", f"{page}/voortgang").headers["HX-Refresh"] == "true"


def test_a_mapping_without_a_name_is_told(hub_site):
    page = brought(hub_site, csv_of(ROWS)).headers["Location"]
    answer = hub_site.post("coordinator", f"{page}/kolommen", {"column-2": "places"})
    assert answer.status_code == 422
    assert "de naam van het initiatief" in answer.text


def test_a_list_is_thrown_away(hub_site):
    page = brought(hub_site, csv_of(ROWS)).headers["Location"]
    assert hub_site.post("coordinator", f"{page}/weggooien").status_code == 303
    assert hub_site.get("coordinator", page).status_code == 404


def test_a_program_brings_a_list_carries_it_out_and_undoes_it(hub_site):
    client, token = hub_site.app.test_client(), hub_site.token("coordinator")

    def call(method, path, **options):
        return client.open(f"{API}{path}", method=method, headers=token, **options)

    run = call("POST", "?source=Lijst&name=a.csv", data=csv_of(ROWS))
    assert (run.status_code, run.json["state"]) == (201, "mapping"), run.text
    path = f"/{run.json['id']}"
    assert call("POST", f"{path}/start").status_code == 409
    assert call("POST", f"{path}/mapping", json={"mapping": {"Naam": "onzin"}}).status_code == 422
    assert call("POST", f"{path}/mapping", json={}).json["state"] == "checking"
    work()
    assert call("GET", path).json["counts"]["create"] == 3
    rows = call("GET", f"{path}/rows?group=create").json["items"]
    assert [row["name"] for row in rows] == [row[1] for row in ROWS]
    assert call("POST", f"{path}/start").status_code == 202
    work()
    assert call("GET", path).json["counts"]["done"] == 3
    assert call("GET", "").json["items"][0]["state"] == "done"
    assert "Rij" in call("GET", f"{path}/problems.csv").text
    assert call("POST", f"{path}/undo").json["state"] == "undoing"
    work()
    assert call("GET", path).json["state"] == "undone"
    assert call("DELETE", path).status_code == 409
    assert call("POST", "?source=Lijst", data=b"").status_code == 422
    stranger = hub_site.token("supporter")
    assert client.post(f"{API}?source=x", data=csv_of(ROWS), headers=stranger).status_code == 403


def returned(hub_site, page):
    """The rows that were left out or have a remark, as a coordinator gets them back."""
    return hub_site.get("coordinator", f"{page}/opmerkingen.csv").data


def finished(hub_site, page, **form):
    """Compare and carry out a list."""
    mapped(hub_site, page, **form)
    hub_site.post("coordinator", f"{page}/uitvoeren")
    work()


def test_what_comes_back_and_is_mended_says_what_the_list_said(hub_site):
    head = ["ID", "Naam", "Plaats", "Telefoon", "Thema's", "Omschrijving"]
    row = ["1", "+Samen", "Esbeek", "+31 13 516 1234", "ruimtevaart", "=samen eten"]
    page = brought(hub_site, csv_of([row], head)).headers["Location"]
    finished(hub_site, page, publish_contact="on")
    content = returned(hub_site, page)
    assert "'+31 13 516 1234" in content.decode()
    mended = content.replace(b"ruimtevaart", b"wonen")
    page = brought(hub_site, mended).headers["Location"]
    finished(hub_site, page, publish_contact="on", part="on")
    with hub_site.runtime.database.session(write=False) as session:
        (entry,) = session.scalars(select(Entry))
        told = (entry.name, entry.telephone, entry.summary, entry.themes)
    assert told == ("+Samen", "+31 13 516 1234", "=samen eten", ["housing"])


def test_the_csv_of_the_guide_reads_back_as_it_was(hub_site):
    head = ["Naam", "Plaats", "Telefoon", "Website", "Licentie", "Gestopt op"]
    row = ["-Samen", "Esbeek", "+31 13 516 1234", "https://esbeek.example", "CC BY-SA 4.0", ""]
    page = brought(hub_site, csv_of([row], head)).headers["Location"]
    finished(hub_site, page, publish_contact="on")
    exported = hub_site.get("", "/gids.csv").data
    assert b"'+31" in exported
    page = brought(hub_site, exported, source="Terug").headers["Location"]
    finished(hub_site, page, publish_contact="on")
    with hub_site.runtime.database.session(write=False) as session:
        both = session.scalars(select(Entry).order_by(Entry.source_name)).all()
        told = {(each.name, each.telephone, each.website, each.license) for each in both}
    assert len(both) == 2
    assert told == {("-Samen", "+31 13 516 1234", "https://esbeek.example", "CC-BY-SA-4.0")}


def test_a_mended_part_says_nothing_of_the_rest_of_the_list(hub_site):
    wrong = ["5", "Zonder plaats", "Xyzzyplugh", "", "", "", "", "", ""]
    page = brought(hub_site, csv_of([*ROWS, wrong])).headers["Location"]
    finished(hub_site, page)
    content = returned(hub_site, page).replace(b"Xyzzyplugh", b"Zeist")
    part = brought(hub_site, content).headers["Location"]
    assert re.search(r'name="part"[^>]*checked', hub_site.get("coordinator", part).text)
    finished(hub_site, part, part="on")
    shown = text_of(hub_site.get("coordinator", part))
    assert "1 uitgevoerd" in shown
    assert "Niet meer in deze lijst" not in shown
    whole = brought(hub_site, csv_of(ROWS[:2])).headers["Location"]
    assert not re.search(r'name="part"[^>]*checked', hub_site.get("coordinator", whole).text)
    finished(hub_site, whole)
    shown = text_of(hub_site.get("coordinator", whole))
    assert "Niet meer in deze lijst" in shown
    assert "Zonder plaats" in shown
    rest = brought(hub_site, csv_of(ROWS[2:])).headers["Location"]
    finished(hub_site, rest, part="on")
    shown = text_of(hub_site.get("coordinator", whole)).partition("Niet meer in deze lijst")[2]
    assert "Zonder plaats" in shown
    assert "Dorpshart Oudega" not in shown


def test_a_row_says_which_of_its_fields_wait_for_a_decision_and_who_did_it(hub_site):
    page = brought(hub_site, csv_of(ROWS[:1])).headers["Location"]
    finished(hub_site, page)
    with hub_site.runtime.database.session() as session:
        listing = listings.find(session, "Lijst 2026", "1")
        values = with_values(listing.content, {"volunteersBand": "10-24"})
        listings.change(session, hub_site.settings, listing, values, by="Bea", based_on=listing.revision)
        session.commit()
    changed = [*ROWS[0][:6], "60", "https://nieuw.example", "bo@esbeek.example"]
    page = brought(hub_site, csv_of([changed])).headers["Location"]
    mapped(hub_site, page)
    for group in ("propose", "done"):
        shown = text_of(hub_site.get("coordinator", f"{page}?groep={group}"))
        assert "Vrijwilligers : 10 tot 24 → 50 tot 99 u beslist" in shown
        assert "→ https://nieuw.example E-mail" in shown
        assert "info@esbeek.example → bo@esbeek.example" in shown
        if group == "propose":
            hub_site.post("coordinator", f"{page}/uitvoeren")
            work()
    assert "Uitgevoerd door" in shown


def test_what_waits_is_approved_with_one_press(hub_site):
    page = brought(hub_site, csv_of(ROWS)).headers["Location"]
    finished(hub_site, page, review="on")
    assert "Keur alle 3 nieuwe initiatieven goed" in text_of(hub_site.get("coordinator", page))
    assert hub_site.post("supporter", f"{page}/goedkeuren").status_code in {302, 303, 403}
    client, token = hub_site.app.test_client(), hub_site.token("coordinator")
    path = f"{API}/{page.rsplit('/', 1)[1]}"
    assert client.get(path, headers=token).json["waiting"] == 3
    assert hub_site.post("coordinator", f"{page}/goedkeuren").status_code == 303
    assert "Wordt goedgekeurd" in hub_site.get("coordinator", page).text
    work()
    shown = text_of(hub_site.get("coordinator", page))
    assert "nieuwe initiatieven goed" not in shown
    assert "Noaberhulp Esbeek" in hub_site.get("", "/gids?q=esbeek").text
    assert client.post(f"{path}/approve", headers=token).json["state"] == "approving"
    work()
    assert client.get(path, headers=token).json["waiting"] == 0
