"""The blueprints of the application, feature by feature."""

from __future__ import annotations

from flask import Flask

from directory import feed
from federation import web as federation
from node.accounts import people
from node.accounts import web as accounts
from node.activity_templates import web as activity_templates
from node.claims import web as claims
from node.api import web as api
from node.communities import api as community_api
from node.communities import begin, profile
from node.gatherings import web as gatherings
from node.guide import api as guide_api
from node.guide import web as guide
from node.home import health
from node.home import web as home
from node.network import web as network
from node.outcomes import web as outcomes

BLUEPRINTS = (
    health.bp,
    federation.bp,
    feed.bp,
    begin.bp,
    accounts.bp,
    people.bp,
    home.bp,
    profile.bp,
    gatherings.bp,
    claims.bp,
    activity_templates.bp,
    outcomes.bp,
    network.bp,
    guide.bp,
)

API_BLUEPRINTS = (
    community_api.bp,
    guide_api.bp,
)


def init_app(app: Flask) -> None:
    """Register them all."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    api.init_app(app, API_BLUEPRINTS)
