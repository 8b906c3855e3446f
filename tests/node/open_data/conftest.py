"""A guide with invented initiatives and some that are not."""

from __future__ import annotations

import pytest

from directory.examples.data import examples
from tests.directory.organisations import add, organisation

ATTACK = "</script><script>alert(1)</script>\"'>&"


@pytest.fixture
def guide(runtime, village):
    """Forty invented initiatives, one that tells all of itself, and one that means harm."""
    with runtime.database.session() as session:
        add(session, *examples(40))
        contact = {
            "website": "https://kook.example/",
            "email": "kook@kook.example",
            "telephone": "0343 123456",
        }
        add(
            session,
            organisation("Kookclub Echt", "Austerlitz", "Bunnik", summary="Samen eten.", contact=contact,
                         themes=["eating"], foundedOn=2012),
            organisation(ATTACK, "Emmen", summary=f"=1+1 {ATTACK}"),
            first=100,
        )  # fmt: skip
        session.commit()
