"""Names that no database can hold: nothing is there, and nothing breaks."""

from __future__ import annotations

import pytest
from flask import Flask

from federation import flask_session
from federation.receiving.door import Door
from federation.web import bp
from tests.federation.conftest import BASE
from tests.federation.remote import AP, reading

NUL = "%00"


@pytest.fixture
def client(runtime, village):
    """A client of an application with nothing but the federation in it."""
    app = Flask(__name__)
    flask_session.init_app(app, runtime)
    app.register_blueprint(bp)
    app.wsgi_app = Door(app.wsgi_app, runtime)  # type: ignore[method-assign]
    return app.test_client()


@pytest.mark.parametrize("name", [NUL, f"dorp{NUL}", f"{NUL}dorp"])
def test_no_actor_has_such_a_name(client, name):
    assert client.post(f"/actors/{name}/inbox", base_url=BASE, data=b"{}", content_type=AP).status_code == 404
    assert client.get(f"/actors/{name}", base_url=BASE, headers={"Accept": AP}).status_code == 404
    assert client.get(f"/actors/{name}", base_url=BASE).status_code == 404
    for collection in ("outbox", "followers", "following", "members"):
        path = f"/actors/{name}/{collection}"
        answer = client.get(path, base_url=BASE, headers={"Accept": AP, **reading(BASE + path)})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "resource", [f"acct:dorp{NUL}@127.0.0.1:8101", f"{BASE}/actors/{NUL}", f"{BASE}/actors/dorp{NUL}", NUL]
)
def test_webfinger_knows_no_such_name(client, resource):
    found = client.get(f"/.well-known/webfinger?resource={resource}", base_url=BASE)
    assert found.status_code == 404
