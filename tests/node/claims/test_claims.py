"""Facts with their source: kept side by side, corrected, put away and put back."""

from __future__ import annotations

HOME = "/ons-dorp/feiten"


def fact(**changes):
    return {
        "topic": "Leden",
        "value": "520",
        "unit": "leden",
        "source": "Jaarverslag 2024",
        "confidence": "stated",
        **changes,
    }


def test_sources_that_disagree_stand_side_by_side(site):
    assert site.post("treasurer", f"{HOME}/nieuw", fact()).status_code == 303
    other = fact(value="bijna de helft", source="De krant")
    assert site.post("supporter", f"{HOME}/nieuw", other).status_code == 303
    page = site.get("", HOME).text
    for words in ("520", "Jaarverslag 2024", "bijna de helft", "De krant", "Bronnen verschillen"):
        assert words in page
    assert "Weghalen" not in page
    assert "Opbergen" not in page  # strangers change nothing


def test_a_fact_is_corrected_put_away_and_put_back(site):
    site.post("board", f"{HOME}/nieuw", fact(value="250"))
    assert site.post("board", f"{HOME}/1/bewerken", fact()).status_code == 303
    assert "<strong>250<" not in site.get("", HOME).text
    site.post("board", f"{HOME}/1/weg", {"do": "away"})
    assert "Jaarverslag" not in site.get("", HOME).text
    assert "Jaarverslag" in site.get("board", HOME).text
    site.post("board", f"{HOME}/1/weg", {"do": "back"})
    assert "Jaarverslag" in site.get("", HOME).text


def test_what_was_put_away_comes_back_when_it_is_stated_again(site):
    site.post("board", f"{HOME}/nieuw", fact())
    site.post("board", f"{HOME}/1/weg", {"do": "away"})
    assert site.post("board", f"{HOME}/nieuw", fact(unit="mensen")).status_code == 303
    assert "mensen" in site.get("", HOME).text
    assert site.get("board", f"{HOME}/2/bewerken").status_code == 404


def test_a_fact_needs_a_source_and_is_said_once(site):
    for wrong in ({"source": ""}, {"value": ""}, {"topic": " "}, {"confidence": "sure"}, {"value": "9" * 90}):
        answer = site.post("board", f"{HOME}/nieuw", fact(**wrong))
        assert answer.status_code == 422, wrong
    site.post("board", f"{HOME}/nieuw", fact())
    again = site.post("board", f"{HOME}/nieuw", fact())
    assert again.status_code == 409
    assert "Deze bron zegt dit al" in again.text
    site.post("board", f"{HOME}/nieuw", fact(value="521"))
    assert site.post("board", f"{HOME}/2/bewerken", fact()).status_code == 409


def test_strangers_and_members_write_nothing(site):
    for role in ("", "member"):
        for path in (f"{HOME}/nieuw", f"{HOME}/1/bewerken", f"{HOME}/1/weg"):
            assert site.post(role, path, fact()).status_code in {302, 403}
    assert "<strong>520<" not in site.get("", HOME).text


def test_marks_are_shown_as_text(site):
    site.post("board", f"{HOME}/nieuw", fact(value="<b>1</b>", source='"><script>x</script>'))
    for path in (HOME, f"{HOME}/1/bewerken"):
        page = site.get("board", path).text
        assert "<b>1</b>" not in page
        assert "<script>x" not in page


def test_programs_state_correct_and_put_away(site):
    api, head = site.app.test_client(), site.token("board")
    made = api.post("/api/v1/claims", json=fact(), headers=head)
    assert made.status_code == 201
    url = f"/api/v1/claims/{made.json['id']}"
    assert api.put(url, json=fact(value="519"), headers=head).json["value"] == "519"
    assert api.get("/api/v1/claims").json["items"][0]["claims"][0]["value"] == "519"
    assert api.post("/api/v1/claims", json=fact(value="519"), headers=head).status_code == 409
    assert api.delete(url, headers=head).status_code == 204
    assert api.get("/api/v1/claims").json["items"] == []
    assert api.post("/api/v1/claims", json=fact()).status_code in {401, 403}
