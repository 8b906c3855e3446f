"""`omzien install`: make the files the program needs; for building a container."""

from __future__ import annotations

from argparse import Namespace

from deploy.install import install
from federation.settings import Settings


def run(_arguments: Namespace, _settings: Settings) -> int:
    """Do every step that is needed."""
    install()
    return 0
