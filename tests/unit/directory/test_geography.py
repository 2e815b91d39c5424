from __future__ import annotations

from pathlib import Path

import pytest

from bot.base.errors import ContentError, PlaceNotFound, PostcodeNotFound
from bot.directory.directory import Directory
from bot.directory.geography import (
    Geography,
    Postcode,
    attribution,
    distance_km,
    load_centroids,
    miles,
    parse_postcode,
    without_incodes,
)
from bot.directory.loader import load_places
from bot.directory.model import Point
from tests.unit.directory.conftest import CONTENT


@pytest.fixture
def geography(content: Path) -> Geography:
    return Geography(load_centroids(content / "geo" / "outcode_centroids_gb.csv"), load_places(content / "areas"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SS3 9AA", "SS3 9AA"),
        ("ss39aa", "SS3 9AA"),
        ("  sw1a   1aa. ", "SW1A 1AA"),
        ("my postcode is w1a 0ax thanks", "W1A 0AX"),
        ("SS٣ ٩AA", "SS3 9AA"),
        ("SSO 9AA", "SS0 9AA"),
        ("ss3 oaa", "SS3 0AA"),
        ("EI 6AN", "E1 6AN"),
        ("bd1", "BD1"),
        ("EC1A", "EC1A"),
    ],
)
def test_understands_a_postcode_in_any_common_form(text: str, expected: str) -> None:
    assert str(parse_postcode(text)) == expected


@pytest.mark.parametrize("text", ["", "Shoebury", "12345", "SS3 9CI", "boiled", "in SS3 on Monday", "🙂", "AAA1 1AA"])
def test_other_texts_are_no_postcode(text: str) -> None:
    assert parse_postcode(text) is None


def test_a_full_postcode_is_put_at_the_middle_of_its_outcode(geography: Geography) -> None:
    place = geography.place("ss39aa")
    assert (place.name, place.area) == ("SS3 9AA", "seatown")
    assert place.point == geography.place("SS3").point
    assert distance_km(place.point, Point(51.533, 0.79)) < 3


def test_an_outcode_is_found_among_a_few_words(geography: Geography) -> None:
    assert geography.place("near SS3 please").name == "SS3"


def test_a_place_outside_all_areas_has_a_point_and_no_area(geography: Geography) -> None:
    assert geography.place("M1 1AA").area is None


@pytest.mark.parametrize("text", ["ZZ9 9ZZ", "ZZ9", "in ZZ9 maybe", "BT1 1AA"])
def test_says_when_a_well_formed_postcode_is_unknown(geography: Geography, text: str) -> None:
    with pytest.raises(PostcodeNotFound):
        geography.place(text)


@pytest.mark.parametrize("text", ["", "   ", "!?", "Atlantis", "abc", "👶"])
def test_says_when_a_place_is_unknown(geography: Geography, text: str) -> None:
    with pytest.raises(PlaceNotFound) as raised:
        geography.place(text)
    assert not isinstance(raised.value, PostcodeNotFound)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("shoebury", "Shoeburyness"),
        ("SHOEBURYNESS", "Shoeburyness"),
        ("Shoeburynes", "Shoeburyness"),
        ("شوبري", "Shoeburyness"),
        ("شوبرى", "Shoeburyness"),
        ("in leigh on sea, please", "Leigh-on-Sea"),
        ("Kings Heath", "King's Heath"),
        ("King’s Heath", "King's Heath"),
        ("seatown", "Seatown"),
        ("Maninghamm", "Manningham"),
    ],
)
def test_finds_neighbourhoods_whatever_the_spelling_or_script(geography: Geography, text: str, name: str) -> None:
    assert geography.place(text, "seatown").name == name


def test_the_parents_own_area_goes_first(geography: Geography) -> None:
    assert geography.place("Leigh-on-Sea", "seatown").area == "seatown"
    assert geography.place("Leigh-on-Sea", "hilltown").area == "hilltown"
    assert geography.place("Leigh-on-Seaa", "hilltown").area == "hilltown"
    assert geography.place("Manningham", "seatown").area == "hilltown"


def test_a_place_may_be_a_point(geography: Geography) -> None:
    assert geography.place("pier end").point == Point(51.51, 0.72)
    assert geography.place("Seatown").point == Point(51.54, 0.71)


def test_a_neighbourhood_of_an_unknown_outcode_is_not_found(geography: Geography) -> None:
    with pytest.raises(PostcodeNotFound):
        geography.place("Nowhere")


def test_says_which_area_an_outcode_or_postcode_belongs_to(geography: Geography) -> None:
    assert geography.area_of("SS3") == "seatown"
    assert geography.area_of("ss3 9aa") == "seatown"
    assert geography.area_of("M1") is None
    assert geography.area_of("not one") is None


def test_full_postcodes_are_more_exact_where_such_data_is_installed(content: Path) -> None:
    exact = Point(51.5, 0.8)
    geography = Geography(load_centroids(content / "geo" / "outcode_centroids_gb.csv"), (), lambda p: exact if p == "SS3 9AA" else None)
    assert geography.place("ss39aa").point == exact
    assert geography.place("SS3 9AB").point != exact
    assert geography.centroid_of_postcode("SS3 9AA") == exact
    assert geography.centroid_of_postcode("no postcode") is None


