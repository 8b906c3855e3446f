"""The commands for our own keys and address: they ask first, do it, and say what comes next."""

from __future__ import annotations

import shutil
from argparse import Namespace
from dataclasses import replace

import pytest
from sqlalchemy import select

from deploy import move, own_node, recover_keys, rotate_keys
from directory.keys import rotation
from federation.actors.identities import base_url, get_identity
from federation.actors.key_generations import KeyRotation
from federation.actors.keys import fingerprint, forget_loaded_keys
from federation.relations.standing import PeerRule, set_rule
from schemas.errors import Conflict, NotReady


def options(**given):
    return Namespace(**{"yes": True, "leaked": False, "cancel": False, "force": False, **given})


def rotations(runtime):
    with runtime.database.session(write=False) as session:
        return [(row.kind, row.state) for row in session.scalars(select(KeyRotation))]


def test_new_keys_and_cancelling_them(settings, runtime, village):
    assert rotate_keys.run(options(), settings) == 0
    assert rotate_keys.run(options(cancel=True), settings) == 0
    assert rotate_keys.run(options(leaked=True), settings) == 0
    assert rotations(runtime) == [("planned", "cancelled"), ("emergency", "reproving")]


def test_nothing_happens_without_a_yes(settings, runtime, village, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _question: "nee")
    assert rotate_keys.run(options(leaked=True, yes=False), settings) == 1
    assert move.run(options(address="https://nieuw.example", yes=False), settings) == 1
    assert rotations(runtime) == []
    monkeypatch.setattr("builtins.input", lambda _question: "ja")
    with runtime.database.session() as session:
        assert own_node.is_sure(session, "?", yes=False)


def test_the_node_goes_on_while_a_person_thinks(settings, runtime, village, monkeypatch):
    asked = []

    def think(question):
        with runtime.database.session() as other:
            set_rule(other, f"https://a{len(asked)}.example", "allow", reason="", by="test")
            other.commit()
        asked.append(question)
        return "nee"

    monkeypatch.setattr("builtins.input", think)
    assert rotate_keys.run(options(leaked=True, yes=False), settings) == 1
    assert move.run(options(address="https://nieuw.example", yes=False), settings) == 1
    shutil.rmtree(settings.secrets_dir)
    forget_loaded_keys()
    assert recover_keys.run(options(yes=False), settings) == 1
    assert len(asked) == 3
    with runtime.database.session(write=False) as session:
        assert len(session.scalars(select(PeerRule)).all()) == 3


def test_what_changed_while_a_person_thought_counts(settings, runtime, village, monkeypatch):
    def think(_question):
        with runtime.database.session() as other:
            rotation.start(other, settings, emergency=False, by="somebody else")
            other.commit()
        return "ja"

    monkeypatch.setattr("builtins.input", think)
    with pytest.raises(Conflict):
        move.run(options(address="https://nieuw.example", yes=False), settings)


def test_recovery_prints_the_fingerprint_to_read_out(settings, runtime, village, capsys):
    with pytest.raises(Conflict):
        recover_keys.run(options(), settings)
    shutil.rmtree(settings.secrets_dir)
    forget_loaded_keys()
    assert recover_keys.run(options(), settings) == 0
    with runtime.database.session(write=False) as session:
        new = fingerprint(get_identity(session, "cooperative").ed25519_multibase)
    assert new in capsys.readouterr().out


def test_a_node_moves(settings, runtime, village):
    assert move.run(options(address="https://nieuw.example"), settings) == 0
    with runtime.database.session(write=False) as session:
        assert base_url(session) == "https://nieuw.example"
    with pytest.raises(Conflict):
        move.run(options(address="https://nog.example"), settings)


def test_an_empty_folder_has_nothing_to_change(settings, tmp_path):
    elsewhere = replace(settings, data_dir=tmp_path / "leeg", database_url="")
    with pytest.raises(NotReady):
        rotate_keys.run(options(), elsewhere)
