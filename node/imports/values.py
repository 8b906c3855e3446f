"""What people write in a cell, read as a value of `schemas.initiatives`; messy lists are the rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, validate
from rapidfuzz import fuzz, process

from directory.exports.tables import is_formula
from directory.search.folding import fold
from federation.database import now
from node.imports.encodings import mended
from schemas.events import TIMEZONE
from schemas.messages import N_
from schemas.taxonomies import BANDS, Vocabulary
from schemas.template_evidence import LICENSES

UNKNOWN_VALUE = N_("We do not know “%(value)s” in the column “%(column)s”; it was left out.")
NOT_A_YEAR = N_("“%(value)s” in the column “%(column)s” is not a year; it was left out.")
NOT_AN_ADDRESS = N_("“%(value)s” in the column “%(column)s” is no web or e-mail address; it was left out.")
NOT_A_NUMBER = N_("“%(value)s” in the column “%(column)s” cannot be used; it was left out.")
NOT_YET = N_("“%(value)s” in the column “%(column)s” is still to come; it was left out.")
TOO_MANY = N_("The column “%(column)s” names more than we can keep; the first %(value)s were taken.")

MOST_FORMATS = 40

_YES = {"ja", "j", "yes", "y", "true", "waar", "1", "x", "aanwezig"}
_NO = {"nee", "n", "no", "false", "onwaar", "0", "geen"}
_EMPTY = {"", "-", "--", "?", "n.v.t.", "nvt", "onbekend", "null", "none", "n/a", "nan", "geen idee"}
_BANDS = tuple((int(code.split("-")[0].rstrip("+")), code) for code in BANDS.codes)
_EMAIL = validate.Email()
_HERE = ZoneInfo(TIMEZONE)


@dataclass(frozen=True)
class Remark:
    """Something to tell of a row: a text for translation, and the words in it."""

    text: str
    words: dict[str, str] = field(default_factory=dict)

    def as_row(self) -> dict[str, Any]:
        """As it is kept."""
        return {"text": self.text, "words": self.words}


@dataclass
class Reader:
    """Reads the cells of one row, and remembers what it could not read."""

    remarks: list[Remark] = field(default_factory=list)

    def say(self, text: str, value: str, column: str) -> None:
        """Remember a remark about a cell."""
        self.remarks.append(Remark(text, {"value": value[:60], "column": column}))

    def codes(self, text: str, vocabulary: Vocabulary, column: str, most: int) -> list[str]:
        """The codes of what a cell names, each once."""
        found: dict[str, None] = {}
        for part in parts_of(text):
            code = code_of(part, vocabulary)
            if code:
                found[code] = None
            else:
                self.say(UNKNOWN_VALUE, part, column)
        if len(found) > most:
            self.say(TOO_MANY, str(most), column)
        return list(found)[:most]

    def code(self, text: str, vocabulary: Vocabulary, column: str) -> str | None:
        """The code of what a cell names."""
        return next(iter(self.codes(text, vocabulary, column, 1)), None)

    def formats(self, text: str, known: Mapping[str, str], column: str) -> list[str]:
        """The addresses of the formats that a cell names, by name or address."""
        found: dict[str, None] = {}
        for part in parts_of(text):
            address = part if re.fullmatch(r"https?://\S+", part) else known.get(fold(part))
            if address:
                found[address] = None
            else:
                self.say(UNKNOWN_VALUE, part, column)
        return list(found)[:MOST_FORMATS]

    def license(self, text: str, column: str) -> str | None:
        """The SPDX name in “CC BY 4.0”, or of the address of a licence."""
        written = _letters(text)
        for name, url in LICENSES.items():
            if written in (_letters(name), _letters(url), _letters(url.removesuffix("deed.nl"))):
                return name
        self.say(UNKNOWN_VALUE, text, column)
        return None

    def band(self, text: str, column: str) -> str | None:
        """The band of a number: “ca. 30” is '25-49'."""
        if text.replace(" ", "") in BANDS:
            return text.replace(" ", "")
        number = re.search(r"\d+", text.replace(".", ""))
        if number is None:
            if fold(text) in _NO:
                return "0"
            self.say(NOT_A_NUMBER, text, column)
            return None
        count = int(number.group()[:9])
        return next(code for least, code in reversed(_BANDS) if count >= least)

    def year(self, text: str, column: str) -> int | None:
        """The year in “2015”, “sinds 2015” or “1-3-2015”."""
        found = re.search(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)", text)
        if found and int(found[0]) <= now().year + 1:
            return int(found[0])
        self.say(NOT_A_YEAR, text, column)
        return None

    def yes_or_no(self, text: str, column: str) -> bool | None:
        """Yes or no."""
        word = fold(text).strip(" .!")
        if word in _YES | _NO:
            return word in _YES
        self.say(UNKNOWN_VALUE, text, column)
        return None

    def website(self, text: str, column: str) -> str | None:
        """A web address; “www.dorp.nl” is one too."""
        address = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
        if re.fullmatch(r"https?://[^\s/?#@]+\.[^\s/?#@]{2,}([/?#]\S*)?", address, re.IGNORECASE):
            return address
        self.say(NOT_AN_ADDRESS, text, column)
        return None

    def email(self, text: str, column: str) -> str | None:
        """An e-mail address."""
        try:
            return str(_EMAIL(text.removeprefix("mailto:").strip()))
        except ValidationError:
            self.say(NOT_AN_ADDRESS, text, column)
            return None

    def telephone(self, text: str, column: str) -> str | None:
        """A telephone number, with the zero that a workbook took away."""
        digits = re.sub(r"\D", "", text)
        if not 8 <= len(digits) <= 15:
            self.say(NOT_A_NUMBER, text, column)
            return None
        return f"0{text}" if text.isdigit() and len(text) == 9 and text[0] != "0" else text[:30]

    def kvk_number(self, text: str, column: str) -> str | None:
        """Eight digits, with the zero that a workbook took away."""
        digits = re.sub(r"[^0-9]", "", text)
        if len(digits) in {7, 8}:
            return digits.zfill(8)
        self.say(NOT_A_NUMBER, text, column)
        return None

    def day(self, text: str, column: str) -> str | None:
        """A day until today, as 2026-03-01 or 1-3-2026."""
        found = re.match(r"(\d{4})-(\d\d?)-(\d\d?)", text)
        parts = found.groups() if found else ()
        if not parts and (found := re.match(r"(\d\d?)[-/](\d\d?)[-/](\d{4})", text)):
            parts = tuple(reversed(found.groups()))
        try:
            day = date(*(int(part) for part in parts))
        except (TypeError, ValueError):
            self.say(NOT_A_NUMBER, text, column)
            return None
        if day > now().astimezone(_HERE).date():
            self.say(NOT_YET, text, column)
            return None
        return day.isoformat()


def clean(cell: str) -> str:
    """A cell as a text; '' for the ways in which people write nothing."""
    text = mended(cell).strip().strip("\u200b\ufeff")
    if text.startswith("'") and is_formula(text[1:]):  # as `safe_cell` writes it in what people get back
        text = text[1:].strip()
    return "" if text.casefold() in _EMPTY else text


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def parts_of(text: str) -> list[str]:
    """The parts of a cell that names several."""
    sign = ";" if ";" in text else "|" if "|" in text else "\n" if "\n" in text else ","
    return [part.strip() for part in text.split(sign) if part.strip()]


def code_of(text: str, vocabulary: Vocabulary) -> str | None:
    """The code of a term by its code or label, a small typing error included."""
    names = {fold(name): term.code for term in vocabulary for name in (term.code, term.nl, term.en)}
    written = fold(text).strip(" .")
    if written in names:
        return names[written]
    near = process.extractOne(written, names.keys(), scorer=fuzz.ratio, score_cutoff=84)
    return names[near[0]] if near and len(written) > 3 else None
