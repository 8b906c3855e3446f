"""Names of hosts: read as those who connect read them, and refused when nobody could look them up."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from federation.fetching.fetch import fetch_json
from federation.fetching.origins import host_of, is_web_address, same_origin
from federation.receiving.gate import admit
from federation.relations.standing import is_allowed, set_rule
from federation.settings import Settings
from schemas.errors import AppError, GaveUp, InvalidInput
from tests.federation.conftest import BASE
from tests.federation.remote import message

ASCII = {
    "an empty label": "elders..example",
    "a label at the start": ".elders.example",
    "a long label": f"{'a' * 64}.example",
    "a long name": ".".join(["a" * 60] * 5),
}
NOBODY = {
    **ASCII,
    "a long name in other letters": ".".join(["é" * 30] * 10),
    "a label without end": "é" * 1900,
}


@pytest.mark.parametrize("host", NOBODY.values(), ids=NOBODY)
def test_a_name_that_nobody_can_look_up_is_no_address(host):
    assert not is_web_address(f"https://{host}/actors/x")
    with pytest.raises(GaveUp):
        fetch_json(Settings(), f"https://{host}/actors/x")


@pytest.mark.parametrize("host", ASCII.values(), ids=ASCII)
@pytest.mark.parametrize("scheme", ["rfc9421", "cavage"])
def test_such_a_name_breaks_no_gate(session, settings, village, scheme, host):
    actor = f"https://{host}/actors/x"
    follow = {"id": f"{actor}/follows/1", "type": "Follow", "actor": actor, "object": f"{BASE}/actors/dorp"}
    with pytest.raises(AppError):
        admit(session, settings, message(follow, url=f"{BASE}/inbox", actor=actor, scheme=scheme))


@pytest.mark.parametrize(
    ("one", "other"),
    [("faß.example", "fass.example"), ("βόλος.example", "βόλοσ.example"), ("FAẞ.example", "fass.example")],
)
def test_names_of_two_owners_are_two_origins(session, one, other):
    """Registries keep these apart since IDNA 2008; the IDNA of Python's own codec does not."""
    assert not same_origin(f"https://{one}/a", f"https://{other}/a")
    set_rule(session, host_of(f"https://{other}/"), "allow", reason="", by="test")
    assert is_allowed(session, f"https://{other}/actors/x")
    assert not is_allowed(session, f"https://{one}/actors/x")


@pytest.mark.parametrize("host", ["DÖRP.example", "ｄörp.example", "dörp。example", "dörp.example."])
def test_one_name_written_in_other_ways_is_one_origin(host):
    assert same_origin(f"https://{host}/a", "https://xn--drp-sna.example/b")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12))
@example("faß")
@example("☃")
@example("İ")
@example("１２７.0.0.1")
def test_who_is_checked_is_who_is_connected_to(name):
    """The name that rules and origins compare is the one that the fetcher looks up."""
    uri = f"https://{name}.example/"
    try:
        checked = host_of(uri)
    except InvalidInput:
        return
    try:
        connected = URL(uri).raw_host
    except ValueError:
        return  # never asked
    assert connected is not None
    assert checked == connected.rstrip(".")
