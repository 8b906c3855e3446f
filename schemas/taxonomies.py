"""The fixed vocabularies of the network, each term with a Dutch and an English label.

Codes travel on the wire and never change; labels may. Sources: the keywords and kinds of
initiative used by the movement itself (see docs/glossary.md), ISO 3166-2 for provinces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One term of a vocabulary."""

    code: str
    nl: str
    en: str


class Vocabulary:
    """An ordered, closed list of terms."""

    def __init__(self, name: str, *terms: tuple[str, str, str]) -> None:
        self.name = name
        self.terms = tuple(Term(*term) for term in terms)
        self._by_code = {term.code: term for term in self.terms}

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __getitem__(self, code: str) -> Term:
        return self._by_code[code]

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in order."""
        return tuple(self._by_code)

    def label(self, code: str, language: str = "nl") -> str:
        """The label in ``nl`` or ``en``; an unknown code is its own label."""
        term = self._by_code.get(code)
        if term is None:
            return code
        return term.en if language == "en" else term.nl


KINDS = Vocabulary(
    "kind",
    ("caring_village", "zorgzaam dorp", "caring village"),
    ("care_cooperative", "zorgcoöperatie", "care cooperative"),
    ("urban_village", "stadsdorp", "urban village"),
    ("neighbour_care", "noaberzorgpunt", "neighbour-care point"),
    ("living_room", "buurthuiskamer", "neighbourhood living room"),
    ("day_activities", "dagbesteding", "day activities"),
    ("transport", "vervoersdienst", "community transport"),
    ("housing", "wooninitiatief", "housing initiative"),
    ("mental_health", "GGZ-initiatief", "mental-health initiative"),
    ("mutual_care_circle", "voorzorgcirkel", "mutual pre-care circle"),
    ("village_cooperative", "dorpscoöperatie", "village cooperative"),
    ("network", "netwerk", "network"),
    ("other", "ander bewonersinitiatief", "other residents' initiative"),
)

THEMES = Vocabulary(
    "theme",
    ("meeting", "ontmoeten", "meeting"),
    ("eating", "samen eten", "eating together"),
    ("moving", "bewegen", "moving"),
    ("transport", "vervoer", "transport"),
    ("odd_jobs", "klussen en tuin", "odd jobs and garden"),
    ("errands", "boodschappen", "errands"),
    ("visiting", "bezoek en maatjes", "visits and buddies"),
    ("informal_care", "mantelzorg", "informal care"),
    ("dementia", "dementie", "dementia"),
    ("mental_health", "psychische gezondheid", "mental health"),
    ("housing", "wonen", "housing"),
    ("digital", "digitale hulp", "digital help"),
    ("prevention", "gezond leven", "healthy living"),
    ("children", "kinderen en ouders", "children and parents"),
    ("safety", "veiligheid en reanimatie", "safety and CPR"),
    ("end_of_life", "laatste levensfase", "end of life"),
    ("culture", "cultuur", "culture"),
    ("say", "zeggenschap", "say and control"),
    ("energy", "energie", "energy"),
)

TARGET_GROUPS = Vocabulary(
    "target_group",
    ("everyone", "iedereen", "everyone"),
    ("older_people", "ouderen", "older people"),
    ("informal_carers", "mantelzorgers", "informal carers"),
    ("parents", "ouders met kinderen", "parents with children"),
    ("young_people", "jongeren", "young people"),
    ("newcomers", "nieuwkomers", "newcomers"),
    ("disability", "mensen met een beperking", "people with a disability"),
    ("dementia", "mensen met dementie", "people with dementia"),
    ("lonely", "mensen die zich alleen voelen", "people who feel alone"),
)

LEGAL_FORMS = Vocabulary(
    "legal_form",
    ("cooperative", "coöperatie", "cooperative"),
    ("association", "vereniging", "association"),
    ("foundation", "stichting", "foundation"),
    ("informal", "zonder rechtsvorm", "no legal form"),
)

PHASES = Vocabulary(
    "phase",
    ("idea", "idee", "idea"),
    ("starting", "in opbouw", "starting"),
    ("running", "draait", "running"),
    ("mature", "stevig geworteld", "well rooted"),
    ("paused", "ligt stil", "paused"),
)

BANDS = Vocabulary(
    "band",
    ("0", "geen", "none"),
    ("1-9", "1 tot 9", "1 to 9"),
    ("10-24", "10 tot 24", "10 to 24"),
    ("25-49", "25 tot 49", "25 to 49"),
    ("50-99", "50 tot 99", "50 to 99"),
    ("100-249", "100 tot 249", "100 to 249"),
    ("250-499", "250 tot 499", "250 to 499"),
    ("500+", "500 of meer", "500 or more"),
)

SPOKEN_LANGUAGES = Vocabulary(
    "language",
    ("nl", "Nederlands", "Dutch"),
    ("fy", "Fries", "Frisian"),
    ("nds", "Nedersaksisch", "Low Saxon"),
    ("li", "Limburgs", "Limburgish"),
    ("zea", "Zeeuws", "Zeelandic"),
    ("dse", "Nederlandse Gebarentaal", "Dutch Sign Language"),
    ("en", "Engels", "English"),
    ("de", "Duits", "German"),
    ("fr", "Frans", "French"),
    ("es", "Spaans", "Spanish"),
    ("tr", "Turks", "Turkish"),
    ("ar", "Arabisch", "Arabic"),
    ("ber", "Berber", "Berber"),
    ("uk", "Oekraïens", "Ukrainian"),
    ("pl", "Pools", "Polish"),
    ("fa", "Farsi of Dari", "Persian or Dari"),
    ("ti", "Tigrinya", "Tigrinya"),
    ("so", "Somalisch", "Somali"),
    ("zh", "Chinees", "Chinese"),
    ("pap", "Papiaments", "Papiamento"),
    ("srn", "Sranan", "Sranan"),
    ("id", "Indonesisch of Maleis", "Indonesian or Malay"),
)

ACCESSIBILITY = Vocabulary(
    "accessibility",
    ("wheelchair", "met een rolstoel", "by wheelchair"),
    ("toilet", "toilet voor rolstoelen", "toilet for wheelchairs"),
    ("parking", "parkeren voor de deur", "parking at the door"),
    ("public_transport", "dicht bij een halte", "near a stop"),
    ("fetched", "wij halen u op", "we come and fetch you"),
    ("at_home", "wij komen thuis", "we come to your home"),
    ("hearing_loop", "ringleiding", "hearing loop"),
    ("sign_language", "gebarentaal", "sign language"),
    ("large_print", "grote letters", "large print"),
    ("easy_words", "eenvoudige taal", "easy words"),
    ("quiet", "prikkelarm", "quiet surroundings"),
    ("assistance_dog", "hulphond welkom", "assistance dogs welcome"),
    ("free", "gratis", "free of charge"),
)

FRESHNESS = Vocabulary(
    "freshness",
    ("fresh", "actueel", "up to date"),
    ("due", "bijna toe aan een check", "check soon"),
    ("stale", "al lang niet bevestigd", "not confirmed for long"),
    ("unreachable", "onbereikbaar", "cannot be reached"),
    ("closed", "gestopt", "has ended"),
)

REPORT_REASONS = Vocabulary(
    "report_reason",
    ("wrong", "het klopt niet", "it is not correct"),
    ("outdated", "het is verouderd of bestaat niet meer", "it is outdated or no longer exists"),
    ("personal_data", "er staat iets over een persoon in", "it says something about a person"),
    ("harmful", "het is kwetsend of gevaarlijk", "it hurts people or is dangerous"),
    ("spam", "het is reclame of hoort hier niet", "it is advertising or does not belong here"),
    ("rights", "het is zonder toestemming overgenomen", "it was copied without permission"),
    ("other", "iets anders", "something else"),
)

PROVINCES = Vocabulary(
    "province",
    ("NL-DR", "Drenthe", "Drenthe"),
    ("NL-FL", "Flevoland", "Flevoland"),
    ("NL-FR", "Friesland", "Friesland"),
    ("NL-GE", "Gelderland", "Gelderland"),
    ("NL-GR", "Groningen", "Groningen"),
    ("NL-LI", "Limburg", "Limburg"),
    ("NL-NB", "Noord-Brabant", "North Brabant"),
    ("NL-NH", "Noord-Holland", "North Holland"),
    ("NL-OV", "Overijssel", "Overijssel"),
    ("NL-UT", "Utrecht", "Utrecht"),
    ("NL-ZE", "Zeeland", "Zeeland"),
    ("NL-ZH", "Zuid-Holland", "South Holland"),
)

SECTIONS = Vocabulary(
    "section",
    ("reason", "Aanleiding", "Reason"),
    ("goal", "Doel", "Goal"),
    ("audience", "Doelgroep", "For whom"),
    ("steps", "Stappen", "Steps"),
    ("roles", "Rollen", "Roles"),
    ("materials", "Materialen", "Materials"),
    ("costs", "Kosten", "Costs"),
    ("conditions", "Randvoorwaarden", "Conditions"),
    ("safeguards", "Veiligheid en privacy", "Safety and privacy"),
    ("indicators", "Indicatoren", "Indicators"),
)

PARAMETER_KINDS = Vocabulary(
    "parameter_kind",
    ("number", "aantal", "number"),
    ("money", "bedrag in euro", "amount in euros"),
    ("duration", "duur in minuten", "duration in minutes"),
    ("choice", "keuze", "choice"),
    ("yes_no", "ja of nee", "yes or no"),
    ("text", "tekst", "text"),
)

REQUIREMENTS = Vocabulary(
    "requirement",
    ("vog", "VOG (verklaring omtrent het gedrag)", "certificate of conduct (VOG)"),
    ("training", "training of cursus", "training or course"),
    ("first_aid", "EHBO of reanimatie", "first aid or CPR"),
    ("driving_licence", "rijbewijs", "driving licence"),
    ("reference", "iemand die voor hen instaat", "a reference"),
)

COST_UNITS = Vocabulary(
    "cost_unit",
    ("once", "eenmalig", "once"),
    ("occurrence", "per keer", "each time"),
    ("person", "per persoon per keer", "per person each time"),
    ("hour", "per uur", "per hour"),
    ("kilometre", "per kilometer", "per kilometre"),
    ("month", "per maand", "per month"),
    ("year", "per jaar", "per year"),
)

CHECK_MOMENTS = Vocabulary(
    "check_moment",
    ("before", "Vooraf", "Before"),
    ("during", "Op de dag zelf", "On the day"),
    ("after", "Na afloop", "Afterwards"),
)

CHANGE_CLASSES = Vocabulary(
    "change_class",
    ("correction", "foutje hersteld", "correction"),
    ("improvement", "verbetering", "improvement"),
    ("safety", "veiligheid", "safety"),
)


def band_of(count: int) -> str:
    """The band code of a count of persons (0 or more)."""
    limits = (
        (0, "0"),
        (9, "1-9"),
        (24, "10-24"),
        (49, "25-49"),
        (99, "50-99"),
        (249, "100-249"),
        (499, "250-499"),
    )
    return next((code for limit, code in limits if count <= limit), "500+")