def test_the_shipped_table_holds_all_outcodes_of_great_britain() -> None:
    assert len(load_centroids(CONTENT / "geo" / "outcode_centroids_gb.csv")) == 2863


@pytest.mark.parametrize("text", [None, "outcode\nSS3\n", "outcode,latitude,longitude\nSS3,x,1\n", "outcode,latitude,longitude\nSS3\n"])
def test_a_broken_table_names_the_file(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "table.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"table\.csv"):
        load_centroids(path)


def test_whose_data_it_is_can_be_shown() -> None:
    shown = attribution(CONTENT)
    assert shown.startswith("Contains Ordnance Survey data © Crown copyright")
    assert "Royal Mail data © Royal Mail copyright" in shown
    assert "National Statistics data © Crown copyright" in shown


def test_a_missing_licence_notice_is_an_error(content: Path) -> None:
    (content / "geo" / "LICENCE.txt").write_text("nothing\n", encoding="utf-8")
    with pytest.raises(ContentError, match="says nothing"):
        attribution(content)
    (content / "geo" / "LICENCE.txt").unlink()
    with pytest.raises(ContentError, match="missing"):
        attribution(content)


def test_distances_are_great_circles_in_kilometres() -> None:
    london, paris = Point(51.5074, -0.1278), Point(48.8566, 2.3522)
    assert distance_km(london, paris) == pytest.approx(343.6, abs=1)
    assert distance_km(london, london) == 0


@pytest.mark.parametrize(
    ("km", "shown"), [(0, "0.5"), (0.3, "0.5"), (1.6, "1"), (2.4, "1.5"), (4.8, "3"), (5.5, "3"), (8.1, "5"), (400, "249")]
)
def test_miles_are_rounded_kindly(km: float, shown: str) -> None:
    assert miles(km) == shown


def test_a_postcode_is_written_with_one_blank() -> None:
    assert (str(Postcode("SS3", "9AA")), str(Postcode("SS3"))) == ("SS3 9AA", "SS3")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("What is on near SS3 9AA?", "What is on near SS3?"),
        ("ss39aa", "ss3"),
        ("SE1 0AA and SW1A-1AA", "SE1 and SW1A"),
        ("قريب من SS٣ ٩AA", "قريب من SS٣"),
        ("SS3 OAA", "SS3"),
        ("groups for a 1 to 2yr old at 3pm, SS3", "groups for a 1 to 2yr old at 3pm, SS3"),
        ("U5 3pm", "U5 3pm"),
    ],
)
def test_of_a_typed_postcode_only_its_first_half_is_left(typed: str, kept: str) -> None:
    assert without_incodes(typed) == kept


def test_a_point_far_from_its_postcode_is_not_believed(directory: Directory) -> None:
    middle = directory.geography.centroid_of_postcode("SS3")
    near, sea = Point(51.54, 0.79), Point(53.6, 1.2)
    believed = directory.geography.believed
    assert (believed(near, "SS3 9AA"), believed(sea, "SS3 9AA"), believed(None, "SS3 9AA")) == (near, middle, middle)
    assert (believed(sea, None), believed(sea, "ZZ99 9ZZ"), believed(None, None)) == (sea, sea, None)


def test_a_feed_of_wrong_points_does_not_have_every_outcode_looked_at(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []

    def noted(one: Point, other: Point) -> float:
        looked_at.append(one)
        return distance_km(one, other)

    monkeypatch.setattr("bot.directory.geography.distance_km", noted)
    directory.geography.believed(Point(53.6, 1.2), "SS3 9AA")
    assert len(looked_at) == 2, "how far the postcode's middle is says enough"
    looked_at.clear()
    assert directory.geography.outcode_at(Point(51.54, 0.79)) == "SS3"
    assert 0 < len(looked_at) < 100, "of 2,863"


def test_a_point_that_is_nearest_to_two_outcodes_lies_in_the_first_of_the_alphabet() -> None:
    known = {"ZZ2": Point(52.0, 0.1), "ZZ1": Point(52.0, -0.1), "ZZ3": Point(52.2, 0.0)}
    assert Geography(known, ()).outcode_at(Point(52.0, 0.0)) == "ZZ1"


@pytest.mark.parametrize(
    ("area", "typed", "name"),
    [
        ("blackpool", "fleetwood", "Fleetwood"),
        ("blackpool", "Cleveleys", "Cleveleys"),
        ("blackpool", "lytham st annes", "Lytham"),
        ("blackpool", "thornton", "Thornton"),
        ("bradford", "thornton", "Thornton"),
        ("bradford", "keighly", "Keighley"),
        ("bradford", "bingley", "Bingley"),
        ("nottingham", "beeston", "Beeston"),
        ("southend", "rochford", "Rochford"),
        ("southend", "leigh", "Leigh-on-Sea"),
        ("lambeth", "peckham", "Peckham"),
    ],
)
def test_towns_around_an_area_are_known(area: str, typed: str, name: str) -> None:
    geography = Geography(load_centroids(CONTENT / "geo" / "outcode_centroids_gb.csv"), load_places(CONTENT / "areas"))
    found = geography.place(typed, area)
    assert (found.name, found.area) == (name, area)
