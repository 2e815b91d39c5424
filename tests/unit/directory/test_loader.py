from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.base.errors import ContentError
from bot.directory.categories import load_categories
from bot.directory.geography import Geography, load_centroids
from bot.directory.loader import load_places, load_services
from bot.directory.model import Point, Service
from tests.unit.directory.conftest import CONTENT, FACTS, SERVICES

ENTRY = """- id: seatown_one
  name: One
  topics: [find_family_hub]
  status: open
  offered: true
  facts: {phone: friars_phone}
  source: seatown.example
  checked_on: 2026-11-22
  review_by: 2027-05-22
  min_age_months: 0
  max_age_months: 59
"""


def load(content: Path, text: str, facts: dict[str, str] | None = None) -> list[Service]:
    path = content / "areas" / "seatown" / "services.yml"
    path.write_text(text, encoding="utf-8")
    geography = Geography(load_centroids(content / "geo" / "outcode_centroids_gb.csv"), ())
    topics = load_categories(content / "directory" / "categories.yml").topics
    return load_services(path, FACTS if facts is None else facts, frozenset(FACTS), topics, geography)


def test_reads_a_service_with_the_facts_that_may_be_stated(content: Path) -> None:
    friars, old = load(content, SERVICES)
    assert (friars.area, friars.phone, friars.opening) == ("seatown", "0300 123 4567", None)
    assert (friars.kind, friars.for_whom) == ("place", "Families with small children")
    assert (friars.checked_on, friars.review_by) == (date(2026, 11, 22), date(2027, 5, 22))
    assert (old.status, old.offered, old.successor) == ("ended", False, "seatown_friars_family_centre")


def test_an_address_with_a_postcode_gets_a_point(content: Path) -> None:
    friars, old = load(content, SERVICES)
    assert friars.point is not None
    assert old.point is None


def test_an_overdue_fact_is_left_out_of_the_card(content: Path) -> None:
    friars = load(content, SERVICES, facts={})[0]
    assert (friars.phone, friars.address, friars.point) == (None, None, None)


def test_services_of_a_fictional_area_say_so(content: Path) -> None:
    area = content / "areas" / "seatown" / "area.yml"
    area.write_text(area.read_text(encoding="utf-8").replace("fictional: false", "fictional: true"), encoding="utf-8")
    assert all(service.fictional for service in load(content, SERVICES))


def test_an_empty_file_holds_no_services(content: Path) -> None:
    assert load(content, "") == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  name: One\n", "", "`name` is missing"),
        ("  source: seatown.example\n", "", "`source` is missing"),
        ("status: open", "status: closed", "status 'closed'"),
        ("status: open", "status: unknown", "offered, but not open"),
        ("[find_family_hub]", "[find_fun]", "no topic find_fun"),
        ("[find_family_hub]", "find_family_hub", "topics is not a list"),
        ("checked_on: 2026-11-22", "checked_on: last week", "checked_on is not a date"),
        ("review_by: 2027-05-22", "review_by: soon", "review_by is not a date"),
        ("max_age_months: 59", "max_age_months: five", "an age of 'five'"),
        ("max_age_months: 59", "max_age_months: -1", "an age of -1"),
        ("max_age_months: 59", "max_age_months: true", "an age of True"),
        ("min_age_months: 0", "min_age_months: 60", "highest age is below"),
        ("friars_phone", "no_such_fact", "no fact no_such_fact"),
        ("phone: friars_phone", "fax: friars_phone", "there is no fax"),
        ("{phone: friars_phone}", "friars_phone", "facts is not a mapping"),
    ],
)
def test_a_broken_entry_names_file_line_and_remedy(content: Path, old: str, new: str, problem: str) -> None:
    assert old in ENTRY
    with pytest.raises(ContentError, match=r"services\.yml:1: seatown_one: .*What to do:") as raised:
        load(content, ENTRY.replace(old, new))
    assert problem in raised.value.problem


def test_an_id_that_stands_twice_names_the_second_line(content: Path) -> None:
    with pytest.raises(ContentError, match="stands twice") as raised:
        load(content, ENTRY + ENTRY)
    assert raised.value.line == 1 + len(ENTRY.splitlines())


@pytest.mark.parametrize("text", ["- name: Nameless\n", "- just words\n"])
def test_an_entry_without_an_id_is_an_error(content: Path, text: str) -> None:
    with pytest.raises(ContentError, match="without `id`"):
        load(content, text)


def test_a_file_that_is_no_list_is_an_error(content: Path) -> None:
    with pytest.raises(ContentError, match="not a list"):
        load(content, "services: {}\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("outcodes: [SS0]\nplaces: [{name: Leigh, outcode: SS9}]\n", "place Leigh"),
        ("outcodes: [SS0]\nplaces: [{outcode: SS0}]\n", "outcode"),
        ("outcodes: [SS0]\nplaces: [Leigh]\n", "place Leigh"),
        ("- one\n- two\n", "not a mapping"),
    ],
)
def test_a_broken_place_is_an_error(content: Path, text: str, problem: str) -> None:
    (content / "areas" / "seatown" / "area.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=problem):
        load_places(content / "areas")


def test_places_are_known_by_their_folded_names(content: Path) -> None:
    seatown = next(area for area in load_places(content / "areas") if area.id == "seatown")
    assert seatown.names["leigh on sea"] == ("Leigh-on-Sea", "SS0")
    assert seatown.names["pier end"] == ("Pier End", Point(51.51, 0.72))


def test_an_area_without_places_is_fine(content: Path) -> None:
    (content / "areas" / "seatown" / "area.yml").write_text("", encoding="utf-8")
    assert [area.id for area in load_places(content / "areas")] == ["borsetshire", "hilltown", "seatown"]


def test_the_shipped_areas_can_be_read() -> None:
    areas = {area.id for area in load_places(CONTENT / "areas")}
    assert areas >= {"blackpool", "bradford", "lambeth", "nottingham", "southend", "borsetshire"}
