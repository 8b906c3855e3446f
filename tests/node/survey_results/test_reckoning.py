"""The whole table of any answers: what is in it is of enough people, and rounded."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.disclosure.rules import nearest
from node.survey_results.measures import measures_of
from node.survey_results.people import Audience
from node.survey_results.reckoning import MOST_SPREAD, reckon
from node.surveys.background import AGE_BANDS, SEX_ANSWERS, SEXES
from node.surveys.catalogue import CATALOGUE
from node.surveys.instruments import Asked, choice
from node.surveys.responses import Response
from tests.node.surveys.conftest import GROUP

OWN = Asked("own", "", "", (choice("own.1", "Komt u op de markt?", "Ja", "Soms", "Nee"),))
PARTS = [Asked(code, code, "", CATALOGUE[code].items) for code in ("life", "cohesion6", "djg6")] + [OWN]
MEASURES = measures_of(PARTS, "cbs")
VILLAGE = Audience(
    AGE_BANDS, SEXES, {(band, sex): count for band, of in GROUP.items() for sex, count in of.items()}
)
answers_ = st.fixed_dictionaries(
    {
        item.id: st.sampled_from([None, *[each.value for each in item.answers]])
        for part in PARTS
        for item in part.items
    }
)
kinds_ = st.lists(
    st.tuples(
        answers_,
        st.sampled_from([*AGE_BANDS, None]),
        st.sampled_from([*SEX_ANSWERS, None]),
        st.integers(1, 25),
    ),
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(kinds=kinds_)
def test_whatever_is_told_is_of_enough_people(kinds):
    given_ = [Response(answers, age, sex) for answers, age, sex, count in kinds for _ in range(count)]
    table = reckon(MEASURES, given_, VILLAGE)
    for measure, told in zip(MEASURES, table["measures"], strict=True):
        scored = [(each, score) for each in given_ if (score := measure.score(each)) is not None]
        assert told["number"] == (nearest(len(scored), 5) if len(scored) >= 5 else None)
        if told["mean"]:
            assert len(scored) >= 30
            assert len(scored) - max(Counter(score for _, score in scored).values()) >= 10
            assert measure.lowest <= told["mean"]["value"] <= measure.highest
        counts = Counter(measure.class_of(score) for _, score in scored) if measure.classes else {}
        for row in told["classes"]:
            if row["value"] is not None:
                assert 10 <= counts[row["code"]] <= len(scored) - 10
        hidden = [counts[row["code"]] for row in told["classes"] if row["value"] is None]
        if 0 < len(hidden) < len(told["classes"]):
            assert len(hidden) > 1
            assert sum(hidden) >= 10
        for row in told["groups"]:
            field = "age_band" if row["kind"] == "age" else "sex"
            inside = [score for each, score in scored if getattr(each, field) == row["code"]]
            few = MOST_SPREAD * len(scored)  # so many silent may have been put with it
            if row["mean"]:
                assert len(inside) + few >= 30
            if row["cut"]:
                hits = sum(measure.is_hit(score) for score in inside)
                assert hits + few >= 10
                assert len(inside) - hits + few >= 10
                assert told["cut"]["value"] is not None


def test_the_subscales_are_classed_by_the_rule_that_the_survey_keeps():
    parts = [Asked("djg6", "", "", CATALOGUE["djg6"].items)]
    codes = {rule: [code for code, _ in measures_of(parts, rule)[1].classes] for rule in ("cbs", "manual")}
    assert codes == {"cbs": ["none", "some", "strong"], "manual": ["none", "some"]}
