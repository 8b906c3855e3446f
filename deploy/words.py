"""What the command line says: short sentences in Dutch, or in English when asked.

Standard library only; the catalogue is the one of the web pages.
"""

from __future__ import annotations

import gettext
import os
import sys
from pathlib import Path
from typing import Any

from schemas.errors import AppError
from schemas.messages import N_

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "node" / "translations"

ARGPARSE_SAYS = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("unrecognized arguments: %s"),
    N_("the following arguments are required: %s"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("expected one argument"),
    N_("invalid %(type)s value: %(value)r"),
)
"""What Python's own argparse asks gettext for, marked so that it is translated with the rest."""

_catalogue: list[gettext.NullTranslations] = [gettext.NullTranslations()]


def language_of_environment() -> str:
    """English when LANG says so, else Dutch."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "en" if chosen.startswith("en") else "nl"


def speak(language: str) -> None:
    """Use this language from now on, for argparse's own words too."""
    _catalogue[:] = [gettext.translation("messages", TRANSLATIONS, [language], fallback=True)]
    os.environ["LANGUAGE"] = language  # where argparse looks
    gettext.bindtextdomain("messages", TRANSLATIONS)


def speak_again() -> None:
    """Read the catalogue anew: it was just compiled."""
    gettext._translations.clear()  # type: ignore[attr-defined]  # the standard library reads a file only once
    speak(os.environ["LANGUAGE"])


def _(message: str, **params: Any) -> str:
    """``message`` in the chosen language, with its parameters filled in."""
    translated = _catalogue[0].gettext(message) if message else ""
    return translated % params if params else translated


def say(message: str, **params: Any) -> None:
    """Write one translated line for the person who gave the command."""
    show(_(message, **params))


def show(line: str = "") -> None:
    """Write one line as it is; a reader that went away stops no node."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(line: str) -> None:
    """Write one line to the error stream."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def sentence(error: AppError) -> str:
    """The error as a person should read it."""
    return _(error.detail, **error.params)
