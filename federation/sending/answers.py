"""Answers: reading what an inbox says to a POST, as far as we need it and never further.

HTTP/1.1 by hand, because of an answer we want no more than its status, three headers and the first words
of its body; whatever is too large, too strange or not HTTP ends the connection.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_HEAD = 16_384  # bytes
MOST_BODY = 4_096
"""Bytes of a body that we read to the end to use the connection again; of a longer one only the start."""
SHOWN = 400  # bytes of a refusal that are kept for people
_BODILESS = frozenset({204, 304})


class BadAnswer(Exception):
    """What came is not an HTTP answer."""


@dataclass(frozen=True)
class Answer:
    """What an inbox said."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    """By name in lower case; of a repeated one the first."""
    text: str = ""
    is_reusable: bool = False
    """The connection is at the start of a new exchange."""

    @property
    def is_accepted(self) -> bool:
        """Whether the inbox took the message."""
        return 200 <= self.status < 300


def read_answer(data: bytes, *, ended: bool) -> Answer | None:
    """The answer in what came so far; None while more is needed. BadAnswer when it will never be one.

    ``ended`` when the other side closed. Interim answers (1xx) are passed over.
    """
    while True:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            if ended or len(data) > MOST_HEAD or not b"HTTP/1.".startswith(data[:7]):
                raise BadAnswer(_shown(data) or "closed without an answer")
            return None
        if end > MOST_HEAD:
            raise BadAnswer("more than 16 kB of headers")
        status, headers = _head(data[:end])
        data = data[end + 4 :]
        if status >= 200:
            return _with_body(status, headers, data, ended=ended)


def _head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    code = rest[:3]
    if version not in {"HTTP/1.1", "HTTP/1.0"} or not (code.isascii() and code.isdigit() and len(code) == 3):
        raise BadAnswer(_shown(first.encode("latin-1")))
    if int(code) < 100 or (len(rest) > 3 and rest[3] != " "):
        raise BadAnswer(_shown(first.encode("latin-1")))
    headers: dict[str, str] = {"": version}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.lower(), value.strip())
    return int(code), headers


def _with_body(status: int, headers: dict[str, str], rest: bytes, *, ended: bool) -> Answer | None:
    keeps = headers.pop("") == "HTTP/1.1" and "close" not in headers.get("connection", "").lower()
    length = 0 if status in _BODILESS else _length(headers)
    if length is not None and length <= MOST_BODY:
        if len(rest) < length and not ended:
            return None
        whole = len(rest) == length and not ended
        return Answer(status, headers, _text(status, rest[:length]), is_reusable=keeps and whole)
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _chunked(status, headers, rest, keeps=keeps, ended=ended)
    if 200 <= status < 300 or ended or len(rest) >= SHOWN:
        return Answer(status, headers, _text(status, rest))
    return None


def _length(headers: dict[str, str]) -> int | None:
    text = headers.get("content-length", "")
    if "transfer-encoding" in headers or not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return int(text)


def _chunked(status: int, headers: dict[str, str], rest: bytes, *, keeps: bool, ended: bool) -> Answer | None:
    body, left = b"", rest
    while len(body) <= MOST_BODY:
        line, newline, left = left.partition(b"\r\n")
        size = _chunk_size(line) if newline else None
        if size is None or len(left) < size + 2:
            break
        if size == 0:
            return Answer(status, headers, _text(status, body), is_reusable=keeps and left == b"\r\n")
        body, left = body + left[:size], left[size + 2 :]
    if ended or len(body) >= SHOWN or len(rest) > MOST_BODY:
        return Answer(status, headers, _text(status, body))
    return None


def _chunk_size(line: bytes) -> int | None:
    digits = line.split(b";", 1)[0].strip()
    try:
        return int(digits, 16) if 0 < len(digits) <= 6 else None
    except ValueError:
        return None


def _text(status: int, body: bytes) -> str:
    """The first words of a refusal, without what a database cannot keep."""
    return "" if 200 <= status < 300 else body[:SHOWN].decode("utf-8", "replace").replace("\x00", "")


def _shown(data: bytes) -> str:
    return "".join(c if c.isprintable() else "?" for c in data[:80].decode("latin-1"))
