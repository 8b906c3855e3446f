"""What a column of a list can mean, and what its name lets us guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from directory.search.folding import fold
from schemas.errors import InvalidInput
from schemas.messages import N_

TARGETS: dict[str, str] = {
    "externalId": N_("Lasting id at the source"),
    "name": N_("Name"),
    "otherNames": N_("Other names"),
    "summary": N_("Description"),
    "kind": N_("Kind of initiative"),
    "legalForm": N_("Legal form"),
    "phase": N_("Phase"),
    "themes": N_("Themes"),
    "targetGroups": N_("For whom"),
    "places": N_("Places"),
    "municipality": N_("Municipality"),
    "province": N_("Province"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "foundedOn": N_("Started in"),
    "volunteersBand": N_("Volunteers"),
    "membersBand": N_("Members"),
    "hasSupporter": N_("Village supporter"),
    "kvkNumber": N_("KvK number"),
    "partners": N_("Works with"),
    "activities": N_("Formats they use"),
    "languages": N_("Languages"),
    "accessibility": N_("Accessibility"),
    "website": N_("Website"),
    "email": N_("E-mail address"),
    "telephone": N_("Telephone"),
    "privateName": N_("Name of whom we ask, not published"),
    "privateEmail": N_("E-mail of whom we ask, not published"),
    "privateTelephone": N_("Telephone of whom we ask, not published"),
    "confirmedOn": N_("Confirmed on"),
    "closedOn": N_("Ended on"),
    "license": N_("Licence"),
}
"""The meanings, each with its name."""

REPEATED = (
    "themes",
    "targetGroups",
    "places",
    "partners",
    "activities",
    "languages",
    "accessibility",
    "otherNames",
    "summary",
)
"""Meanings that several columns may have."""

_NAMES = {
    "externalId": "id nr volgnr nummer externalid external_id bronid uuid sleutel key volgnummer referentie",
    "name": "naam name initiatief organisatie titel title organisatienaam initiatiefnaam",
    "otherNames": "andere_namen alias roepnaam alternate_name othernames",
    "summary": "omschrijving beschrijving description summary toelichting samenvatting over",
    "kind": "soort type kind categorie soort_initiatief",
    "legalForm": "rechtsvorm legalform legal_form",
    "phase": "fase status phase stadium",
    "themes": "thema themas themes onderwerpen activiteiten trefwoorden keywords",
    "targetGroups": "doelgroep doelgroepen targetgroups voor_wie",
    "places": "plaats woonplaats dorp kern werkgebied place plaatsnaam vestigingsplaats city areas wijk",
    "municipality": "gemeente municipality gemeentenaam",
    "province": "provincie province",
    "latitude": "latitude lat breedtegraad",
    "longitude": "longitude lon lng long lengtegraad",
    "foundedOn": "oprichtingsjaar opgericht jaar gestart begonnen foundedon started sinds startjaar",
    "volunteersBand": "vrijwilligers aantal_vrijwilligers volunteers",
    "membersBand": "leden aantal_leden members",
    "hasSupporter": "dorpsondersteuner hassupporter",
    "kvkNumber": "kvk kvk_nummer kvknummer kvknumber",
    "partners": "partners samenwerking samenwerkingspartners",
    "activities": "formats formules werkvormen activities",
    "languages": "talen taal languages",
    "accessibility": "toegankelijkheid toegankelijk accessibility",
    "website": "website url site internet webadres homepage contact.website",
    "email": "email e-mail mail emailadres e-mailadres contact.email",
    "telephone": "telefoon telefoonnummer tel telephone phone contact.telephone",
    "privateName": "contactpersoon contact naam_contactpersoon",
    "privateEmail": "email_contactpersoon mail_contactpersoon",
    "privateTelephone": "telefoon_contactpersoon mobiel",
    "closedOn": "gestopt_op gestopt einddatum opgeheven beeindigd closedon",
    "license": "licentie license",
    "confirmedOn": "bevestigd_op bijgewerkt gecontroleerd laatst_gewijzigd confirmedon peildatum",
}
_BY_NAME = {name.replace("_", " "): target for target, names in _NAMES.items() for name in names.split()}


def guess(columns: Iterable[str], remembered: Mapping[str, str] | None = None) -> dict[str, str]:
    """A meaning for each column that has one: as it was for this source before, or by its name."""
    mapping: dict[str, str] = {}
    for column in columns:
        target = (remembered or {}).get(column) if remembered and column in remembered else _by_name(column)
        if target and (target in REPEATED or target not in mapping.values()):
            mapping[column] = target
    return mapping


def checked_mapping(columns: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping of these columns. Raises InvalidInput when the name or the place is missing, or twice."""
    chosen = {column: mapping.get(column) or "" for column in columns}
    kept = {column: target for column, target in chosen.items() if target}
    if set(kept.values()) - set(TARGETS):
        raise InvalidInput(fields={"mapping": [N_("Choose one of the list.")]})
    targets = list(kept.values())
    if any(targets.count(target) > 1 for target in set(targets) - set(REPEATED)):
        raise InvalidInput(fields={"mapping": [N_("Two columns have the same meaning. Choose one of them.")]})
    if "name" not in targets:
        raise InvalidInput(fields={"mapping": [N_("Say which column has the name of the initiative.")]})
    if not {"places", "municipality"} & set(targets) and not {"latitude", "longitude"} <= set(targets):
        raise InvalidInput(fields={"mapping": [N_("Say which column has the place or the municipality.")]})
    return kept


def _by_name(column: str) -> str:
    name = " ".join(fold(column).replace("_", " ").split())
    if name in _BY_NAME:
        return _BY_NAME[name]
    near = process.extractOne(name, _BY_NAME.keys(), scorer=fuzz.ratio, score_cutoff=85)
    if near and len(name) > 4:
        return _BY_NAME[near[0]]
    words = set(name.split())
    inside = [known for known in _BY_NAME if words.issuperset(known.split())]  # “naam initiatief”
    return _BY_NAME[max(inside, key=len)] if inside else ""
