"""Dutch by default, English at a press; dates and numbers follow."""

from __future__ import annotations

import os
import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, request
from flask_babel import Babel, format_decimal, get_locale, gettext

from schemas.errors import AppError
from schemas.messages import Message

LANGUAGES = ("nl", "en")
COOKIE = "language"
_LIMIT = re.compile(r"(Use at most )(\d+)( characters\.|\.)")
TRANSLATIONS = Path(__file__).parents[1] / "translations"


def current_language() -> str:
    """The language of this request, ``nl`` or ``en``: of its address, or as the visitor chose."""
    chosen = (request.args.get("lang") or request.cookies.get(COOKIE, "")) if request else ""
    return chosen if chosen in LANGUAGES else "nl"


def say(message: Any) -> str:
    """A text of a service, schema or error in the reader's language."""
    if isinstance(message, AppError):
        return str(gettext(message.detail, **message.params))
    if isinstance(message, Message):
        return str(
            gettext(message.detail, **{name: _in_words(each) for name, each in message.params.items()})
        )
    text = str(message)
    if limit := _LIMIT.fullmatch(text):  # the schemas fill their limits in before we translate
        pattern = limit[1] + "{max}" + limit[3]
        return str(gettext(pattern)).replace("{max}", limit[2])
    return str(gettext(text)) if text else ""  # the empty id is the catalogue's header


def say_first(messages: Any) -> str:
    """The first text of what a schema says about one field, however deeply it is nested."""
    while isinstance(messages, dict | list) and messages:
        messages = next(iter(messages.values())) if isinstance(messages, dict) else messages[0]
    return say(messages) if messages else ""


def compile_catalogues() -> None:
    """Write each .mo that is missing or older than its .po, in one move."""
    for catalogue in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        compiled = catalogue.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
            continue
        with catalogue.open("rb") as source:
            messages = read_po(source)
        with tempfile.NamedTemporaryFile(dir=catalogue.parent, delete=False) as target:
            write_mo(target, messages)
        os.chmod(target.name, 0o644)
        os.replace(target.name, compiled)


def init_app(app: Flask) -> None:
    """Choose the language per request and give templates dates and numbers in words."""
    compile_catalogues()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Europe/Amsterdam")
    Babel(app, locale_selector=current_language)
    app.add_template_filter(_number, "number")
    app.add_template_filter(_day_name, "day_name")
    app.add_template_filter(_month_name, "month_name")
    app.add_template_filter(_day_in_words, "day_in_words")
    app.add_template_global(say)
    app.add_template_global(say_first)


def _in_words(value: Any) -> Any:
    return _number(value) if isinstance(value, int | float) else value


def _number(value: float) -> str:
    return str(format_decimal(value))


def _day_name(day: date) -> str:
    return format_date(day, "EEEE", locale=get_locale())


def _day_in_words(day: date) -> str:
    return format_date(day, "long", locale=get_locale())


def _month_name(day: date) -> str:
    return format_date(day, "MMMM", locale=get_locale())
