"""Backup and restore: everything comes back, nothing is overwritten by accident."""

from __future__ import annotations

import dataclasses
import tarfile

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from deploy import backup, data_folder, migrate, restore
from deploy.refusals import Refused
from federation.database import make_engine
from federation.relations.standing import PeerRule


@pytest.fixture
def lived_in(node_settings):
    """A node with a database, a secret and a row."""
    data_folder.prepare(node_settings)
    data_folder.ensure_secret_key(node_settings)
    migrate.upgrade(node_settings)
    _write(node_settings, "a row to find again")
    return node_settings


def _write(settings, reason):
    engine = make_engine(settings.resolved_database_url)
    with Session(engine) as session:
        session.add(PeerRule(target="x.example", rule="block", reason=reason))
        session.commit()
    engine.dispose()


def _rows(settings):
    engine = make_engine(settings.resolved_database_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT reason FROM peer_rule")).scalars().all()
    engine.dispose()
    return found


def test_a_backup_brings_database_and_secret_back(lived_in, tmp_path):
    file = tmp_path / "kopie.tar.gz"
    backup.write(lived_in, file)
    assert file.stat().st_mode & 0o077 == 0
    elsewhere = dataclasses.replace(lived_in, data_dir=tmp_path / "elsewhere")
    restore.read(elsewhere, file, force=False)
    assert _rows(elsewhere) == ["a row to find again"]
    assert elsewhere.resolved_secret_key == lived_in.resolved_secret_key
    data_folder.ensure_secret_key(elsewhere)


def test_an_existing_node_is_not_overwritten(lived_in, tmp_path):
    file = tmp_path / "kopie.tar.gz"
    backup.write(lived_in, file)
    with pytest.raises(Refused, match="--force"):
        restore.read(lived_in, file, force=False)
    assert _rows(lived_in) == ["a row to find again"]


def test_by_force_the_old_node_is_put_aside(lived_in, tmp_path):
    file = tmp_path / "kopie.tar.gz"
    backup.write(lived_in, file)
    engine = make_engine(lived_in.resolved_database_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM peer_rule"))
    engine.dispose()
    restore.read(lived_in, file, force=True)
    assert _rows(lived_in) == ["a row to find again"]
    aside = [each for each in lived_in.data_dir.iterdir() if each.name.startswith("before-restore")]
    assert {each.name for each in aside[0].iterdir()} >= {"omzien.sqlite3", "secrets"}


def test_a_running_node_is_not_restored(lived_in, tmp_path):
    backup.write(lived_in, tmp_path / "kopie.tar.gz")
    handle = data_folder.lock(lived_in)
    with pytest.raises(Refused, match="already runs"):
        restore.read(lived_in, tmp_path / "kopie.tar.gz", force=True)
    data_folder.unlock(handle)


def test_rubbish_is_not_a_backup(node_settings, tmp_path):
    (tmp_path / "rubbish.tar.gz").write_bytes(b"rubbish")
    with pytest.raises(Refused, match="not a backup"):
        restore.read(node_settings, tmp_path / "rubbish.tar.gz", force=False)


def test_a_path_that_leads_outside_is_refused(node_settings, tmp_path):
    file = tmp_path / "sly.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        archive.add(__file__, "../outside.txt")
    with pytest.raises(Refused, match="not a backup"):
        restore.read(node_settings, file, force=False)
    assert not (node_settings.data_dir.parent / "outside.txt").exists()


def test_nothing_to_keep_is_said(node_settings, tmp_path):
    data_folder.prepare(node_settings)
    with pytest.raises(Refused, match="nothing to keep"):
        backup.write(node_settings, tmp_path / "kopie.tar.gz")
