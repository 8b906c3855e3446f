"""Answers to the questions of a template: as people type them, and as a form shows them."""

from __future__ import annotations

import re
from typing import Any

_NUMBER = re.compile(r"-?\d{1,12}(\.\d{3})*(,\d{1,6}|\.\d{1,6})?")
_NUMERIC = {"number", "money", "duration"}


def read_answer(kind: str, text: str) -> Any:
    """One answer as its kind wants it; what cannot be read stays as typed, for the schema to refuse."""
    text = text.strip()
    if not text:
        return None
    if kind in _NUMERIC:
        return read_number(text)
    if kind == "yes_no":
        return {"yes": True, "no": False, "ja": True, "nee": False}.get(text.lower(), text)
    return text


def show_answer(value: Any, kind: str = "") -> str:
    """One answer as a form field shows it; an amount with its cents."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "money" and isinstance(value, int | float):
        return f"{value:.2f}".replace(".", ",").removesuffix(",00")
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def read_number(text: str) -> Any:
    """“7,50”, “7.50” or “1.900” as a number, the Dutch way; anything else comes back as it was."""
    text = text.replace(" ", "").removeprefix("€")
    if not _NUMBER.fullmatch(text):
        return text
    if "," in text or re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text):
        text = text.replace(".", "")
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number
