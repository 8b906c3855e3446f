"""The form of a template: what the person typed, kept whole whatever the schema says of it."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from node.activity_templates.answers import read_answer, show_answer
from node.activity_templates.form_rows import ITEM, LISTS, OWN, OWN_SECTION, QUESTION, Row, give_keys, whole
from schemas.published import Document
from schemas.taxonomies import SECTIONS

Values = dict[str, Any]
Errors = dict[str, Any]


def values_of(content: Document) -> Values:
    """What the form shows of a stored template."""
    texts = {section["key"]: section["text"] for section in content["sections"]}
    return {
        "name": content["name"],
        "language": content.get("language", ""),
        "summary": content["summary"],
        "sections": {key: texts.get(key, "") for key in SECTIONS.codes},
        "own": [dict(section) for section in content["sections"] if section["key"] not in SECTIONS],
        "roles": [{**role, "number": show_answer(role["number"])} for role in content.get("roles", [])],
        "materials": [dict(each) for each in content.get("materials", [])],
        "costs": [_shown_cost(cost) for cost in content.get("costs", [])],
        "safeguards": [dict(each) for each in content.get("safeguards", [])],
        "checklist": [dict(each) for each in content.get("checklist", [])],
        "pictures": [dict(each) for each in content.get("pictures", [])],
        "parameters": [_shown_question(parameter) for parameter in content["parameters"]],
        "indicators": list(content["indicators"]),
    }


def empty_values() -> Values:
    """A new, empty form."""
    return values_of({"name": "", "summary": "", "sections": [], "parameters": [], "indicators": []})


def values_from(form: MultiDict[str, str]) -> Values:
    """What the person sent, as typed."""
    values: Values = {
        "name": form.get("name", ""),
        "language": form.get("language", ""),
        "summary": form.get("summary", ""),
        "sections": {key: form.get(f"section-{key}", "") for key in SECTIONS.codes},
        "indicators": form.getlist("indicators"),
    }
    return values | {rows.part: rows.read(form) for rows in LISTS}


def to_content(values: Values, language: str = "nl") -> Document:
    """The typed values in the shape of the schema, which judges them."""
    content: Document = {
        "name": values["name"],
        "summary": values["summary"],
        "language": values.get("language") or language,
        "sections": [{"key": key, "text": text} for key, text in values["sections"].items()],
        "indicators": values["indicators"],
    }
    own = give_keys(values["own"], "title", before="own_", shape=OWN_SECTION)
    content["sections"] += [{**row, "key": key} for row, key in zip(values["own"], own, strict=True)]
    for part, label in _LABELS.items():
        keys = give_keys(values[part], label, shape=QUESTION if part == "parameters" else ITEM)
        content[part] = [
            _READ[part]({**row, "key": key}) for row, key in zip(values[part], keys, strict=True)
        ]
    return content


def flat_errors(problems: dict[str, Any]) -> Errors:
    """The schema's nested messages by the names of the form's fields."""
    errors: Errors = {}
    prefixes = {rows.part: rows.prefix for rows in LISTS}
    for part, messages in problems.items():
        if part == "sections" and isinstance(messages, dict):
            errors |= _section_errors(messages)
        elif part in prefixes and isinstance(messages, dict):
            errors |= _row_errors(prefixes[part], messages)
        elif part == "answers" and isinstance(messages, dict):
            errors |= {f"answer-{key}": texts for key, texts in messages.items()}
        else:
            errors[part] = messages
    return errors


def _section_errors(problems: dict[int, Any]) -> Errors:
    ten = len(SECTIONS.codes)
    errors: Errors = {f"section-{SECTIONS.codes[at]}": texts for at, texts in problems.items() if at < ten}
    return errors | _row_errors(OWN.prefix, {at - ten: texts for at, texts in problems.items() if at >= ten})


def _row_errors(prefix: str, problems: dict[int, Any]) -> Errors:
    return {
        f"{prefix}-{at}-{name}": _texts(messages)
        for at, problem in problems.items()
        for name, messages in problem.items()
    }


def _texts(messages: Any) -> Any:
    """What is wrong with one of several values is wrong with the field."""
    return next(iter(messages.values())) if isinstance(messages, dict) else messages


def _role(row: Row) -> Document:
    return {**row, "number": read_answer("number", row["number"])}


def _cost(row: Row) -> Document:
    return {**row, "amount": read_answer("money", row["amount"])}


def _picture(row: Row) -> Document:
    return {**row, "width": whole(str(row["width"])), "height": whole(str(row["height"]))}


def _question(row: Row) -> Document:
    kind = row["kind"]
    return {
        **row,
        "value": read_answer(kind, row["value"]),
        "choices": [line.strip() for line in row["choices"].splitlines() if line.strip()],
        "minimum": read_answer("number", row["minimum"]),
        "maximum": read_answer("number", row["maximum"]),
    }


_LABELS = {
    "roles": "name",
    "materials": "name",
    "costs": "label",
    "safeguards": "text",
    "checklist": "text",
    "pictures": "alt",
    "parameters": "label",
}
"""What the key of a new row is made of."""
_READ = dict.fromkeys(_LABELS, dict) | {
    "roles": _role,
    "costs": _cost,
    "pictures": _picture,
    "parameters": _question,
}


def _shown_cost(cost: Document) -> Row:
    return {**cost, "amount": show_answer(cost["amount"], "money")}


def _shown_question(parameter: Document) -> Row:
    return {
        **{part: parameter[part] for part in ("key", "label", "kind", "unit")},
        "value": show_answer(parameter["value"], parameter["kind"]),
        "choices": "\n".join(parameter["choices"]),
        "minimum": show_answer(parameter["minimum"]),
        "maximum": show_answer(parameter["maximum"]),
    }
