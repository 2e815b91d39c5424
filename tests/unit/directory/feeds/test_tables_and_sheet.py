"""HSDS tables, the volunteer's sheet, and the property that no dirt ever stops an import."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.base.errors import ContentError
from bot.directory.feeds.dialects import to_version_3, weekday
from bot.directory.feeds.fetch import Limits
from bot.directory.feeds.places import name_of, opened
from bot.directory.feeds.sheet import COLUMNS, Sheet
from bot.directory.feeds.source import Scan, nothing_known
from bot.directory.feeds.tables import TableFolder
from bot.directory.model import Service
from bot.directory.open_referral import FeedReader, UnusableError
from bot.directory.store import record_of, service_of
from tests.unit.directory.conftest import CONTENT
from tests.unit.directory.feeds.conftest import DATA, FEED, Imports


def services(reader: FeedReader, source: Any) -> tuple[list[Service], Scan]:
    scan = Scan()
    listed = [one for batch in source.batches(scan, nothing_known) for one in batch.listed]
    return [reader.read(to_version_3(one.record)) for one in listed if one.record], scan


def test_the_official_tables_of_version_3(reader: FeedReader) -> None:
    found, scan = services(reader, TableFolder(DATA / "oruk_examples_csv"))
    assert scan.complete
    service = found[0]
    assert (service.name, service.organisation, service.phone) == ("Community Counselling", "Example Organization Inc.", "01234 234567")
    assert (service.min_age_months, service.max_age_months, service.cost_pence) == (144, None, 3500)
    assert service.address == "1-30 Main Street, MyCity"
    assert service.access[0].startswith("The building is equipped")
    assert (service.schedules[0].byday, service.schedules[0].opens_at) == (("TH", "FR"), time(10))


def test_the_tables_of_version_1_1(reader: FeedReader) -> None:
    found, scan = services(reader, TableFolder(DATA / "hsds_csv_sample"))
    by_name = {service.name: service for service in found}
    assert (scan.complete, len(found)) == (True, 23)
    library = by_name["Redwood Shores Branch"]
    assert (library.organisation, library.address, library.status) == (
        "Redwood City Public Library",
        "399 Marine Parkway., Redwood City",
        "open",
    )
    assert library.latitude is None  # California is not in Great Britain
    assert by_name["Service with blank fields"].status == "ended"
    photos = by_name["Passport Photos"]
    assert [(one.byday, one.opens_at, one.closes_at) for one in photos.schedules] == [
        (("MO",), time(8), time(12)), (("MO",), time(14), time(16)), (("WE",), time(10), time(15)),
    ]  # fmt: skip
    assert photos.languages == ("es",)
    assert "Fotos para pasaportes" in photos.also_called
    assert len(by_name["Example Service Name"].schedules) == 7


def test_the_official_example_of_schedules_is_the_same_in_both_forms(reader: FeedReader, tmp_path: Path) -> None:
    for name in ("services.csv", "schedules.csv"):
        (tmp_path / name).write_bytes((DATA / "hsds_schedule_examples" / name).read_bytes())
    tables, _scan = services(reader, TableFolder(tmp_path))
    with opened(str(DATA / "hsds_schedule_examples" / "services.json").removesuffix("/services.json"), Limits()) as source:
        assert isinstance(source, TableFolder)
    assert [one.byday for one in tables[0].schedules] == [("MO", "TU", "WE", "TH"), ("MO", "TU", "WE", "TH"), ("1SA",)]
    assert tables[0].schedules[2].until == date(2020, 11, 7)


@pytest.mark.parametrize(
    ("row", "days"),
    [("r1,,,a1,4,10:00", [("TH",)]), ("r1,,l1,,1,09:00", [("MO",)]), ("r1,s1,,,2,09:00", [("TU",)]), ("r1,s1,,a1,3,09:00", [("WE",)])],
)
def test_times_of_version_1_1_are_found_by_whatever_they_belong_to(reader: FeedReader, tmp_path: Path, row: str, days: list[Any]) -> None:
    tables = {
        "services": "id,name,status\ns1,Toddler Time,active\n",
        "locations": "id,name\nl1,Hall\n",
        "service_at_location": "id,service_id,location_id\na1,s1,l1\n",
        "regular_schedule": f"id,service_id,location_id,service_at_location_id,weekday,opens_at\n{row}\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    (service,), _scan = services(reader, TableFolder(tmp_path))
    assert [one.byday for one in service.schedules] == days


def test_a_broken_table_among_others_is_noted_and_the_scan_is_not_whole(reader: FeedReader, tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text("id,name,status\n1,Toddler Time,active\n", encoding="utf-8")
    (tmp_path / "phones.csv").write_text('id,service_id,number\n1,1,"0117' + "9" * 21_000_000, encoding="utf-8")
    found, scan = services(reader, TableFolder(tmp_path))
    assert ([one.name for one in found], scan.complete) == (["Toddler Time"], False)
    assert "phones.csv could not be read" in scan.notes[0]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", ""])
def test_a_folder_without_services_in_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "services.csv").write_text(text, encoding="utf-8")
    source = TableFolder(tmp_path)
    if text:
        with pytest.raises(ContentError, match="no columns"):
            list(source.batches(Scan(), nothing_known))
    (tmp_path / "services.csv").unlink()
    with pytest.raises(ContentError, match=r"no services\.csv"):
        list(source.batches(Scan(), nothing_known))


SHEET = """Name,Provider,Day,Start time,Ends,How often,Price,Booking,Postcode,Age from,Age to,Languages,Term time only,Checked
Toddler Time,Library,Thursday,10am,11:00,every week,£2.50 a child,No need to book,HP21 7EB,1,4,"Polish, Urdu",yes,24/11/2026
,,Saturday,9.30am,11:00,every second week,,,,,,,,
Baby Café,Hub,first Monday,13:00,15:00,monthly,Free,Book by phone,HP21 7AA,0,1,,,
Dads,Hub,"Monday, Wednesday and Fridays",18:00,19:00,,,,,,,,,
,,Someday,,,,,,,,,,,
"""


def test_the_volunteers_sheet(reader: FeedReader, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    for encoding in ("utf-8-sig", "cp1252"):
        path.write_bytes(SHEET.encode(encoding))
        found, scan = services(reader, Sheet(path))
        toddlers, cafe, dads = found
        assert (cafe.name, scan.complete) == ("Baby Café", True)
        assert [(one.byday, one.interval, one.opens_at, one.term_time_only) for one in toddlers.schedules] == [
            (("TH",), 1, time(10), True), (("SA",), 2, time(9, 30), False),
        ]  # fmt: skip
        assert (toddlers.cost_text, toddlers.cost_pence, toddlers.booking_needed) == ("£2.50 a child", 250, False)
        assert (toddlers.min_age_months, toddlers.max_age_months, toddlers.languages) == (12, 59, ("pl", "ur"))
        assert (toddlers.checked_on, toddlers.organisation, toddlers.status) == (date(2026, 11, 24), "Library", "open")
        assert (cafe.schedules[0].freq, cafe.schedules[0].byday, cafe.is_free, cafe.booking_needed) == ("monthly", ("1MO",), True, True)
        assert [one.byday for one in dads.schedules] == [("MO",), ("WE",), ("FR",)]
        assert scan.notes == [
            "line 3: first_date is missing: nobody can say in which week it is on",
            "line 6: the day 'Someday' is not understood",
        ]


def test_a_sheet_is_imported_again_as_the_same_services(imports: Imports, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(SHEET, encoding="utf-8")
    assert imports.run(Sheet(path)).added == 3
    path.write_text(SHEET.replace("every second week", "every week"), encoding="utf-8")
    report = imports.run(Sheet(path))
    assert (report.changed, report.unchanged, report.complete) == (1, 2, True)


def test_the_template_explains_every_column_and_imports_as_nothing(reader: FeedReader) -> None:
    template = CONTENT / "directory" / "sheet.csv"
    assert tuple(template.read_text(encoding="utf-8").splitlines()[0].split(",")) == COLUMNS
    assert services(reader, Sheet(template)) == ([], Scan(ended=True))
    manual = (CONTENT.parent / "docs" / "directory.md").read_text(encoding="utf-8")
    assert [column for column in COLUMNS if f"`{column}`" not in manual] == []


def test_a_sheet_without_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("day,starts\nMonday,10:00\n", encoding="utf-8")
    with pytest.raises(ContentError, match="no column `name`"):
        list(Sheet(tmp_path / "a.csv").batches(Scan(), nothing_known))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Monday", "MO"),
        ("tue", "TU"),
        ("Wednesdays", "WE"),
        (4, "TH"),
        ("5", "FR"),
        ("SA", "SA"),
        ("sun.", "SU"),
        (0, None),
        (8, None),
        ("m", None),
        (None, None),
    ],
)
def test_days_as_feeds_write_them(text: Any, day: str | None) -> None:
    assert weekday(text) == day


@pytest.mark.parametrize("text", ["ftp://council.example/x", "https://", "nowhere"])
def test_what_is_no_source_is_said(text: str) -> None:
    with pytest.raises(ContentError), opened(text, Limits()):
        pass


def test_a_source_keeps_its_name() -> None:
    assert name_of("https://user:secret@council.example/oruk/", "seatown") == "feed:seatown:council.example/oruk"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from(["-1", "<p><br></p>", "javascript:alert(1)", "31/02/2026", "25:99", "1e999", "MO", "\ud800", "\0", "active"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
_WHOLE = json.loads((DATA / "oruk_examples" / "service_full.json").read_text(encoding="utf-8"))
_V1 = json.loads(next((DATA / "borsetshire_v1" / "services").glob("24a0*.json")).read_text(encoding="utf-8"))
_OUTPOST = json.loads((DATA / "borsetshire_outpost" / "services_page_1.json").read_text(encoding="utf-8-sig"))["content"][7]


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for name, one in inner for path in paths(one, (*at, name)))]


def with_value(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = with_value(copy[path[0]], path[1:], new)
    return copy


@settings(max_examples=300)
@given(st.data())
def test_whatever_stands_in_a_field_the_record_is_read_or_refused_with_a_reason(reader: FeedReader, data: st.DataObject) -> None:
    record = data.draw(st.sampled_from([_WHOLE, _V1, _OUTPOST]))
    for _change in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(record)[1:] if isinstance(record, dict) else [()]))
        record = with_value(record, path, data.draw(json_values))
    try:
        service = reader.read(to_version_3(record)) if isinstance(record, dict) else reader.read(record)
    except UnusableError:
        return
    assert service_of(record_of(service)) == service
    assert service.url is None or service.url.startswith("http")
    assert service.point is None or (49 < service.point.latitude < 61 and -9 < service.point.longitude < 2)
    assert service.min_age_months is None or service.min_age_months >= 0
    assert service.checked_on <= date(2026, 11, 24)


@settings(max_examples=25)
@given(st.lists(json_values, max_size=6))
def test_a_page_of_anything_at_all_is_counted_to_its_last_record(
    tmp_path_factory: pytest.TempPathFactory, reader: FeedReader, rows: list[Any]
) -> None:
    import bot.directory.feeds.change_store  # noqa: F401 - its tables, and those that it stands on
    from bot.base.clock import StoppedClock
    from bot.base.db import open_database
    from tests.conftest import TUESDAY

    folder = tmp_path_factory.mktemp("rows")
    database = open_database("sqlite://")
    database.create_tables()
    imports = Imports(database, StoppedClock(TUESDAY), reader, folder)
    report = imports.records(*rows, feed=replace(FEED, name="feed:seatown:rows"))
    assert report.read == len(rows)
    assert report.complete
