"""`omzien recompute-figures`: the national figures once more, from a signed feed and nothing else."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

import node.models  # noqa: F401
from deploy.words import say, show
from directory.national.feed_parts import read_feed
from directory.national.feed_reading import read_address, read_file, write_feed
from directory.national.report import figures
from federation.actors.identities import Identity
from federation.database import Database
from federation.fetching.fetch import FEED, PLAIN_JSON, fetch_json
from federation.fetching.signed_fetch import fetch_signed
from federation.runtime import build_runtime
from federation.settings import Settings
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.objects import Document

Figures = dict[tuple[str, int, str, str], dict[str, Any]]


def run(arguments: Namespace, settings: Settings) -> int:
    """Compute and show them; status 1 when they are not what was published, or something was refused."""
    activities = _read(settings, arguments.source)
    if arguments.save:
        write_feed(arguments.save, activities)
    parts = read_feed(activities)
    found = figures(parts.gathered())
    if arguments.json:
        show(json.dumps({"figures": found}, ensure_ascii=False, indent=1))
    else:
        _tell(found, parts.refused)
    if not arguments.against:
        return 1 if parts.refused else 0
    return 0 if _agrees(_by_name(found), _by_name(_published(settings, arguments.against))) else 1


def _read(settings: Settings, source: str) -> list[Document]:
    if not _is_address(source):
        return read_file(Path(source))
    if not settings.data_dir.is_dir():  # nobody's node: as anybody
        return list(read_address(lambda url: fetch_json(settings, url, accept=FEED).document, source))
    runtime = build_runtime(settings)
    try:
        return list(read_address(_fetcher(runtime.database, settings), source))
    finally:
        runtime.close()


def _fetcher(database: Database, settings: Settings) -> Callable[[str], Document]:
    """In the name of this node, which a hub may ask for; without a node in the folder, as anybody."""
    if not inspect(database.engine).has_table(Identity.__tablename__):
        return lambda url: fetch_json(settings, url, accept=FEED).document
    return lambda url: fetch_signed(database.engine, settings, url, accept=FEED).document


def _published(settings: Settings, against: str) -> list[dict[str, Any]]:
    """The figures of a published file, from its address or as it was downloaded."""
    if _is_address(against):
        document = fetch_json(settings, against, accept=PLAIN_JSON).document
    else:
        document = _loaded(Path(against))
    listed = document.get("figures")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise InvalidInput(N_("This is not a file with national figures."))
    return listed


def _loaded(path: Path) -> Document:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(N_("This file cannot be read."), cause=str(error)) from None
    return document if isinstance(document, dict) else {}


def _tell(found: list[dict[str, Any]], refused: list[str]) -> None:
    for figure in found:
        period, reported, estimated = figure["period"], figure["reported"], figure["estimated"]
        say(
            N_("%(indicator)s, %(start)s to %(end)s: %(told)s of %(all)s told, sum %(sum)s ± %(bar)s."),
            indicator=f"{figure['indicator']} ({figure['indicatorVersion']})",
            told=figure["reporting"],
            all=figure["communities"],
            sum=reported["sum"],
            bar=reported["errorBar"],
            **period,
        )
        if estimated and figure["reporting"] < figure["communities"]:
            say(
                N_("  All together about %(sum)s ± %(bar)s."), sum=estimated["sum"], bar=estimated["errorBar"]
            )
    for line in refused:
        say(N_("Not believed: %(what)s"), what=line)


def _agrees(computed: Figures, published: Figures) -> bool:
    different = [
        name for name in computed.keys() | published.keys() if computed.get(name) != published.get(name)
    ]
    for name in sorted(different):
        say(N_("Not the same as published: %(what)s"), what=" ".join(map(str, name)))
    if not different:
        say(N_("All %(count)s figures are as published."), count=len(computed))
    return not different


def _by_name(listed: list[dict[str, Any]]) -> Figures:
    try:
        return {
            (
                each["indicator"],
                each["indicatorVersion"],
                each["period"]["start"],
                each["period"]["end"],
            ): each
            for each in listed
        }
    except (KeyError, TypeError):
        raise InvalidInput(N_("This is not a file with national figures.")) from None


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))
