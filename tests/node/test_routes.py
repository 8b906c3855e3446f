"""Every route: who may use it, what its answer carries, and how errors are told."""

from __future__ import annotations

import json

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from federation.runtime import Runtime
from federation.settings import Settings
from node.accounts.roles import GRANTS, Action, Role, grants
from node.communities.models import Community
from node.layout.headers import HEADERS
from tests.node.signing_in import add_account, csrf_of, sign_in, signed_in

PUBLIC_CHANGES = {
    "accounts.accept_invitation": "a one-time link is its own right",
    "begin.address": "the one-time set-up code is asked",
    "begin.administrator": "the one-time set-up code is asked",
    "begin.codes": "the one-time set-up code is asked",
    "begin.community": "the one-time set-up code is asked",
    "begin.hub": "the one-time set-up code is asked",
    "begin.roles": "the one-time set-up code is asked",
    "begin.start": "asks the one-time set-up code",
    "claim_proofs.answer": "the one-time link of a mail is its own right",
    "entry_suggestions.send": "anybody proposes; nobody sees it before a coordinator decides",
    "freshness.answer": "the one-time link of a reminder is its own right",
    "surveys_api.answer": "residents answer without an account",
    "survey_answers.enter": "residents answer without an account; the code of a letter is its own right",
    "saved_views.stop": "the link of a mail is its own right; it stops that mail alone",
    "survey_answers.step": "residents answer without an account",
    "layout.display": "sets a cookie of the reader's own",
    "mailing_stop.answer": "the secret of a message is its own right",
    "layout.language": "sets a cookie of the reader's own",
}
"""Routes that change something and ask no right, each with its reason."""


def changing_views(app: Flask) -> dict[str, object]:
    """Every view that answers to something else than reading, per endpoint and method."""
    views: dict[str, object] = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            view = app.view_functions[rule.endpoint]
            holder = getattr(view, "view_class", None)
            views[f"{rule.endpoint} {method}"] = getattr(holder, method.lower()) if holder else view
    return views


def required_action(view: object) -> Action | None:
    """The right a view asks before it runs."""
    return getattr(view, "required_action", None)


def test_every_change_asks_a_right_or_stands_on_the_short_list(app: Flask) -> None:
    unguarded = set()
    for name, view in changing_views(app).items():
        endpoint = name.split()[0]
        if endpoint.startswith("security.") or endpoint in PUBLIC_CHANGES:
            continue  # Flask-Security's own views: signing in and one's own keys
        if required_action(view) is None:
            unguarded.add(name)
    assert not unguarded


def test_the_short_list_is_no_longer_than_needed(app: Flask) -> None:
    assert not PUBLIC_CHANGES.keys() - {name.split()[0] for name in changing_views(app)}


def test_every_action_is_granted_to_somebody() -> None:
    assert set(GRANTS) == set(Action)
    assert all(GRANTS.values())


def test_a_member_may_use_only_an_own_account() -> None:
    member = frozenset({Role.MEMBER})
    assert {action for action in Action if grants(member, action)} == {Action.USE_ACCOUNT}


@pytest.mark.usefixtures("village")
def test_each_role_opens_exactly_what_its_rights_say(
    app: Flask, runtime: Runtime, settings: Settings
) -> None:
    with runtime.database.session() as session:
        for role in set(Role) - {Role.ADMINISTRATOR}:
            add_account(session, settings, role)
        session.commit()
    pages = {
        rule.rule: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules() if _is_page(rule)
    }
    guarded = {path: required_action(view) for path, view in pages.items() if required_action(view)}
    assert guarded
    for role in (Role.MEMBER, Role.ACTIVITY_LEADER, Role.TREASURER, Role.BOARD):
        client = signed_in(app, f"{role.value}@austerlitz.example")
        for path, action in guarded.items():
            assert action is not None
            expected = grants(frozenset({role}), action)
            refused = client.get(path).status_code == 403
            assert refused != expected, f"{role} at {path}"


def _is_page(rule: object) -> bool:
    methods, arguments = getattr(rule, "methods", set()), getattr(rule, "arguments", set())
    return "GET" in methods and not arguments and not str(rule).startswith("/api")


@pytest.mark.usefixtures("village")
def test_a_stranger_is_sent_to_sign_in_and_comes_back(client: FlaskClient) -> None:
    answer = client.get("/ons-dorp/bewerken")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/inloggen?next=/ons-dorp/bewerken"


@pytest.mark.usefixtures("village")
def test_every_answer_carries_the_headers(client: FlaskClient) -> None:
    for path in ("/", "/inloggen", "/bestaat-niet", "/api/v1/community", "/healthz", "/static/css/base.css"):
        with client.get(path) as answer:
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    secure = client.get("/", base_url="https://dorp.example").headers
    assert "Strict-Transport-Security" in secure


