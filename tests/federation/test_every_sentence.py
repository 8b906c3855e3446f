"""The rules of the gate and of the fetcher, sentence by sentence, and the tests that show each.

A rule without a test, or a test that was renamed, fails here.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from federation.receiving.refusals import KINDS
from federation.signatures.policy import WrongClock
from schemas.errors import BadSignature
from tests.architecture.sources import modules

HERE = Path(__file__).parent

GATE = {
    "Cheapest check first, in this order": [
        "test_gate_order.py::test_it_is_refused_by_the_first_check_and_pays_for_no_later_one"
    ],
    "At most 256 kB are read of a POST, while streaming": [
        "test_web.py::test_bodies_are_bounded_whatever_is_said_of_their_length",
        "test_gate_order.py::test_an_oversized_body_of_a_blocked_host_costs_no_statement_in_the_whole_application",
    ],
    "At most 1 MB is read of a fetched document": [
        "test_fetch.py::test_an_answer_is_never_larger_than_a_megabyte"
    ],
    "Only the two media types, also after redirects": [
        "test_gate.py::test_only_the_two_media_types_are_read",
        "test_fetch.py::test_only_activity_json_is_read_also_after_a_redirect",
    ],
    "An object, unique keys, depth 16, arrays of 100, 50 tags, one type or one of our pairs": [
        "test_gate.py::test_what_cannot_be_read_without_doubt_is_refused",
        "test_incidents.py::test_cve_2026_23962_arrays_have_an_end",
    ],
    "A farewell of an actor we never knew is forgotten before any fetch": [
        "test_gate.py::test_the_farewell_of_a_stranger_is_forgotten_without_asking_anybody",
        "test_gate_order.py::test_a_storm_of_farewells_costs_a_look_each_and_leaves_nothing",
    ],
    "Who is suspended is refused, and strangers may only ask": [
        "test_gate.py::test_who_is_blocked_may_not_even_ask",
        "test_gate.py::test_a_stranger_may_only_ask_to_follow",
    ],
    "One scheme: never both, never neither": ["test_gate_signatures.py::test_nobody_vouches_for"],
    "draft-cavage covers target, host, a time and the digest": [
        "test_gate_signatures.py::test_a_valid_signature_over_too_little_or_at_the_wrong_time_is_refused"
    ],
    "Unquoted created, spaces after commas, hs2019": [
        "test_gate_signatures.py::test_all_the_ways_in_which_good_software_signs"
    ],
    "RFC 9421 covers method, target and digest, with created": [
        "test_gate_signatures.py::test_a_valid_signature_over_too_little_or_at_the_wrong_time_is_refused"
    ],
    "Several signatures, a missing alg and either set of components are accepted": [
        "test_signatures_together.py::test_one_valid_signature_among_several_is_enough",
        "test_gate_signatures.py::test_two_signatures_and_the_one_with_our_key_counts",
        "test_gate_signatures.py::test_all_the_ways_in_which_good_software_signs",
    ],
    "Malformed headers are 401, never 500": [
        "test_web.py::test_malformed_headers_are_401_never_500",
        "../fuzz/test_inbox.py::test_any_signature_header_is_401_and_leaves_nothing",
    ],
    "Five minutes of skew, an hour of age": ["test_gate_clocks.py::test_a_signature_counts_for_an_hour"],
    "An alarm when the clock of a good peer is off, and of nobody else": [
        "test_gate_clocks.py::test_a_peer_with_a_wrong_clock_is_noted_until_its_clock_is_right",
        "test_gate_clocks.py::test_nobody_else_raises_an_alarm_about_a_clock",
    ],
    "The digest that is checked is the one that is covered": [
        "test_gate_signatures.py::test_nobody_vouches_for",
        "test_every_listener.py::test_it_is_refused_for_its_own_reason_and_leaves_no_trace",
    ],
    "The algorithm is that of the key": [
        "test_gate_signatures.py::test_a_valid_signature_over_too_little_or_at_the_wrong_time_is_refused"
    ],
    "RSA of 2048 to 4096 bits with exponent 65537, or Ed25519": [
        "test_signatures_together.py::test_keys_of_other_sizes_and_kinds_are_not_taken"
    ],
    "A key that fails and is older than an hour is fetched once more": [
        "test_key_fetching.py::test_an_old_key_that_fails_is_fetched_again_once"
    ],
    "A failed fetch is not repeated for 5 to 60 minutes": [
        "test_key_fetching.py::test_a_key_that_cannot_be_had_is_not_asked_for_again_soon",
        "test_key_fetching.py::test_pauses_grow_and_are_forgotten",
    ],
    "One fetch in flight per key": [
        "test_key_fetching.py::test_many_messages_with_one_unknown_key_cause_one_fetch",
        "test_incidents.py::test_a_fetch_that_died_with_its_process_blocks_nobody_for_long",
    ],
    "A rate per host": [
        "test_key_fetching.py::test_a_host_is_not_asked_for_many_keys_in_a_minute",
        "test_incidents.py::test_all_strangers_together_have_a_rate",
    ],
    "The key's owner lists the key in its own document": [
        "test_key_fetching.py::test_what_a_key_says_of_its_owner_proves_nothing",
        "test_key_fetching.py::test_a_key_whose_owner_is_elsewhere_is_refused",
    ],
    "The actor is the owner, and ids have its origin": ["test_gate.py::test_an_actor_speaks_for_itself_only"],
    "Origins are compared after one normalisation": [
        "test_incidents.py::test_one_origin_written_in_other_ways_is_one_origin",
        "test_incidents.py::test_cve_2026_28432_addresses_that_look_alike_are_not_of_one_origin",
    ],
    "One row, then 202; a replay has no effect": [
        "test_gate.py::test_a_well_signed_message_is_kept_once_and_a_replay_changes_nothing",
        "test_signatures_together.py::test_a_copy_that_comes_after_its_row_was_forgotten_is_too_old",
    ],
    "With a cached key: no fetch": ["test_gate_signatures.py::test_a_known_key_needs_no_fetch"],
    "No LD signatures": ["test_incidents.py::test_cve_2022_24307_an_ld_signature_vouches_for_nothing"],
    "No JSON-LD processing, no context fetched": [
        "test_incidents.py::test_cve_2026_46349_rearranged_json_ld_is_not_read",
        "test_incidents.py::test_no_context_is_ever_fetched",
    ],
}

FETCHER = {
    "https only": ["test_fetch.py::test_plain_http_and_loopback_are_refused_unless_switched_on"],
    "Every address is a public one": [
        "test_fetch.py::test_addresses_where_we_do_not_connect",
        "test_fetch.py::test_one_private_address_among_public_ones_is_enough",
    ],
    "The checked address is the one that is connected to": [
        "test_incidents.py::test_a_name_is_resolved_once_and_its_address_is_the_one_that_is_used",
        "test_fetch.py::test_the_socket_itself_is_guarded",
    ],
    "At most three redirects, each checked, none twice": [
        "test_fetch.py::test_redirects_end",
        "test_fetch.py::test_a_circle_of_redirects_is_seen",
        "test_fetch.py::test_a_redirect_leads_nowhere_private",
    ],
    "No signature goes to another host": [
        "test_fetch.py::test_the_signature_of_our_server_goes_along_but_not_to_another_host"
    ],
    "Ten seconds in all": ["test_fetch.py::test_a_slow_server_is_left"],
    "A document counts at the address that it names": [
        "test_fetch.py::test_a_document_counts_only_at_the_address_it_names",
        "test_fetch.py::test_an_id_that_leads_on_and_on_is_given_up",
    ],
    "One fetcher for all": ["test_incidents.py::test_there_is_one_fetcher"],
    "Collections have 20 pages and 1,000 items of one origin": [
        "test_budget.py::test_an_endless_collection_is_given_up",
        "test_budget.py::test_a_collection_does_not_go_round_nor_elsewhere",
    ],
    "A budget travels: 30 requests, 3 actors, 10 steps": [
        "test_budget.py::test_the_budget_travels_with_the_activity_through_its_jobs",
        "test_budget.py::test_one_that_has_spent_its_requests_asks_nothing_more",
        "test_budget.py::test_no_activity_takes_more_steps_than_ten",
    ],
    "Every record of others expires": [
        "test_budget.py::test_what_a_stranger_makes_us_keep_is_forgotten",
        "test_budget.py::test_counts_and_claims_of_fetches_end",
    ],
    "Origin confusion": [
        "test_key_fetching.py::test_what_a_key_says_of_its_owner_proves_nothing",
        "test_incidents.py::test_cve_2025_54888_origin_confusion_by_what_a_message_carries",
    ],
    "Media types": ["test_incidents.py::test_cve_2024_25623_what_a_visitor_uploaded_is_not_a_document"],
    "SSRF": [
        "test_incidents.py::test_cve_2024_39687_ssrf_by_redirect",
        "test_incidents.py::test_cve_2025_23221_ssrf_by_webfinger",
        "test_incidents.py::test_ssrf_by_nodeinfo",
    ],
    "Key-fetch amplification": ["test_incidents.py::test_cve_2026_34148_many_unknown_keys_cause_few_fetches"],
    "ReDoS": [
        "test_incidents.py::test_cve_2025_68475_hostile_html_takes_no_more_than_other_html",
        "../fuzz/test_inbox.py::test_no_header_makes_a_reader_go_back_and_forth",
    ],
    "An unapproved subscriber": ["test_incidents.py::test_cve_2026_27468_nobody_subscribes_unseen"],
    "Fork and thread bombs": [
        "test_incidents.py::test_a_flood_of_unknown_keys_starts_no_threads_and_leaves_room"
    ],
}

ERRORS = {"BadSignature", "InvalidInput", "NotAllowed", "TryLater", "WrongClock"}

RULES = [(rule, test) for table in (GATE, FETCHER) for rule, tests in table.items() for test in tests]


@cache
def _tests_in(name: str) -> set[str]:
    tree = ast.parse((HERE / name).resolve().read_text())
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize(("rule", "test"), RULES, ids=[f"{rule}: {test}" for rule, test in RULES])
def test_each_rule_has_its_test(rule, test):
    name, _, function = test.partition("::")
    assert function in _tests_in(name), rule


def test_each_word_for_a_refusal_is_stated_and_used():
    """The table of reasons and the code say the same, in both directions."""
    used = set()
    for path in modules("federation"):
        for each in ast.walk(ast.parse(path.read_text())):
            used |= _kinds(each)
    used.add(WrongClock("", 0).kind)
    assert used == set(KINDS)


def _kinds(each: ast.AST) -> set[str]:
    """The words in a call that makes an error."""
    if not isinstance(each, ast.Call) or not isinstance(each.func, ast.Name):
        return set()
    given: list[ast.expr] = []
    if each.func.id in ERRORS:
        given = [word.value for word in each.keywords if word.arg == "kind"]
        if each.func.id == "BadSignature" and not given:
            return {BadSignature("").kind}
    if each.func.id == "_unreadable":
        given = each.args[1:]
    return {str(value.value) for value in given if isinstance(value, ast.Constant)}
