"""The form of a template: what the person typed, kept whole whatever the schema says of it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from werkzeug.datastructures import MultiDict

from schemas.objects import Document
from schemas.taxonomies import SECTIONS

Values = dict[str, Any]
Errors = dict[str, Any]
PARAMETER_FIELDS = ("key", "label", "kind", "unit", "value", "choices", "minimum", "maximum")
MOST_PARAMETERS = 30
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{3})*(,\d{1,6}|\.\d{1,6})?")
_NUMERIC = {"number", "money", "duration"}


def values_of(content: Document) -> Values:
    """What the form shows of a stored template."""
    texts = {section["key"]: section["text"] for section in content["sections"]}
    return {
        "name": content["name"],
        "summary": content["summary"],
        "sections": {key: texts.get(key, "") for key in SECTIONS.codes},
        "parameters": [_shown(parameter) for parameter in content["parameters"]],
        "indicators": list(content["indicators"]),
    }


def empty_values() -> Values:
    """A new, empty form."""
    return values_of({"name": "", "summary": "", "sections": [], "parameters": [], "indicators": []})


def values_from(form: MultiDict[str, str]) -> Values:
    """What the person sent, as typed."""
    count = min(_whole(form.get("parameters", "0")), MOST_PARAMETERS + 1)
    rows = [
        {part: form.get(f"parameter-{at}-{part}", "") for part in PARAMETER_FIELDS} for at in range(count)
    ]
    return {
        "name": form.get("name", ""),
        "summary": form.get("summary", ""),
        "sections": {key: form.get(f"section-{key}", "") for key in SECTIONS.codes},
        "parameters": rows,
        "indicators": form.getlist("indicators"),
    }


def change_rows(values: Values, action: str) -> bool:
    """Add or remove a question when that button was pressed; False for any other button."""
    rows: list[Values] = values["parameters"]
    if action == "add" and len(rows) < MOST_PARAMETERS:
        rows.append(dict.fromkeys(PARAMETER_FIELDS, "") | {"kind": "number"})
    elif action.startswith("remove-") and _whole(action.removeprefix("remove-")) < len(rows):
        del rows[_whole(action.removeprefix("remove-"))]
    return action == "add" or action.startswith("remove-")


def to_content(values: Values, language: str = "nl") -> Document:
    """The typed values in the shape of the schema, which judges them."""
    taken: set[str] = set()
    return {
        "name": values["name"],
        "summary": values["summary"],
        "language": language,
        "sections": [{"key": key, "text": text} for key, text in values["sections"].items()],
        "parameters": [_parameter(row, taken) for row in values["parameters"]],
        "indicators": values["indicators"],
    }


def flat_errors(problems: dict[str, Any]) -> Errors:
    """The schema's nested messages by the names of the form's fields."""
    errors: Errors = {}
    for part, messages in problems.items():
        if part == "sections" and isinstance(messages, dict):
            errors |= {f"section-{SECTIONS.codes[at]}": problem for at, problem in messages.items()}
        elif part == "parameters" and isinstance(messages, dict):
            for at, problem in messages.items():
                errors |= {f"parameter-{at}-{name}": texts for name, texts in problem.items()}
        elif part == "answers" and isinstance(messages, dict):
            errors |= {f"answer-{key}": texts for key, texts in messages.items()}
        else:
            errors[part] = messages
    return errors


def read_answer(kind: str, text: str) -> Any:
    """One answer as its kind wants it; what cannot be read stays as typed, for the schema to refuse."""
    text = text.strip()
    if not text:
        return None
    if kind in _NUMERIC:
        return read_number(text)
    if kind == "yes_no":
        return {"yes": True, "no": False}.get(text, text)
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


def _parameter(row: Values, taken: set[str]) -> Document:
    kind = row["kind"]
    return {
        "key": _key(row, taken),
        "label": row["label"],
        "kind": kind,
        "unit": row["unit"],
        "value": read_answer(kind, row["value"]),
        "choices": [line.strip() for line in row["choices"].splitlines() if line.strip()],
        "minimum": read_answer("number", row["minimum"]),
        "maximum": read_answer("number", row["maximum"]),
    }


def _key(row: Values, taken: set[str]) -> str:
    """The key it had, or one made of its label; no two are the same."""
    plain = unicodedata.normalize("NFKD", row["label"]).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("0123456789_")[:36] or "vraag"
    wanted = row["key"] if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", row["key"]) else made
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted[:36]}_{number}", number + 1
    taken.add(key)
    return key


def _shown(parameter: Document) -> Values:
    return {
        **{part: parameter[part] for part in ("key", "label", "kind", "unit")},
        "value": show_answer(parameter["value"], parameter["kind"]),
        "choices": "\n".join(parameter["choices"]),
        "minimum": show_answer(parameter["minimum"]),
        "maximum": show_answer(parameter["maximum"]),
    }


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0
