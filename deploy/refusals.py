"""Why a node does not start: one sentence that also says what to do."""

from __future__ import annotations

from schemas.errors import NotReady


class Refused(NotReady):
    """The command stops here; nothing was changed."""

    title = "This cannot go on"
