"""A data folder, and the command line in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import cli, install
from federation.settings import Settings


@pytest.fixture
def node_settings(tmp_path: Path) -> Settings:
    """Settings of a node whose folder does not exist yet."""
    return Settings(data_dir=tmp_path / "node")


@pytest.fixture
def omzien(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run a command in Dutch; its status and all that it said."""
    monkeypatch.setattr(install, "install", lambda **_options: None)
    for name in ("OMZIEN_DATA_DIR", "OMZIEN_PORT", "DATABASE_URL", "REDIS_URL", "OMZIEN_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str, language: str = "nl") -> tuple[int, str]:
        status = cli.main([*words, "--language", language])
        output, errors = capfd.readouterr()
        return status, output + errors

    return run
