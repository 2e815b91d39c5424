"""What volunteers write into the sheet: read as it is meant, or said with its line."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from bot.directory.feeds.dialects import to_version_3
from bot.directory.feeds.sheet import Sheet
from bot.directory.feeds.source import Scan, nothing_known
from bot.directory.model import Service
from bot.directory.open_referral import FeedReader
from tests.unit.directory.feeds.conftest import Imports

HEAD = "name,organisation,day,starts,ends,how_often,first_date,last_date,min_age_years,max_age_years,cost,postcode,phone,status"
COLUMNS = HEAD.split(",")


def line(**values: str) -> str:
    row = {"name": "Toddler Time", "organisation": "Library", "postcode": "SS3 9AA", **values}
    return ",".join(f'"{row.get(column, "")}"' for column in COLUMNS)


@pytest.fixture
def sheet(tmp_path: Path, reader: FeedReader) -> Any:
    def read(*lines: str) -> tuple[list[Service], list[str]]:
        path = tmp_path / "sheet.csv"
        path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
        scan = Scan()
        listed = [one for batch in Sheet(path).batches(scan, nothing_known) for one in batch.listed]
        return [reader.read(to_version_3(one.record)) for one in listed if one.record], scan.notes

    return read


@pytest.mark.parametrize(
    ("values", "rules", "said"),
    [
        ({"day": "Tuesday", "how_often": "monthly", "first_date": "06/10/2026"}, [("monthly", "1TU", 1)], "taken as the first TU"),
        ({"day": "Tuesday", "how_often": "monthly"}, [], "not on which day of the month"),
        ({"day": "1st and 3rd Tuesday"}, [("monthly", "1TU,3TU", 1)], ""),
        ({"day": "1st Tuesday and 3rd Thursday"}, [("monthly", "1TU", 1), ("monthly", "3TH", 1)], ""),
        ({"day": "Monday, first Friday"}, [("monthly", "1FR", 1), ("weekly", "MO", 1)], ""),
        ({"day": "Monday", "how_often": "first and last of the month"}, [("monthly", "1MO,-1MO", 1)], ""),
        ({"day": "Wednesday to Friday"}, [("weekly", "WE", 1), ("weekly", "TH", 1), ("weekly", "FR", 1)], ""),
        ({"day": "Thu–Fri"}, [("weekly", "TH", 1), ("weekly", "FR", 1)], ""),
        ({"day": "Weds & Thurs"}, [("weekly", "WE", 1), ("weekly", "TH", 1)], ""),
        ({"day": "weekends"}, [("weekly", "SA", 1), ("weekly", "SU", 1)], ""),
        ({"day": "Monday", "how_often": "fortnightly", "first_date": "7/9/2026"}, [("weekly", "MO", 2)], ""),
        ({"day": "alternate Mondays", "first_date": "7/9/2026"}, [("weekly", "MO", 2)], ""),
        ({"day": "Monday", "how_often": "fortnightly"}, [("weekly", "MO", 2)], "first_date is missing"),
        ({"day": "last Friday", "how_often": "every 2 months", "first_date": "30/10/2026"}, [("monthly", "-1FR", 2)], ""),
        ({"first_date": "5/12/2026"}, [(None, "", 1)], ""),
        ({"first_date": "5/12/2026", "how_often": "weekly"}, [("weekly", "SA", 1)], ""),
        ({"day": "every second Tuesday"}, [], "is not understood"),
        ({"day": "not Monday"}, [], "is not understood"),
        ({"day": "Monday", "how_often": "twice a month"}, [], "how_often 'twice a month' is not understood"),
        ({"starts": "10:00"}, [], "there is no day"),
    ],
)  # fmt: skip
def test_days_are_read_as_they_are_meant_or_make_no_session(sheet: Any, values: dict[str, str], rules: list[Any], said: str) -> None:
    (service,), notes = sheet(line(**values))
    assert [(one.freq, ",".join(one.byday), one.interval) for one in service.schedules] == rules
    assert (bool(notes), said in " ".join(notes)) == (bool(said), True)
    assert all(note.startswith("line 2: ") for note in notes)


@pytest.mark.parametrize(
    ("starts", "ends", "hours", "said"),
    [
        ("10-11.30", "", (time(10), time(11, 30)), ""),
        ("10.00 am", "noon", (time(10), time(12)), ""),
        ("10am", "12 noon", (time(10), time(12)), ""),
        ("1 – 2.30pm", "", (time(13), time(14, 30)), ""),
        ("8", "1pm", (time(8), time(13)), ""),
        ("9", "3", (time(9), time(15)), ""),
        ("1.30", "3", (time(13, 30), time(15)), "taken as 13:30"),
        ("ten", "12", (None, time(12)), "starts 'ten' is not understood"),
        ("15:00", "09:00", (time(15), time(9)), "ends before it starts"),
    ],
)
def test_hours_as_people_write_them(sheet: Any, starts: str, ends: str, hours: tuple[time, time], said: str) -> None:
    (service,), notes = sheet(line(day="Monday", starts=starts, ends=ends))
    assert [(one.opens_at, one.closes_at) for one in service.schedules] == [hours]
    assert (bool(notes), said in " ".join(notes)) == (bool(said), True)


@pytest.mark.parametrize("written", ["7/9/2026", "07/09/26", "7 Sept 2026", "Mon 7th September 2026", "7.9.2026", "2026-09-07"])
def test_dates_have_the_day_first(sheet: Any, written: str) -> None:
    (service,), notes = sheet(line(day="Monday", first_date=written, last_date="18 Dec 2026"))
    assert [(one.dtstart, one.until) for one in service.schedules] == [(date(2026, 9, 7), date(2026, 12, 18))]
    assert notes == []


def test_a_date_without_a_year_is_said(sheet: Any) -> None:
    (service,), notes = sheet(line(day="Monday", last_date="18 Dec"))
    assert service.schedules[0].until is None
    assert notes == ["line 2: last_date '18 Dec' is not understood; write it like 24/11/2026"]


@pytest.mark.parametrize(
    ("low", "high", "months"),
    [
        ("6 months", "18 months", (6, 18)), ("0", "12 mths", (0, 12)), ("2-4", "", (24, 59)), ("6-18 months", "", (6, 18)), ("5+", "", (60, None)),
        ("under 5", "", (None, 59)), ("birth", "4 years", (0, 59)), ("1.5", "3", (18, 47)),
    ],
)  # fmt: skip
def test_ages_in_years_or_months(sheet: Any, low: str, high: str, months: tuple[int | None, int | None]) -> None:
    (service,), notes = sheet(line(min_age_years=low, max_age_years=high))
    assert (service.min_age_months, service.max_age_months) == months
    assert notes == []


@pytest.mark.parametrize(
    ("cost", "text", "pence", "free"),
    [
        ("50p", "£0.50", 50, False), ("£1.50 per child, 50p siblings", "£1.50 per child; £0.50 siblings", 150, False), ("£2–£3", "£2; £3", 300, False),
        ("£2 a child, free for siblings", "£2 a child; Free (for siblings)", 200, None), ("Free", "Free", 0, True), ("by donation", "by donation", None, None),
    ],
)  # fmt: skip
def test_prices_in_pounds_and_pence(sheet: Any, cost: str, text: str, pence: int | None, free: bool | None) -> None:
    (service,), notes = sheet(line(cost=cost))
    assert (service.cost_text, service.cost_pence, service.is_free) == (text, pence, free)
    assert notes == []


def test_a_name_that_was_there_is_one_more_session(imports: Imports, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    lines = [line(day="Monday", phone="01632 960100"), line(name="Story Time"), line(day="Thursday", postcode="", phone="01632 960177")]
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    report = imports.run(Sheet(path))
    assert (report.added, report.refused) == (2, [])
    assert report.notes == ["line 4: phone is not as on line 2, which counts for all sessions of Toddler Time"]
    (toddlers,) = [one for one in imports.all() if one.name == "Toddler Time"]
    assert [one.byday for one in toddlers.schedules] == [("MO",), ("TH",)]


def test_a_sheet_of_thousands_of_lines_is_read_at_once(sheet: Any) -> None:
    lines = [line(name=name, organisation=f"Library {n}") for n in range(2000) for name in (f"Group {n}", "Toddler Time")]
    begun = perf_counter()
    services, notes = sheet(*lines)
    assert perf_counter() - begun < 10  # it took half a minute and more
    assert len({one.name for one in services}) == 2001
    assert notes == []


def test_a_line_is_about_the_service_in_which_all_that_it_says_is_the_same(sheet: Any) -> None:
    places = [{"postcode": "SS3 9AA"}, {"postcode": "SS9 1AA"}, {"postcode": ""}, {"postcode": "ss3 9aa", "organisation": ""}]
    services, _notes = sheet(
        *(line(**place, day=day, starts="10:00") for place, day in zip(places, ("Monday", "Tuesday", "Friday", "Sunday")))
    )
    days = [[one.byday for one in service.schedules] for service in services]
    assert days == [[("MO",), ("SU",)], [("TU",), ("FR",)]]


def test_the_same_name_somewhere_else_is_another_service(sheet: Any) -> None:
    found, notes = sheet(
        line(day="Monday"), line(day="Monday", postcode="SS1 1AA"), line(name="", day="Friday", postcode="", organisation="")
    )
    assert [(one.postcode, len(one.schedules)) for one in found] == [("SS3 9AA", 1), ("SS1 1AA", 2)]
    assert notes == []


def test_every_value_that_is_not_understood_is_said_with_its_line(sheet: Any) -> None:
    _found, notes = sheet(line(), "", line(name="B", min_age_years="walking", postcode="Southend", phone="ask Sam", status="perhaps"))
    assert notes == [
        "line 4: min_age_years 'walking' is not an age; write 2, or 18 months",
        "line 4: postcode 'Southend' is not a postcode",
        "line 4: phone 'ask Sam' is not a telephone number",
        "line 4: status 'perhaps' is not a status; write active or ended",
    ]


def test_a_column_that_there_is_not_is_said(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("name,shoe size\nToddler Time,38\n", encoding="utf-8")
    scan = Scan()
    list(Sheet(path).batches(scan, nothing_known))
    assert scan.notes == ["line 1: there is no column 'shoe_size', so it is not read"]
