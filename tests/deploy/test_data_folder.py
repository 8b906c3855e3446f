"""The data folder: private, locked, and with a secret key that is never lost silently."""

from __future__ import annotations

import dataclasses
import os
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from deploy import data_folder, migrate
from deploy.refusals import Refused
from federation.settings import SOCKET_PATH_LIMIT, Settings, environment_of, load_settings
from schemas.errors import NotReady


def test_the_folders_are_closed_to_others(node_settings):
    data_folder.prepare(node_settings)
    data_folder.ensure_secret_key(node_settings)
    for path in (node_settings.data_dir, node_settings.secrets_dir):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE(node_settings.secret_key_file.stat().st_mode) == 0o600


def test_the_secret_key_is_made_once(node_settings):
    data_folder.prepare(node_settings)
    data_folder.ensure_secret_key(node_settings)
    first = node_settings.resolved_secret_key
    data_folder.ensure_secret_key(node_settings)
    assert node_settings.resolved_secret_key == first
    assert len(first) >= 48


def test_a_lost_secret_key_is_not_replaced(node_settings):
    data_folder.prepare(node_settings)
    data_folder.ensure_secret_key(node_settings)
    migrate.upgrade(node_settings)
    node_settings.secret_key_file.unlink()
    with pytest.raises(Refused, match=r"secret key .* is missing"):
        data_folder.ensure_secret_key(node_settings)
    assert not node_settings.secret_key_file.exists()


def test_a_secret_key_that_others_can_read_is_refused(node_settings):
    data_folder.prepare(node_settings)
    data_folder.ensure_secret_key(node_settings)
    node_settings.secret_key_file.chmod(0o644)
    with pytest.raises(Refused, match="Others can read"):
        data_folder.ensure_secret_key(node_settings)


def test_a_short_secret_key_is_refused(node_settings):
    data_folder.prepare(node_settings)
    data_folder.write_secret(node_settings.secret_key_file, "short")
    with pytest.raises(NotReady, match="secret_key"):
        data_folder.ensure_secret_key(node_settings)


def test_a_second_supervisor_is_refused(node_settings):
    data_folder.prepare(node_settings)
    handle = data_folder.lock(node_settings)
    with pytest.raises(Refused, match="already runs"):
        data_folder.lock(node_settings)
    elsewhere = replace(node_settings, port=node_settings.port + 1)
    assert data_folder.running_port(elsewhere) == node_settings.port
    data_folder.unlock(handle)
    assert data_folder.running_port(node_settings) is None


def test_a_folder_is_free_when_the_last_of_a_killed_one_is_gone(node_settings):
    data_folder.prepare(node_settings)
    handle = data_folder.lock(node_settings)
    holder = subprocess.Popen(["sleep", "60"], pass_fds=[handle])
    data_folder.unlock(handle)
    with pytest.raises(Refused, match="already runs"):
        data_folder.lock(node_settings, patience=0.2)
    holder.kill()
    data_folder.unlock(data_folder.lock(node_settings, patience=10))
    holder.wait()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "node").write_text("in the way")
    with pytest.raises(Refused, match="cannot be made"):
        data_folder.prepare(Settings(data_dir=tmp_path / "node"))


def test_an_unwritable_folder_is_refused():
    with pytest.raises(Refused, match="cannot be made"):
        data_folder.prepare(Settings(data_dir=Path("/proc/omzien")))  # where root may not write either


def test_the_socket_fits_the_kernel_for_every_folder(tmp_path):
    deep = Settings(data_dir=tmp_path / ("long" * 40))
    assert len(os.fsencode(deep.valkey_socket)) <= SOCKET_PATH_LIMIT
    other = dataclasses.replace(deep, data_dir=tmp_path / ("long" * 41))
    assert other.valkey_socket != deep.valkey_socket


def test_settings_survive_the_environment(tmp_path):
    settings = Settings(data_dir=tmp_path, port=8123, allow_loopback=True, public_url="https://dorp.example")
    assert load_settings(environment_of(settings)) == settings
