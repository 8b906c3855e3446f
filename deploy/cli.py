"""The command line: reads what was asked, loads the settings, runs the command, says what went wrong."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy import install
from deploy.words import ROOT, _, complain, language_of_environment, say, sentence, speak
from federation.settings import InvalidSettings, load_settings
from schemas.errors import AppError
from schemas.messages import N_

OVERRIDES = {"data": "OMZIEN_DATA_DIR", "host": "OMZIEN_HOST", "port": "OMZIEN_PORT"}
"""The options that stand in for an environment variable."""


Option = tuple[str, dict[str, Any]]
"""A flag or a name, and what argparse should know about it."""


@dataclass(frozen=True)
class Command:
    """One command: the module whose `run(arguments, settings)` does it, and its help."""

    module: str
    text: str
    options: tuple[Option, ...] = ()


_DATA: Option = ("--data", {"metavar": "DIR", "help": N_("the folder with everything the node keeps")})
_HOST: Option = ("--host", {"help": N_("the address to listen on")})
_PORT: Option = ("--port", {"help": N_("the port to listen on")})
_FILE: Option = ("file", {"type": Path, "help": N_("the backup file")})

_YES: Option = ("--yes", {"action": "store_true", "help": N_("do not ask first")})

COMMANDS = {
    "demo": Command(
        "deploy.demo",
        N_("three trial villages that talk to each other"),
        (
            ("--port-base", {"type": int, "default": 8100, "help": N_("the first of three ports")}),
            ("--reset", {"action": "store_true", "help": N_("throw the demo away and start anew")}),
            ("--data", {"type": Path, "default": ROOT / "demo-data", "help": N_("the folder of the demo")}),
        ),
    ),
    "up": Command("deploy.up", N_("start one node"), (_DATA, _HOST, _PORT)),
    "doctor": Command(
        "deploy.doctor",
        N_("see whether everything is in order"),
        (
            _DATA,
            _PORT,
            ("--json", {"action": "store_true", "help": N_("for a program to read")}),
            ("--round-trip", {"action": "store_true", "help": N_("test whether others can reach this node")}),
        ),
    ),
    "migrate": Command("deploy.migrate_command", N_("bring the database up to date"), (_DATA,)),
    "backup": Command("deploy.backup", N_("keep everything in one file"), (_FILE, _DATA)),
    "restore": Command(
        "deploy.restore",
        N_("put a backup back"),
        (_FILE, _DATA, ("--force", {"action": "store_true", "help": N_("also over an existing node")})),
    ),
    "rotate-keys": Command(
        "deploy.rotate_keys",
        N_("new keys for this node, announced by the old ones"),
        (
            (
                "--leaked",
                {"action": "store_true", "help": N_("the old keys leaked: use the new ones at once")},
            ),
            ("--cancel", {"action": "store_true", "help": N_("give up new keys that are not in use yet")}),
            _YES,
            _DATA,
        ),
    ),
    "recover-keys": Command(
        "deploy.recover_keys",
        N_("new keys, when the old ones are lost and there is no backup"),
        (_YES, _DATA),
    ),
    "move": Command(
        "deploy.move",
        N_("this node moves to another web address"),
        (
            ("address", {"help": N_("the new address, such as https://new.example")}),
            ("--force", {"action": "store_true", "help": N_("also when it moved less than 30 days ago")}),
            _YES,
            _DATA,
        ),
    ),
    "reconcile": Command("deploy.reconcile", N_("compare now with what our hubs list"), (_DATA,)),
    "reindex": Command("deploy.reindex", N_("make guide and search anew from the records"), (_DATA,)),
    "recompute-figures": Command(
        "deploy.recompute_figures",
        N_("make the national figures again from a signed feed"),
        (
            ("source", {"help": N_("the address of a feed, or a file with it")}),
            ("--against", {"help": N_("published figures to compare with: an address or a file")}),
            ("--save", {"type": Path, "help": N_("keep the feed in this file")}),
            ("--json", {"action": "store_true", "help": N_("for a program to read")}),
            _DATA,
        ),
    ),
    "settings": Command("deploy.settings_command", N_("all settings and their values"), (_DATA,)),
    "code": Command(
        "deploy.code",
        N_("the sign-in code of this moment for a demo account"),
        (
            ("name", {"help": N_("the account, as the demo printed it")}),
            ("--data", {"type": Path, "default": ROOT / "demo-data", "help": N_("the folder of the demo")}),
        ),
    ),
    "check": Command("deploy.testing", N_("the quick checks")),
    "test": Command(
        "deploy.testing",
        N_("all checks and tests"),
        (("paths", {"nargs": "*", "help": N_("only these tests")}),),
    ),
    "web": Command(
        "deploy.program", N_("only the web server, for a container or a service"), (_DATA, _HOST, _PORT)
    ),
    "worker": Command("deploy.program", N_("only the worker"), (_DATA,)),
    "schedule": Command("deploy.program", N_("only the schedule"), (_DATA,)),
    "install": Command("deploy.install_command", N_("make the files the program needs, and stop")),
    "new-migration": Command(
        "deploy.new_migration",
        N_("write a migration, after a change in the models"),
        (("message", {"help": N_("what it does, in a few words")}),),
    ),
    "lock": Command("deploy.locks", N_("renew the lock files, after a change in pyproject.toml")),
}


BARE = {"install", "web", "worker", "schedule"}
"""Commands that install nothing before they start; the first says so itself, the others are services."""


def main(words: list[str] | None = None) -> int:
    """Run a command; the exit status."""
    language, words = _language(sys.argv[1:] if words is None else words)
    speak(language)
    try:
        arguments = parser().parse_args(words)
        if arguments.command not in BARE:
            install.install(quietly="--json" in words)
        command = COMMANDS[arguments.command]
        settings = load_settings(environment(arguments, os.environ))
        return int(importlib.import_module(command.module).run(arguments, settings))
    except InvalidSettings as error:
        complain(wrong_settings(error))
    except AppError as error:
        complain(sentence(error))
    except KeyboardInterrupt:
        say(N_("Stopped."))
        return 130
    return 1


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="omzien", description=_("Software for caring communities."))
    top.add_argument("--language", choices=("nl", "en"), help=_("the language of these messages"))
    commands = top.add_subparsers(dest="command", required=True, metavar=_("COMMAND"))
    for name, command in COMMANDS.items():
        sub = commands.add_parser(name, help=_(command.text), description=_(command.text).capitalize() + ".")
        for flag, options in command.options:
            sub.add_argument(flag, **{**options, "help": _(str(options["help"]))})
    return top


def environment(arguments: argparse.Namespace, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with the options of this command on top; the data folder is beside the program."""
    chosen = {"OMZIEN_DATA_DIR": str(ROOT / "data"), **environ}
    for option, variable in OVERRIDES.items():
        value = getattr(arguments, option, None)
        if value is not None and arguments.command not in {"demo", "code"}:
            chosen[variable] = str(value)
    return chosen


def wrong_settings(error: InvalidSettings) -> str:
    """Every mistake on a line of its own."""
    lines = [f"  {each.env}: {_(each.message, **each.params)}" for each in error.mistakes]
    return "\n".join([_("These settings are not right; please change them and start again:"), *lines])


def _language(words: list[str]) -> tuple[str, list[str]]:
    """The language of --language, wherever it stands, else of the environment; and the other words."""
    reader = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    reader.add_argument("--language", choices=("nl", "en"), default=language_of_environment())
    found, others = reader.parse_known_args(words)
    return found.language, others
