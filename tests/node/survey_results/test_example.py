"""The surveys of the example village tell something, and say that they are examples."""

from __future__ import annotations

from node.example_survey import seed_surveys
from node.gatherings.service import local_today
from node.surveys.models import Survey


def test_the_example_surveys_are_made_once_and_marked(site):
    with site.runtime.database.session() as session:
        for _ in range(2):
            seed_surveys(session, site.settings, local_today())
        session.commit()
        surveys = session.query(Survey).order_by(Survey.ends_on).all()
        assert [survey.example_data for survey in surveys] == [True, True]
        last = surveys[-1].id
    page = site.get("board", f"/cijfers/uitslagen/{last}").text
    assert "Voorbeeldgegevens" in page
    assert "is eenzaam." in page
    assert "Door de jaren heen" in page
    assert "duidelijk" in page
