"""Keys are made once and guarded; identities describe themselves completely."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from federation.actors import keys
from federation.actors.actor_documents import keys_in, read_actor
from federation.actors.identities import (
    actor_document,
    base_url,
    create_identity,
    get_identity,
    is_set_up,
    keys_of,
    listed_keys,
    update_profile,
)
from federation.actors.keys import create_keys, fingerprint, load_keys, pem_of, read_rsa_pem
from federation.actors.remote_actors import find_key_owner, remember_actor
from federation.bovine_adapter import decode_multikey, encode_multikey
from federation.signatures import proofs
from schemas.actors import ActorSchema
from schemas.errors import BadSignature, Conflict, GaveUp, InvalidInput, NotReady
from tests.federation.conftest import BASE
from tests.federation.remote import ALICE, actor_of, key_pair

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
INITIATIVE = {
    "kind": "caring_village",
    "themes": ["eating", "meeting"],
    "foundedOn": 2012,
    "areas": [
        {
            "placeId": 1,
            "name": "Austerlitz",
            "municipality": "Zeist",
            "municipalityCode": "GM0355",
            "province": "NL-UT",
            "latitude": 52.08,
            "longitude": 5.31,
        }
    ],
    "contact": {"website": "https://dorp.example/?a=1&b=<2>", "telephone": "030 1234567"},
}


@ON_SQLITE
def test_key_files_are_private_and_made_only_once(settings):
    made = create_keys(settings, "dorp")
    files = sorted(settings.secrets_dir.iterdir())
    assert [file.name for file in files] == ["dorp.ed25519.pem", "dorp.rsa.pem"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert settings.secrets_dir.stat().st_mode & 0o777 == 0o700
    keys._load.cache_clear()
    again = create_keys(settings, "dorp")
    assert pem_of(again.rsa.public_key()) == pem_of(made.rsa.public_key())


@ON_SQLITE
@pytest.mark.parametrize("harm", ["gone", "readable by others", "damaged", "another kind"])
def test_keys_that_are_not_right_are_refused_and_never_made_anew(settings, harm):
    create_keys(settings, "dorp")
    path = settings.secrets_dir / "dorp.ed25519.pem"
    if harm == "gone":
        path.unlink()
    elif harm == "readable by others":
        path.chmod(0o644)
    elif harm == "damaged":
        path.write_bytes(b"-----BEGIN PRIVATE KEY-----\nrubbish")
    else:
        path.write_bytes((settings.secrets_dir / "dorp.rsa.pem").read_bytes())
    keys._load.cache_clear()
    before = sorted(os.listdir(settings.secrets_dir))
    with pytest.raises(NotReady):
        load_keys(settings, "dorp")
    assert sorted(os.listdir(settings.secrets_dir)) == before


@ON_SQLITE
@pytest.mark.parametrize("username", ["../evil", "a/b", "", "Dorp", ".x", "a" * 61, "dorp\n", "é"])
def test_a_username_cannot_be_a_path(settings, username):
    with pytest.raises(InvalidInput):
        create_keys(settings, username)


def test_a_fingerprint_can_be_read_aloud():
    text = fingerprint("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")
    assert [len(group) for group in text.split(" ")] == [4] * 8
    assert text != fingerprint("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ3")


def test_the_actor_document_is_complete_and_signed(session, settings, village):
    hub = create_identity(session, settings, role="hub", username="hub", name="Net", base_url=BASE)
    update_profile(session, village, name="Dorp", summary="Een & twee\n\n<b>", initiative=INITIATIVE)
    document = actor_document(session, settings, village)
    ActorSchema().load(document)
    proofs.verify(document, owner_uri=village.actor_uri, keys=listed_keys(session, village))
    assert document["type"] == "Organization"
    assert document["summary"] == "<p>Een &amp; twee</p><p>&lt;b&gt;</p>"
    shown = {item["name"]: item["value"] for item in document["attachment"]}
    assert shown["Werkgebied"] == "Austerlitz"
    assert shown["Sinds"] == "2012"
    assert "<2>" not in shown["Website"]
    assert document["initiative"]["themes"] == ["eating", "meeting"]
    of_hub = actor_document(session, settings, hub)
    assert (of_hub["type"], of_hub["members"]) == ("Service", f"{BASE}/actors/hub/members")
    server = actor_document(session, settings, get_identity(session, "server"))
    assert (server["type"], server["discoverable"]) == ("Application", False)


def test_our_document_is_one_that_we_would_accept(session, settings, village):
    document = actor_document(session, settings, village)
    actor = remember_actor(session, document)
    assert actor.ed25519_multibase == village.ed25519_multibase
    assert actor.shared_inbox == f"{BASE}/inbox"
    assert find_key_owner(session, f"{village.actor_uri}#main-key") is actor
    assert remember_actor(session, {**document, "name": "Anders"}).name == "Anders"


def test_a_node_before_and_after_set_up(session, settings):
    assert not is_set_up(session)
    with pytest.raises(NotReady):
        base_url(session)
    create_identity(session, settings, role="server", username="server", name="S", base_url=f"{BASE}/")
    assert (is_set_up(session), base_url(session)) == (True, BASE)
    with pytest.raises(Conflict):
        create_identity(session, settings, role="server", username="other", name="S", base_url=BASE)


@ON_SQLITE
@pytest.mark.parametrize(
    "address",
    ["http://dorp.example", "https://dorp.example/pad", "https://dorp.example?x", "ftp://x", "dorp", ""],
)
def test_an_address_of_a_node_is_https_and_bare(session, settings, address):
    with pytest.raises(InvalidInput):
        create_identity(session, settings, role="server", username="s", name="S", base_url=address)


@ON_SQLITE
def test_facts_that_break_the_vocabulary_are_refused(session, settings, village):
    with pytest.raises(InvalidInput) as caught:
        update_profile(session, village, name="D", summary="", initiative={**INITIATIVE, "kind": "club"})
    assert "kind" in caught.value.fields["initiative"]


@ON_SQLITE
def test_the_keys_of_another_node_are_refused(session, settings, village):
    village.ed25519_multibase = encode_multikey(key_pair().ed25519.public_key())
    with pytest.raises(NotReady):
        keys_of(settings, village)


@pytest.mark.parametrize(("size", "exponent"), [(1024, 65537), (4608, 65537), (2048, 3)])
def test_rsa_keys_of_a_strange_size_are_refused(size, exponent):
    with pytest.raises(BadSignature):
        read_rsa_pem(pem_of(generate_private_key(exponent, size).public_key()))


def test_other_keys_are_refused():
    with pytest.raises(BadSignature):
        read_rsa_pem(pem_of(ec.generate_private_key(ec.SECP256R1()).public_key()))
    with pytest.raises(BadSignature):
        read_rsa_pem("rubbish é")
    for text in ("", "z", "m" + "A" * 47, "z" + "1" * 47, encode_multikey(key_pair().rsa.public_key())):
        with pytest.raises(ValueError, match=r"multikey|base58"):
            decode_multikey(text)


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.update(owner="https://elders.example/actors/bob"),
        lambda entry: entry.update(id="https://victim.example/actors/alice#main-key"),
        lambda entry: entry.update(publicKeyPem="rubbish"),
        lambda entry: entry.update(publicKeyPem=None),
        lambda entry: entry.pop("id"),
    ],
)
def test_an_actor_lists_its_own_keys_only(change):
    document = actor_of(ALICE, key_pair())
    change(document["publicKey"])
    assert list(keys_in(document)) == [f"{ALICE}#ed25519-key"]


@pytest.mark.parametrize(
    "change",
    [
        {"controller": "https://elders.example/actors/bob"},
        {"type": "Key"},
        {"revoked": "2020-01-01T00:00:00Z"},
    ],
)
def test_a_multikey_of_another_or_a_revoked_one_does_not_count(change):
    document = actor_of(ALICE, key_pair())
    document["assertionMethod"][0].update(change)
    assert list(keys_in(document)) == [f"{ALICE}#main-key"]


@pytest.mark.parametrize(
    "change",
    [{"type": "Note"}, {"inbox": "file:///x"}, {"inbox": None}, {"id": None}, {"type": ["Person"] * 0}],
)
def test_what_is_no_actor_is_not_kept(change):
    with pytest.raises(GaveUp):
        read_actor(actor_of(ALICE, key_pair(), **change))


def test_a_shared_inbox_elsewhere_is_ignored():
    document = actor_of(ALICE, key_pair(), endpoints={"sharedInbox": "https://victim.example/inbox"})
    assert read_actor(document)["shared_inbox"] is None


def test_bovine_comes_in_late_and_leaves_nothing_behind(tmp_path):
    """Its JSON-LD module would open a cache file in the working directory."""
    code = (
        "import sys, federation.bovine_adapter as b, federation.web\n"
        "assert not [name for name in sys.modules if name.startswith('bovine')], 'loaded at import'\n"
        "b.decode_base58('zzz'); b.cavage_signing_string([('a', 'b')]); b.split_handle('@a@b')\n"
        "b.webfinger_document('acct:a@b', [], []); b.nodeinfo_document({'name': 'x', 'version': '1'}, {})\n"
        "assert 'bovine.jsonld' not in sys.modules\n"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
