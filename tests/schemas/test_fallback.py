"""The HTML for other software: escaped, bounded, and never more than they keep."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from schemas import fallback

URL = "https://dorp.example/verhalen/1"
ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<a href='javascript:alert(1)'>x</a>",
    "</p><iframe src=//x>",
    "&lt;script&gt;",
    "<svg/onload=alert(1)>",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_people_type_never_becomes_markup(attack):
    parts = [
        fallback.paragraph(attack),
        fallback.heading(attack),
        fallback.bullets([attack]),
        fallback.facts([(attack, attack)]),
    ]
    html = fallback.page(parts, fallback.link_back(attack, attack, URL))
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= fallback.TAGS
    assert re.findall(r"<\w+ [^>]*>", html) == [f'<a href="{URL}">']


@given(st.lists(st.text(max_size=300), max_size=8), st.text(max_size=80))
def test_only_our_own_tags_are_in_it(texts, name):
    html = fallback.page([fallback.paragraph(text) for text in texts], fallback.link_back("", name, URL))
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= fallback.TAGS
    assert html.count("<a ") == 1


def test_an_address_that_is_no_web_address_leads_nowhere():
    ending = Markup("<p><a href='javascript:alert(1)'>x</a></p>")
    assert "javascript" not in fallback.page([], ending)


def test_a_long_text_is_cut_by_whole_parts_and_keeps_its_link():
    parts = [fallback.paragraph(f"{number} " + "woord " * 200) for number in range(100)]
    html = fallback.page(parts, fallback.link_back("Lees verder:", "Een lang verhaal", URL))
    assert len(html) <= fallback.MOST_HTML
    assert html.startswith("<p>0 ")
    assert html.count("<p>") == html.count("</p>")
    assert html.endswith(f'<a href="{URL}">Een lang verhaal</a></p>')


def test_the_beginning_of_a_text_is_cut_at_a_word():
    assert fallback.lead("Kort.\n\nEn meer.") == "Kort."
    assert fallback.lead("") == ""
    cut = fallback.lead("woord, " * 100, 50)
    assert len(cut) <= 51
    assert cut.endswith("woord…")


def test_a_summary_is_text_that_reads_the_same_as_html():
    assert fallback.plain("1 < 2 & <b>vet</b>") == "1 &lt; 2 &amp; &lt;b&gt;vet&lt;/b&gt;"
