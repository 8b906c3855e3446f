"""The settings of a node: read once, checked together, each with its help text.

Only what an operator decides is here. What a board may change (name, colours, texts,
which roles the node plays) is a row in the database.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from schemas.errors import AppError, NotReady
from schemas.messages import N_

SOCKET_PATH_LIMIT = 100  # bytes; the kernel takes 107, a temporary name next to it must fit too


BASEMAPS = ("none", "pdok")

SECRET_KEY_LENGTH = 32  # characters, at least


@dataclass(frozen=True)
class Mistake:
    """One wrong setting: the variable, what is wrong (a message id) and its parameters."""

    env: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The mistake in English, for the log."""
        return f"{self.env}: {self.message % self.params if self.params else self.message}"


class InvalidSettings(AppError):
    """One or more settings are wrong; ``mistakes`` has them all."""

    title = N_("The settings are not right")

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def _setting(env: str, default: Any, text: str) -> Any:
    return field(default=default, metadata={"env": env, "help": text})


@dataclass(frozen=True)
class Settings:
    """Everything the processes of one node need to know before they open the database."""

    data_dir: Path = _setting(
        "OMZIEN_DATA_DIR", Path("data"), N_("Folder with everything the node keeps: database, keys, queue.")
    )
    database_url: str = _setting(
        "DATABASE_URL", "", N_("SQLAlchemy address of the database. Empty: SQLite in the data folder.")
    )
    redis_url: str = _setting(
        "REDIS_URL",
        "",
        N_("Address of a Valkey or Redis server. Empty: the embedded one, on a socket in the data folder."),
    )
    host: str = _setting("OMZIEN_HOST", "127.0.0.1", N_("Address the web server listens on."))
    port: int = _setting("OMZIEN_PORT", 8080, N_("Port the web server listens on."))
    public_url: str = _setting(
        "OMZIEN_PUBLIC_URL",
        "",
        N_("Address the world uses, such as https://dorp.example. Empty: asked by the set-up wizard."),
    )
    web_workers: int = _setting("OMZIEN_WEB_WORKERS", 1, N_("Number of web processes."))
    web_threads: int = _setting("OMZIEN_WEB_THREADS", 16, N_("Number of threads in each web process."))
    workers: int = _setting(
        "OMZIEN_WORKERS",
        1,
        N_("Number of worker processes. A second one helps with much to send, and takes 45 MB."),
    )
    trusted_proxies: int = _setting(
        "OMZIEN_TRUSTED_PROXIES",
        0,
        N_("Number of reverse proxies in front whose X-Forwarded headers are believed."),
    )
    secret_key: str = _setting(
        "OMZIEN_SECRET_KEY",
        "",
        N_("Secret for sessions and stored second factors. Empty: a file in the data folder."),
    )
    allow_loopback: bool = _setting(
        "OMZIEN_ALLOW_LOOPBACK",
        False,
        N_("Federate over plain http with 127.0.0.1. For development, the demo and tests only."),
    )
    relay_interval: int = _setting(
        "OMZIEN_RELAY_INTERVAL", 60, N_("Seconds a hub waits between two announcements to the same follower.")
    )
    basemap: str = _setting(
        "OMZIEN_BASEMAP",
        "none",
        N_("Background of the map that moves: none, or pdok (visitors then ask the Kadaster for it)."),
    )
    mail_url: str = _setting(
        "OMZIEN_MAIL_URL",
        "",
        N_("Mail server, such as smtp://name:password@mail.example:587. Empty: this node sends no mail."),
    )
    mail_from: str = _setting(
        "OMZIEN_MAIL_FROM", "", N_("Address from which mail is sent, such as gids@hub.example.")
    )
    log_level: str = _setting("OMZIEN_LOG_LEVEL", "INFO", N_("DEBUG, INFO, WARNING or ERROR."))

    @property
    def resolved_database_url(self) -> str:
        """The database address with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'omzien.sqlite3'}"

    @property
    def valkey_socket(self) -> Path:
        """The socket of the embedded Valkey server; in /tmp when the data folder's path is too long."""
        folder = self.data_dir.resolve()
        socket = folder / "valkey" / "valkey.sock"
        if len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT:
            return socket
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        return Path("/tmp") / f"omzien-{os.getuid()}-{digest}" / "valkey.sock"  # noqa: S108  # folder is 0700 and checked

    @property
    def resolved_redis_url(self) -> str:
        """The queue's address with the default filled in."""
        return self.redis_url or f"unix://{self.valkey_socket}"

    @property
    def embeds_valkey(self) -> bool:
        """True when the supervisor starts its own Valkey server."""
        return not self.redis_url

    @property
    def secrets_dir(self) -> Path:
        """The folder with keys and secrets, mode 0700."""
        return self.data_dir.resolve() / "secrets"

    @property
    def secret_key_file(self) -> Path:
        """The file with the secret key, unless the environment gives it."""
        return self.secrets_dir / "secret_key"

    @property
    def resolved_secret_key(self) -> str:
        """The secret key, from the environment or its file. Raises NotReady when there is none."""
        if self.secret_key:
            return self.secret_key
        try:
            key = self.secret_key_file.read_text().strip()
        except OSError as error:
            raise NotReady(N_("The secret key of this node is missing"), cause=str(error)) from error
        if len(key) < SECRET_KEY_LENGTH:
            raise NotReady(N_("The secret key of this node is too short"), cause=str(self.secret_key_file))
        return key


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Raises InvalidSettings naming every mistake at once.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {}
    mistakes: list[Mistake] = []
    for f in dataclasses.fields(Settings):
        raw = environ.get(f.metadata["env"])
        if raw is None or raw == "":
            continue
        try:
            values[f.name] = _parse(f, raw)
        except ValueError as error:
            mistakes.append(Mistake(f.metadata["env"], str(error), {"value": raw}))
    settings = Settings(**values)  # type: ignore[arg-type]
    mistakes += _check(settings)
    if mistakes:
        raise InvalidSettings(mistakes)
    return settings


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment variables that make another process read these settings."""
    env = {}
    for f in dataclasses.fields(Settings):
        value = getattr(settings, f.name)
        env[f.metadata["env"]] = str(int(value)) if isinstance(value, bool) else str(value)
    return env


def _parse(f: dataclasses.Field[object], raw: str) -> object:
    kind = type(f.default)
    if kind is bool:
        if raw.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise ValueError(N_("“%(value)s” is not yes or no"))
        return raw.lower() in {"1", "true", "yes"}
    if kind is int:
        if not raw.isdigit():
            raise ValueError(N_("“%(value)s” is not a whole number"))
        return int(raw)
    if isinstance(f.default, Path):
        return Path(raw)
    return raw


def _check(settings: Settings) -> list[Mistake]:
    mistakes: list[Mistake] = []
    if not 0 < settings.port < 65536:
        message = N_("%(value)s is not a port (1 to 65535)")
        mistakes.append(Mistake("OMZIEN_PORT", message, {"value": settings.port}))
    too_few = [name for name in ("web_workers", "web_threads", "workers") if getattr(settings, name) < 1]
    mistakes += [Mistake(f"OMZIEN_{name.upper()}", N_("must be at least 1")) for name in too_few]
    if settings.basemap not in BASEMAPS:
        message = N_("“%(value)s” is not one of none, pdok")
        mistakes.append(Mistake("OMZIEN_BASEMAP", message, {"value": settings.basemap}))
    if settings.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        message = N_("“%(value)s” is not one of DEBUG, INFO, WARNING, ERROR")
        mistakes.append(Mistake("OMZIEN_LOG_LEVEL", message, {"value": settings.log_level}))
    if settings.mail_url:
        mistakes += _check_mail(settings)
    if settings.public_url:
        mistakes += _check_public_url(settings)
    if settings.secret_key and len(settings.secret_key) < SECRET_KEY_LENGTH:
        message = N_("use at least %(length)s characters")
        mistakes.append(Mistake("OMZIEN_SECRET_KEY", message, {"length": SECRET_KEY_LENGTH}))
    return mistakes


def _check_mail(settings: Settings) -> list[Mistake]:
    parts = urlsplit(settings.mail_url)
    mistakes = []
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        message = N_("this is not an address such as smtp://name:password@mail.example:587")
        mistakes.append(Mistake("OMZIEN_MAIL_URL", message))
    if "@" not in settings.mail_from or any(sign in settings.mail_from for sign in "\r\n"):
        message = N_("“%(value)s” is not an address such as gids@hub.example")
        mistakes.append(Mistake("OMZIEN_MAIL_FROM", message, {"value": settings.mail_from}))
    return mistakes


def _check_public_url(settings: Settings) -> list[Mistake]:
    parts = urlsplit(settings.public_url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.path not in {"", "/"}:
        message = N_("“%(value)s” is not an address such as https://dorp.example")
        return [Mistake("OMZIEN_PUBLIC_URL", message, {"value": settings.public_url})]
    return []
