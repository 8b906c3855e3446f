"""Compile the translations that people wrote (.po) into what the program reads (.mo)."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from deploy.words import TRANSLATIONS


def compile_all(folder: Path = TRANSLATIONS) -> None:
    """Compile every language; a stop half-way leaves the old file."""
    for po in folder.glob("*/LC_MESSAGES/*.po"):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parts[-3])
        fresh = po.with_suffix(".mo.new")
        with fresh.open("wb") as target:
            write_mo(target, catalogue)
        os.replace(fresh, po.with_suffix(".mo"))
