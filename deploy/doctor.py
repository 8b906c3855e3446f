"""`omzien doctor`: looks at everything a node needs and says, in plain words, what to do."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, dataclass

from deploy import examinations, network_examinations
from deploy.words import _, say, sentence, show
from federation.settings import Settings
from schemas.errors import AppError
from schemas.messages import N_

EXAMINATIONS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    (N_("Data folder"), examinations.folder),
    (N_("Disk"), examinations.disk),
    (N_("Clock"), examinations.clock),
    (N_("Database"), examinations.database),
    (N_("Secret key"), examinations.secret_key),
    (N_("Signing keys"), examinations.signing_keys),
    (N_("Web server and port"), examinations.port),
    (N_("Queue"), examinations.queue),
    (N_("Worker"), examinations.worker),
    (N_("Files for the web pages"), examinations.web_files),
    (N_("Places"), examinations.places),
    (N_("Network"), network_examinations.network),
    (N_("Reachable by others"), network_examinations.reachable),
)
"""What is looked at, in order: each gives a remark or raises AppError with what to do."""


@dataclass(frozen=True)
class Finding:
    """What one examination found."""

    subject: str
    well: bool
    text: str


def run(arguments: Namespace, settings: Settings) -> int:
    """Show all findings; 0 when all is well. With ``--round-trip`` a round trip is made, and only that."""
    if arguments.round_trip:
        return 0 if network_examinations.make_round_trip(arguments, settings) else 1
    findings = [examine(subject, look, settings) for subject, look in EXAMINATIONS]
    if arguments.json:
        show(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        _tell(findings)
    return 0 if all(finding.well for finding in findings) else 1


def examine(subject: str, look: Callable[[Settings], str], settings: Settings) -> Finding:
    """Look at one thing."""
    try:
        return Finding(_(subject), True, look(settings))
    except AppError as error:
        return Finding(_(subject), False, sentence(error))


def _tell(findings: list[Finding]) -> None:
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        show(f"{'✓' if finding.well else '✗'} {finding.subject:<{width}}  {finding.text}")
    wrong = sum(not finding.well for finding in findings)
    if wrong:
        say(N_("%(count)s of these need attention; each line says what to do."), count=wrong)
    else:
        say(N_("All is well."))
