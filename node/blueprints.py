"""The blueprints of the application, feature by feature."""

from __future__ import annotations

from flask import Flask

from directory.relaying import web as relaying
from federation import web as federation
from node.accounts import people
from node.accounts import web as accounts
from node.activity_templates import api as activity_templates_api
from node.activity_templates import editing_pages as format_editing
from node.activity_templates import former_api as former_drafts_api
from node.activity_templates import former_pages as former_drafts
from node.activity_templates import showing as format_showing
from node.activity_templates import web as activity_templates
from node.agenda import api as agenda_api
from node.agenda import web as agenda
from node.api import web as api
from node.business_case import api as business_case_api
from node.business_case import web as business_case
from node.claims import api as claims_api
from node.claims import web as claims
from node.communities import api as community_api
from node.communities import begin, profile
from node.communities import former_api as former_profiles_api
from node.communities import former_pages as former_profiles
from node.coordination import api as coordination_api
from node.coordination import mailing_api, mailing_pages, mailing_stop, unconfirmed_pages, view_pages
from node.coordination import web as coordination
from node.duplicates import api as duplicates_api
from node.duplicates import web as duplicates
from node.entry_suggestions import api as entry_suggestions_api
from node.entry_suggestions import web as entry_suggestions
from node.federation_health import api as federation_health_api
from node.federation_health import round_trips, undelivered
from node.federation_health import web as federation_health
from node.follow_ups import api as follow_ups_api
from node.follow_ups import web as follow_ups
from node.freshness import api as freshness_api
from node.freshness import web as freshness
from node.gatherings import api as gatherings_api
from node.gatherings import (
    attendance_pages,
    calendar_pages,
    import_pages,
    life_pages,
    series_api,
    series_pages,
)
from node.gatherings import papers as gathering_papers
from node.gatherings import web as gatherings
from node.guide import api as guide_api
from node.guide import map_page as guide_map
from node.guide import similar
from node.guide import web as guide
from node.home import health
from node.home import web as home
from node.identity import api as identity_api
from node.identity import web as identity
from node.imports import api as imports_api
from node.imports import web as imports
from node.indicators import api as indicators_api
from node.indicators import web as indicators
from node.listing_claims import api as listing_claims_api
from node.listing_claims import coordinator_pages as received_claims
from node.listing_claims import fact_pages as claimed_facts
from node.listing_claims import proof_pages as claim_proofs
from node.listing_claims import web as listing_claims
from node.listings import api as listings_api
from node.listings import history_pages as listing_history
from node.listings import web as listings
from node.mail import api as mail_api
from node.mail import web as mail
from node.national_figures import api as national_figures_api
from node.national_figures import web as national_figures
from node.network import api as network_api
from node.network import web as network
from node.open_data import api as open_data_api
from node.open_data import downloads, pieces, share
from node.open_data import web as open_data
from node.outcomes import api as outcomes_api
from node.outcomes import budget_pages as outcome_budget
from node.outcomes import correction_pages as outcome_corrections
from node.outcomes import table_api as outcome_table_api
from node.outcomes import table_pages as outcome_table
from node.outcomes import web as outcomes
from node.own_figures import api as own_figures_api
from node.own_figures import web as own_figures
from node.pictures import api as pictures_api
from node.pictures import web as pictures
from node.quarters import api as quarters_api
from node.quarters import web as quarters
from node.standing import api as standing_api
from node.standing import report_pages
from node.standing import web as standing
from node.starter_library import api as starter_library_api
from node.starter_library import web as starter_library
from node.stories import api as stories_api
from node.stories import web as stories
from node.survey_results import api as survey_results_api
from node.survey_results import web as survey_results
from node.surveys import answer_pages as survey_answers
from node.surveys import api as surveys_api
from node.surveys import entry_pages as survey_entry
from node.surveys import licence_pages as survey_licences
from node.surveys import papers as survey_papers
from node.surveys import web as surveys
from node.synonyms import api as synonyms_api
from node.synonyms import web as synonyms
from node.template_evidence import api as template_evidence_api
from node.template_evidence import web as template_evidence
from node.template_offers import api as template_offers_api
from node.template_offers import web as template_offers
from node.template_updates import api as template_updates_api
from node.template_updates import web as template_updates

BLUEPRINTS = (
    health.bp,
    federation.bp,
    relaying.bp,
    begin.bp,
    accounts.bp,
    people.bp,
    home.bp,
    profile.bp,
    former_profiles.bp,
    gatherings.bp,
    series_pages.bp,
    calendar_pages.bp,
    import_pages.bp,
    life_pages.bp,
    series_api.bp,
    attendance_pages.bp,
    gathering_papers.bp,
    agenda.bp,
    stories.bp,
    claims.bp,
    survey_answers.bp,
    surveys.bp,
    survey_licences.bp,
    survey_papers.bp,
    survey_entry.bp,
    survey_results.bp,
    activity_templates.bp,
    format_editing.bp,
    format_showing.bp,
    former_drafts.bp,
    pictures.bp,
    template_evidence.bp,
    template_offers.bp,
    template_updates.bp,
    starter_library.bp,
    outcomes.bp,
    outcome_corrections.bp,
    outcome_budget.bp,
    outcome_table.bp,
    quarters.bp,
    own_figures.bp,
    business_case.bp,
    national_figures.bp,
    indicators.bp,
    network.bp,
    identity.bp,
    federation_health.bp,
    undelivered.bp,
    round_trips.bp,
    standing.bp,
    report_pages.bp,
    similar.bp,
    entry_suggestions.bp,
    guide.bp,
    synonyms.bp,
    listings.bp,
    listing_history.bp,
    listing_claims.bp,
    claimed_facts.bp,
    received_claims.bp,
    claim_proofs.bp,
    imports.bp,
    coordination.bp,
    mailing_pages.bp,
    mailing_stop.bp,
    unconfirmed_pages.bp,
    view_pages.bp,
    duplicates.bp,
    follow_ups.bp,
    freshness.bp,
    mail.bp,
    guide_map.bp,
    downloads.bp,
    open_data.bp,
    share.bp,
    pieces.bp,
)

API_BLUEPRINTS = (
    community_api.bp,
    former_profiles_api.bp,
    activity_templates_api.bp,
    former_drafts_api.bp,
    pictures_api.bp,
    template_evidence_api.bp,
    template_offers_api.bp,
    template_updates_api.bp,
    starter_library_api.bp,
    outcomes_api.bp,
    outcome_table_api.bp,
    quarters_api.bp,
    own_figures_api.bp,
    business_case_api.bp,
    national_figures_api.bp,
    indicators_api.bp,
    network_api.bp,
    identity_api.bp,
    federation_health_api.bp,
    gatherings_api.bp,
    agenda_api.bp,
    stories_api.bp,
    claims_api.bp,
    standing_api.bp,
    guide_api.bp,
    entry_suggestions_api.bp,
    survey_results_api.bp,
    surveys_api.bp,
    synonyms_api.bp,
    listings_api.bp,
    listing_claims_api.bp,
    imports_api.bp,
    coordination_api.bp,
    mailing_api.bp,
    duplicates_api.bp,
    follow_ups_api.bp,
    freshness_api.bp,
    mail_api.bp,
    open_data_api.bp,
)


def init_app(app: Flask) -> None:
    """Register them all."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    api.init_app(app, API_BLUEPRINTS)
