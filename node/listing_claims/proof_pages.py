"""What proves a claim, for who is not signed in: the link of the mail, and the file of our own claims."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from directory.replica.owners import name_of, places_of
from federation.fetching.origins import authority_of
from federation.flask_session import commit, current_runtime, current_session
from node.limits import SIGN_IN, limiter
from node.listing_claims import claiming, proving
from node.listing_claims.website import PATH

bp = Blueprint("claim_proofs", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get(PATH)
def our_file() -> Response:
    """Which entries we claim by a file: enough where this node lives on the website of the entry."""
    sent = claiming.open_by_website(current_session)
    answer = jsonify(claiming.file_for(current_session, sent))
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/overname/<secret>")
@limiter.limit(SIGN_IN)
def question(secret: str) -> Page:
    """Is this village you? Opening the page answers nothing: mail programs open links by themselves."""
    claim, listing = proving.find_mailed(current_session, secret)
    return _private(
        "listing_claims/question.html",
        secret=secret,
        listing=listing,
        name=name_of(current_session, claim.claimant_uri),
        host=authority_of(claim.claimant_uri),
        places=places_of(current_session, claim.claimant_uri)[:5],
    )


@bp.post("/overname/<secret>")
@limiter.limit(SIGN_IN)
def answer(secret: str) -> Page:
    """One press."""
    said = request.form.get("said", "")
    proving.answer_mail(current_session, current_runtime().settings, secret, said)
    commit()
    return redirect(url_for(".thanks", said=said), 303)


@bp.get("/overname/bedankt/<said>")
def thanks(said: str) -> Page:
    """What happens now."""
    return _private("listing_claims/thanks.html", said=said)


def _private(template: str, **told: Any) -> BaseResponse:
    response = make_response(render_template(template, **told))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
