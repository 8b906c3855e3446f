"""The header by which mail programs offer “no more messages” (RFC 2369, RFC 8058)."""

from __future__ import annotations

from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, default


class WebAddressHeader(UnstructuredHeader):
    """A header with an address of the web: written as it is, because long words are encoded otherwise."""

    def fold(self, *, policy: EmailPolicy) -> str:
        """The header as it travels, in one line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", WebAddressHeader)  # type: ignore[arg-type]
POLICY = default.clone(header_factory=_HEADERS)


def add_stop(mail: EmailMessage, url: str) -> None:
    """Let mail programs show a button that says “no more messages” with one press."""
    mail["List-Unsubscribe"] = f"<{url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