@pytest.mark.usefixtures("village")
def test_a_page_that_does_not_exist_says_so_in_both_shapes(client: FlaskClient) -> None:
    page = client.get("/bestaat-niet", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "Deze pagina bestaat niet" in page.text
    problem = client.get("/api/v1/bestaat-niet")
    assert problem.status_code == 404
    assert problem.content_type == "application/problem+json"
    assert problem.json == {
        "type": "about:blank",
        "title": "Deze pagina bestaat niet",
        "status": 404,
        "detail": "Deze pagina bestaat niet",
    }


@pytest.mark.usefixtures("village")
def test_a_bug_gives_a_number_and_hides_the_rest(app: Flask) -> None:
    @app.get("/kapot")
    def broken() -> str:
        raise RuntimeError("geheim")

    @app.get("/api/kapot")
    def broken_call() -> str:
        raise RuntimeError("geheim")

    client = app.test_client()
    page, problem = client.get("/kapot"), client.get("/api/kapot")
    assert page.status_code == problem.status_code == 500
    assert "geheim" not in page.text + problem.text
    assert problem.json is not None
    assert problem.json["reference"] in problem.json["detail"]


@pytest.mark.usefixtures("village")
def test_rubbish_that_is_too_large_is_told_in_plain_words(app: Flask) -> None:
    @app.get("/te-groot")
    def too_large() -> str:
        abort(413)

    assert "te groot" in app.test_client().get("/te-groot").text


@pytest.mark.usefixtures("village")
def test_english_at_a_press_and_back(client: FlaskClient) -> None:
    answer = client.post("/taal", data={"language": "en", "next": "/inloggen"})
    assert answer.headers["Location"] == "/inloggen"
    assert "Sign in" in client.get("/inloggen").text
    client.post("/taal", data={"language": "nl"})
    assert "Inloggen" in client.get("/inloggen").text


@pytest.mark.usefixtures("village")
@pytest.mark.parametrize("elsewhere", ["https://kwaad.example", "//kwaad.example", "/\\kwaad.example"])
def test_a_switch_never_leads_elsewhere(client: FlaskClient, elsewhere: str) -> None:
    answer = client.post("/weergave", data={"size": "large", "next": elsewhere})
    assert answer.headers["Location"] == "/"
    assert 'data-size="large"' in client.get("/").text


@pytest.mark.usefixtures("village")
def test_public_pages_set_no_cookie(client: FlaskClient) -> None:
    for path in ("/", "/ons-dorp", "/meedoen", "/gids", "/formats", "/cijfers"):
        assert "Set-Cookie" not in client.get(path).headers, path


def test_the_front_page_is_also_the_actor(client: FlaskClient, village: Community) -> None:
    answer = client.get("/", headers={"Accept": "application/activity+json"})
    assert answer.content_type.startswith("application/activity+json")
    assert json.loads(answer.text)["name"] == village.name


@pytest.mark.usefixtures("village")
def test_a_header_of_a_token_does_not_replace_the_token_of_a_form(app: Flask) -> None:
    form = {"name": "Riet Bakker", "email": "riet@austerlitz.example", "roles": "activity_leader"}
    answer = signed_in(app).post("/team", data=form, headers={"Authorization": "Bearer omz_verzonnen"})
    assert answer.status_code == 422


@pytest.mark.usefixtures("village")
def test_an_administrator_invites_somebody_who_chooses_a_password(app: Flask) -> None:
    administrator, newcomer = signed_in(app), app.test_client()
    form = {"name": "Riet Bakker", "email": "riet@austerlitz.example", "roles": "activity_leader"}
    page = administrator.post("/team", data={**form, "csrf_token": csrf_of(administrator.get("/team"))})
    path = page.text.split("/welkom/")[1].split("<")[0]
    link = f"/welkom/{path}"
    passwords = {
        "password": "een lange zin om te onthouden",
        "password_again": "een lange zin om te onthouden",
    }
    newcomer.post(link, data={**passwords, "csrf_token": csrf_of(newcomer.get(link))})
    assert newcomer.get(link).status_code == 404
    assert sign_in(newcomer, "riet@austerlitz.example").status_code == 302
    assert newcomer.get("/werkplek").status_code == 200


@pytest.mark.usefixtures("village")
def test_attempts_are_counted_in_valkey_for_all_processes(client: FlaskClient, runtime: Runtime) -> None:
    client.get("/api/v1/community")
    assert any(b"omzien:limit" in key for key in runtime.queue.redis.scan_iter())
