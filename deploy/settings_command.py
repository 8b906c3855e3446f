"""`omzien settings`: every setting, what it is for and its value; also the table in docs/settings.md."""

from __future__ import annotations

import dataclasses
from argparse import Namespace
from pathlib import Path
from typing import Any

from deploy.words import ROOT, _, show
from federation.settings import Settings

DOCUMENT = ROOT / "docs" / "settings.md"
SECRET = {"secret_key", "database_url", "redis_url", "mail_url"}


def run(_arguments: Namespace, settings: Settings) -> int:
    """Print them all; secrets are not shown."""
    for each in dataclasses.fields(Settings):
        value = getattr(settings, each.name)
        hidden = each.name in SECRET and value
        show(f"{each.metadata['env']} = {'…' if hidden else _plain(value)}")
        show(f"    {_(each.metadata['help'])}")
    return 0


def table() -> str:
    """The settings as a Markdown table."""
    lines = ["| variable | default | what it is |", "|---|---|---|"]
    for each in dataclasses.fields(Settings):
        default = _plain(each.default)
        shown = f"`{default}`" if default else "(empty)"
        lines.append(f"| `{each.metadata['env']}` | {shown} | {each.metadata['help']} |")
    return "\n".join(lines)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.as_posix() if isinstance(value, Path) else str(value)
