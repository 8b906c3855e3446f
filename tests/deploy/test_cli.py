"""The command line: clear sentences in Dutch or English, and a status that scripts can use."""

from __future__ import annotations

import json
import socket

import pytest

from deploy import up
from deploy.cli import COMMANDS
from deploy.words import ROOT
from federation.settings import Settings


def test_wrong_settings_are_named_together_in_dutch(omzien, monkeypatch):
    monkeypatch.setenv("OMZIEN_PORT", "tachtig")
    monkeypatch.setenv("OMZIEN_LOG_LEVEL", "LOUD")
    status, text = omzien("doctor")
    assert status == 1
    assert "OMZIEN_PORT: “tachtig” is geen heel getal" in text
    assert "OMZIEN_LOG_LEVEL" in text


def test_the_same_in_english(omzien, monkeypatch):
    monkeypatch.setenv("OMZIEN_PORT", "eighty")
    assert "“eighty” is not a whole number" in omzien("doctor", language="en")[1]


def test_a_port_in_use_is_a_clear_sentence(omzien, tmp_path, monkeypatch):
    monkeypatch.setattr(up, "PORT_PATIENCE", 0.1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, text = omzien("up", "--data", str(tmp_path / "node"), "--port", str(port))
    assert status == 1
    assert f"Poort {port} is in gebruik" in text
    assert "--port" in text


def test_an_unwritable_folder_is_a_clear_sentence(omzien):
    status, text = omzien("up", "--data", "/proc/omzien")
    assert status == 1
    assert "/proc/omzien" in text
    assert "--data" in text


def test_doctor_finds_a_new_node_unwell_and_says_what_to_do(omzien, tmp_path):
    status, text = omzien("doctor", "--data", str(tmp_path / "nothing"))
    assert status == 1
    assert "omzien up" in text


def test_doctor_speaks_to_programs(omzien, tmp_path):
    assert omzien("migrate", "--data", str(tmp_path / "node"))[0] == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    _status, text = omzien("doctor", "--json", "--data", str(tmp_path / "node"), "--port", str(port))
    findings = json.loads(text)
    assert [finding["subject"] for finding in findings if not finding["well"]] == []
    assert len(findings) == 13


def test_settings_do_not_show_secrets(omzien, monkeypatch):
    monkeypatch.setenv("OMZIEN_SECRET_KEY", "geheim" * 8)
    status, text = omzien("settings")
    assert status == 0
    assert "geheimgeheim" not in text


def test_a_code_is_six_digits_and_unknown_names_are_told(omzien):
    status, text = omzien("code", "nora")
    assert status == 0
    assert text.split()[0].isdigit()
    assert len(text.split()[0]) == 6
    status, text = omzien("code", "niemand")
    assert status == 1
    assert "nora" in text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_launcher_names_the_commands_that_people_use(language):
    text = (ROOT / "omzien").read_text()
    ours = {"web", "worker", "schedule", "install", "lock", "new-migration"}  # for operators and builders
    missing = [name for name in COMMANDS if name not in ours and f"./omzien {name}" not in text]
    assert missing == []


def test_health_of_a_port_where_nobody_listens():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert up.ask_health(Settings(port=probe.getsockname()[1])) is None
