"""Text of others that must fit in XML."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """``text`` without the characters that XML 1.0 cannot hold, not even escaped."""
    return _FORBIDDEN.sub("", text)
