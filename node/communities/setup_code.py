"""The one-time code that opens the set-up: only who can read the node's own folder has it."""

from __future__ import annotations

import hmac
import os

from federation.settings import Settings
from node.accounts.spoken_codes import new_code
from schemas.errors import NotAllowed
from schemas.messages import N_


def setup_code(settings: Settings) -> str:
    """The code, made at first asking and the same until the set-up is done."""
    file = settings.secrets_dir / "setup_code"
    settings.secrets_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="utf-8").strip()
    code = new_code()
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(code + "\n")
    return code


def check_setup_code(settings: Settings, attempt: str) -> None:
    """Raise NotAllowed unless ``attempt`` is the code; dashes, spaces and capitals do not matter."""
    if not hmac.compare_digest(_bare(setup_code(settings)).encode(), _bare(attempt).encode()):
        raise NotAllowed(N_("This is not the code. Look at the screen where you started Omzien."))


def forget_setup_code(settings: Settings) -> None:
    """The set-up is done: the code opens nothing any more."""
    (settings.secrets_dir / "setup_code").unlink(missing_ok=True)


def _bare(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())
