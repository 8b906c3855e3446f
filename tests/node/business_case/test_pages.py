"""Business cases in the browser and through the API."""

from __future__ import annotations

import copy

from node.example_business_case import AUSTERLITZ_CASE

HOME = "/cijfers/businesscase"


def form(**changes):
    return {
        "title": "Samen eten",
        "year": "2026",
        "residents": "1.900",
        "counterfactual": "",
        "comparison": "",
        "rows": "3",
        "label-0": "Bijdrage gemeente",
        "kind-0": "cost",
        "payer-0": "municipality",
        "confidence-0": "measured",
        "amount-likely-0": "1",
        "price-likely-0": "40.000",
        "source-0": "begroting",
        "label-1": "Uren",
        "kind-1": "cost",
        "payer-1": "residents",
        "confidence-1": "assumption",
        "amount-low-1": "100",
        "amount-likely-1": "150,5",
        "amount-high-1": "300",
        "priceCode-1": "volunteer_hour",
        "inKind-1": "1",
        **changes,
    }


def test_a_case_is_written_read_changed_put_away_and_back(site):
    answer = site.post("treasurer", f"{HOME}/nieuw", form())
    assert answer.status_code == 303
    page = site.get("supporter", answer.headers["Location"]).text
    assert "40.000" in page
    assert "Dit is geen bewijs van oorzaak" in page
    assert "Erasmus" in page  # the source of the price list
    assert "100 tot 300 hour" not in page
    edit = site.get("board", f"{HOME}/1/bewerken").text
    assert 'value="150,50"' in edit
    assert site.post("board", f"{HOME}/1/bewerken", form(revision="1", title="Anders")).status_code == 303
    late = site.post("treasurer", f"{HOME}/1/bewerken", form(revision="1", title="Te laat"))
    assert late.status_code == 409
    assert "Te laat" in late.text  # what was typed is not lost
    assert "Anders" in site.get("board", HOME).text
    site.post("board", f"{HOME}/1/weg", {"do": "away"})
    assert "Nog geen berekening" in site.get("board", HOME).text
    site.post("board", f"{HOME}/1/weg", {"do": "back"})
    assert "Nog geen berekening" not in site.get("board", HOME).text


def test_more_lines_keep_what_was_typed(site):
    page = site.post("board", f"{HOME}/nieuw", form(do="more")).text
    assert 'value="150,5"' in page
    assert 'name="label-4"' in page
    assert "Nog geen berekening" in site.get("board", HOME).text


def test_mistakes_are_told_at_the_line(site):
    wrong = form(**{"price-likely-0": "veel", "amount-low-1": "400"})
    answer = site.post("board", f"{HOME}/nieuw", wrong)
    assert answer.status_code == 422
    assert "Vul een getal in" in answer.text
    assert "Eerst het laagste" in answer.text
    assert 'value="veel"' in answer.text


def test_strangers_and_members_see_nothing(site):
    site.post("board", f"{HOME}/nieuw", form())
    for role in ("", "member"):
        for path in (HOME, f"{HOME}/1", f"{HOME}/1.csv", f"{HOME}/nieuw"):
            assert site.get(role, path).status_code in {302, 403}
        assert site.post(role, f"{HOME}/nieuw", form()).status_code in {302, 403}
    assert site.app.test_client().get("/api/v1/business-cases").status_code in {401, 403}


def test_a_formula_in_a_name_is_text_in_the_table(site):
    site.post("board", f"{HOME}/nieuw", form(**{"label-0": "=1+1", "source-0": "@x"}))
    table = site.get("board", f"{HOME}/1.csv").text
    assert "'=1+1" in table
    assert "'@x" in table
    assert "-40000" not in table.split("Totaal")[0]


def test_marks_in_names_are_shown_as_text(site):
    site.post("board", f"{HOME}/nieuw", form(**{"label-0": "<b onclick=x>", "title": "<script>1</script>"}))
    for path in (HOME, f"{HOME}/1", f"{HOME}/1/bewerken"):
        page = site.get("board", path).text
        assert "<b onclick" not in page
        assert "<script>1" not in page


def test_programs_write_and_read_the_same_sums(site):
    api, head = site.app.test_client(), site.token("treasurer")
    made = api.post("/api/v1/business-cases", json=AUSTERLITZ_CASE, headers=head)
    assert made.status_code == 201
    assert made.json["total"]["costs"]["likely"] == 40_000 + 14_300 + 112 * 50 * 20
    assert made.json["swings"][0]["label"] == "Uren van vrijwilligers (voorbeeld)"
    content = copy.deepcopy(made.json["content"])
    content["title"] = "Nieuw"
    change = {"revision": made.json["revision"], "content": content}
    url = f"/api/v1/business-cases/{made.json['id']}"
    assert api.put(url, json=change, headers=head).json["revision"] == 2
    assert api.put(url, json=change, headers=head).status_code == 409
    assert api.get("/api/v1/business-cases", headers=head).json["items"][0]["content"]["title"] == "Nieuw"
    assert api.post("/api/v1/business-cases", json={}, headers=head).status_code == 422
